"""The made-up people of the local chat and the group they share."""

from dataclasses import replace

from localchat.state.values import Member, User
from localchat.state.world_state import World

YOU_ID = 700_000_001
BEN_ID = 700_000_002
CARLA_ID = 700_000_003
_PEOPLE = (
    User(YOU_ID, "You", "you_example"),
    User(BEN_ID, "Ben", "ben_example"),
    User(CARLA_ID, "Carla", "carla_example"),
)


def set_scene(world: World, topic: str = "Tesla") -> None:
    """Let the people and their group exist, unless somebody is there already.

    Args:
        world: New, cleared, or read back from the journal.
        topic: What the group talks of in the second topic.
    """
    if any(not user.is_bot for user in world.users.values()):
        return
    for user in _PEOPLE:
        world.add_user(user)
    members = (
        Member(CARLA_ID, "creator"),
        Member(YOU_ID, "member"),
        Member(BEN_ID, "member"),
    )
    group = world.add_group("Market talk", members, forum=True)
    world.add_topic(group, topic)
    without = world.add_group("Weekend club", (Member(BEN_ID, "member"), Member(YOU_ID, "member")))
    # The bot is no member here: whoever calls it by name has a guest.
    world.save_chat(replace(without, bot_status="left"))
