"""The methods that tell of chats, members and files."""

from typing import Any

from localchat.bot_api import bot_api_json
from localchat.bot_api.methods.calls import Call
from localchat.errors import bad_request
from localchat.state.values import Chat
from localchat.state.world_state import World

_ADMINS = {"creator", "administrator"}
_GONE = {"left", "kicked"}


def _chat(world: World, call: Call) -> Chat:
    chat = world.chat_for_bot(call.params["chat_id"], sending=False)
    if chat.kind != "private":
        world.chat_for_bot(chat.id)
    return chat


def _group(world: World, call: Call) -> Chat:
    chat = _chat(world, call)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    return chat


def get_chat(world: World, call: Call) -> dict[str, Any]:
    """Return a ChatFullInfo object."""
    chat = _chat(world, call)
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    rights = {} if chat.kind in ("private", "channel") else {"permissions": _permissions(chat)}
    return {
        **bot_api_json.chat(world, chat),
        **rights,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def _permissions(chat: Chat) -> dict[str, bool]:
    """Return a ChatPermissions object: what members who are no admins may do."""
    sent = ("audios", "documents", "videos", "video_notes", "voice_notes", "polls")
    others = ("send_messages", "send_other_messages", "add_web_page_previews", "invite_users")
    rights = dict.fromkeys([*(f"can_send_{name}" for name in sent)], True)
    rights |= dict.fromkeys([f"can_{name}" for name in others], True)
    rights |= dict.fromkeys(("can_change_info", "can_pin_messages", "can_manage_topics"), False)
    return rights | {"can_send_photos": chat.photos}


def get_chat_member(world: World, call: Call) -> dict[str, Any]:
    """Return what a user is in a chat."""
    chat, user_id = _chat(world, call), call.params["user_id"]
    if user_id not in world.users:
        raise bad_request("invalid user_id specified")
    if chat.kind == "private" and user_id == chat.id:
        return {"status": "member", "user": bot_api_json.user(world.users[user_id])}
    return bot_api_json.chat_member(world, chat, user_id)


def get_chat_administrators(world: World, call: Call) -> list[dict[str, Any]]:
    """Return the admins of a group; bots are left out."""
    chat = _group(world, call)
    admins = [m.user_id for m in chat.members if m.status in _ADMINS]
    if call.params.get("return_bots") and chat.bot_status == "administrator":
        admins.append(world.bot.id)
    return [bot_api_json.chat_member(world, chat, user_id) for user_id in admins]


def get_chat_member_count(world: World, call: Call) -> int:
    """Return how many are in a chat, the bot included."""
    chat = _chat(world, call)
    if chat.kind == "private":
        return 2
    return 1 + sum(m.status not in _GONE for m in chat.members)


def get_file(world: World, call: Call) -> dict[str, Any]:
    """Return a file's description with the path to download it."""
    stored = world.files.get(call.params["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": f"{stored.kind}s/{stored.id}",
    }
