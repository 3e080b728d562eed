"""People who call the bot by name in a group that it is not in: Bot API 10's guest mode."""

from localchat.bot_api import bot_api_json
from localchat.state.entities import utf16_slice
from localchat.state.values import Chat, GuestQuery, Message
from localchat.state.world_state import World


def calls_guest(world: World, place: Chat, message: Message) -> bool:
    """Return whether a message names the bot in a group that it never joined, or left."""
    if place.kind not in ("group", "supergroup") or place.bot_status != "left":
        return False
    name = f"@{world.bot.username}".lower()
    named = (e for e in message.entities if e.type == "mention")
    return any(utf16_slice(message.text, e.offset, e.length).lower() == name for e in named)


def call_guest(world: World, message: Message) -> None:
    """Tell the bot of such a message; what it answers goes into that chat."""
    query = GuestQuery(
        str(6_000_000_000_000 + world.count("queries")),
        message.sender_id,
        message.chat_id,
        message.id,
    )
    world.guest_queries[query.id] = query
    body = bot_api_json.message(world, message)
    world.tell_bot("guest_message", {**body, "guest_query_id": query.id})
