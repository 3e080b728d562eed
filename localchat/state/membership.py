"""Who is in which chat, the bot included: block, kick, promote, leave, migrate."""

from dataclasses import replace

from localchat.bot_api import bot_api_json
from localchat.state.values import Chat, Member, Message, Status, User
from localchat.state.world_state import World


class Membership:
    """The acts that change what somebody is in a chat."""

    def __init__(self, world: World) -> None:
        self._world = world

    def block(self, user: User) -> None:
        """Block the bot in the person's private chat."""
        self.change_bot(user, self._world.chats[user.id], "kicked")

    def unblock(self, user: User) -> None:
        """Let the bot write to the person again."""
        self.change_bot(user, self._world.chats[user.id], "member")

    def change_bot(self, user: User, chat: Chat, status: Status) -> Chat:
        """Block, kick, promote or take back the bot.

        Args:
            user: Who does so.
            chat: Where.
            status: What the bot is afterwards.
        """
        world = self._world
        current = world.chats[chat.id]
        old = bot_api_json.chat_member(world, current, world.bot.id)
        changed = world.save_chat(replace(current, bot_status=status))
        world.tell_bot(
            "my_chat_member",
            {
                "chat": bot_api_json.chat(world, changed),
                "from": bot_api_json.user(user),
                "date": world.timestamp(),
                "old_chat_member": old,
                "new_chat_member": bot_api_json.chat_member(world, changed, world.bot.id),
            },
        )
        return changed

    def change_member(self, chat: Chat, user: User, status: Status) -> Chat:
        """Make a person a member, an administrator, or one who left."""
        current = self._world.chats[chat.id]
        others = tuple(m for m in current.members if m.user_id != user.id)
        return self._world.save_chat(replace(current, members=(*others, Member(user.id, status))))

    def migrate(self, chat: Chat) -> Chat:
        """Turn a basic group into a supergroup with a new id, as Telegram does; returns it."""
        world = self._world
        new = world.add_group(chat.title, chat.members)
        old = world.save_chat(replace(world.chats[chat.id], migrated_to=new.id))
        owner = chat.members[0].user_id
        for place, service, value in (
            (old, "migrate_to_chat_id", new.id),
            (new, "migrate_from_chat_id", old.id),
        ):
            number = world.next_message_id(place.id)
            notice = Message(
                number, place.id, owner, world.timestamp(), service=service, service_value=value
            )
            world.tell_bot("message", bot_api_json.message(world, world.save(notice)))
        return new
