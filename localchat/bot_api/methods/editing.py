"""The methods that change, mark or remove messages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localchat.bot_api import bot_api_json, message_contents
from localchat.bot_api.methods.calls import Call
from localchat.bot_api.methods.sending import fill_media
from localchat.errors import bad_request
from localchat.state.values import Message
from localchat.state.world_state import World


def _editable(world: World, params: Mapping[str, Any]) -> Message:
    if "chat_id" not in params or "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = world.chat_for_bot(params["chat_id"])
    message = world.find(chat.id, params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != world.bot.id:
        raise bad_request("message can't be edited")
    return message


def _save_edit(world: World, old: Message, new: Message) -> dict[str, Any]:
    if new == old:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    return bot_api_json.message(world, world.save(replace(new, edited=world.timestamp())))


def edit_message_text(world: World, call: Call) -> dict[str, Any]:
    """Replace the text and the buttons of a message."""
    message = _editable(world, call.params)
    if message.has_media:
        raise bad_request("there is no text in the message to edit")
    text, entities = message_contents.read_text(call.params)
    keyboard = message_contents.read_keyboard(call.params)
    return _save_edit(
        world, message, replace(message, text=text, entities=entities, keyboard=keyboard)
    )


def edit_message_caption(world: World, call: Call) -> dict[str, Any]:
    """Replace the caption and the buttons of a photo or document."""
    message = _editable(world, call.params)
    if not message.has_media:
        raise bad_request("there is no caption in the message to edit")
    text, entities = message_contents.read_caption(call.params)
    new = replace(
        message,
        text=text,
        entities=entities,
        keyboard=message_contents.read_keyboard(call.params),
        caption_above=call.params.get("show_caption_above_media", False),
    )
    return _save_edit(world, message, new)


def edit_message_media(world: World, call: Call) -> dict[str, Any]:
    """Replace the file, the caption and the buttons of a message; a text may become a photo."""
    message = _editable(world, call.params)
    media = call.params["media"]
    if message.album is not None and bool(message.photo) != (media["type"] == "photo"):
        raise bad_request("the album's messages keep their kind of media")
    new = fill_media(world, message, media, call)
    return _save_edit(
        world, message, replace(new, keyboard=message_contents.read_keyboard(call.params))
    )


def edit_message_reply_markup(world: World, call: Call) -> dict[str, Any]:
    """Replace the buttons of a message."""
    message = _editable(world, call.params)
    return _save_edit(
        world, message, replace(message, keyboard=message_contents.read_keyboard(call.params))
    )


def _delete(world: World, chat_id: int | str, message_id: int) -> bool:
    chat = world.chat_for_bot(chat_id)
    message = world.find(chat.id, message_id)
    if message is None:
        return False
    own = message.sender_id == world.bot.id
    if not own and chat.kind != "private" and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    world.save(replace(message, deleted=True))
    return True


def delete_message(world: World, call: Call) -> bool:
    """Remove a message: the bot's own, any in a private chat, any where the bot is admin."""
    if not _delete(world, call.params["chat_id"], call.params["message_id"]):
        raise bad_request("message to delete not found")
    return True
