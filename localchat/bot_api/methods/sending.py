"""The methods that put new messages into a chat."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from localchat.bot_api import bot_api_json, message_contents
from localchat.bot_api.methods.calls import Call
from localchat.errors import bad_request
from localchat.state import changes
from localchat.state.values import Chat, Message
from localchat.state.world_state import World

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


@dataclass(frozen=True, slots=True)
class _Place:
    chat: Chat
    thread_id: int | None
    reply_to: int | None


def _place(world: World, params: Mapping[str, Any]) -> _Place:
    chat = world.chat_for_bot(params["chat_id"])
    thread_id = params.get("message_thread_id")
    if thread_id is not None and all(topic.id != thread_id for topic in chat.topics):
        raise bad_request("message thread not found")
    reply = params.get("reply_parameters")
    if reply is None:
        return _Place(chat, thread_id, None)
    if reply.get("chat_id", chat.id) != chat.id:
        raise bad_request("replies into another chat are not supported by the local chat")
    target = world.find(chat.id, reply["message_id"])
    if target is not None and thread_id in {None, target.thread_id}:
        return _Place(chat, target.thread_id, target.id)
    if reply.get("allow_sending_without_reply"):
        return _Place(chat, thread_id, None)
    raise bad_request("message to be replied not found")


def _draft(world: World, place: _Place, params: Mapping[str, Any]) -> Message:
    """A message of the bot that has no content yet and no id until it is posted."""
    markup = params.get("reply_markup") or {}
    return Message(
        id=0,
        chat_id=place.chat.id,
        sender_id=world.bot.id,
        date=world.timestamp(),
        keyboard=message_contents.read_keyboard(params),
        replies=message_contents.read_replies(params),
        force_reply=bool(markup.get("force_reply")),
        reply_to=place.reply_to,
        thread_id=place.thread_id,
        caption_above=params.get("show_caption_above_media", False),
        silent=params.get("disable_notification", False),
    )


def _post(world: World, draft: Message) -> dict[str, Any]:
    posted = world.save(replace(draft, id=world.next_message_id(draft.chat_id)))
    return bot_api_json.message(world, posted)


def send_message(world: World, call: Call) -> dict[str, Any]:
    """Post a text."""
    place = _place(world, call.params)
    text, entities = message_contents.read_text(call.params)
    draft = _draft(world, place, call.params)
    return _post(world, replace(draft, text=text, entities=entities))


def send_photo(world: World, call: Call) -> dict[str, Any]:
    """Post a photo with a caption."""
    place = _place(world, call.params)
    _check_photos(place.chat)
    text, entities = message_contents.read_caption(call.params)
    draft = _draft(world, place, call.params)
    photo = message_contents.read_photo(world, call.params["photo"], call.files)
    return _post(world, replace(draft, text=text, entities=entities, photo=photo))


def _check_photos(chat: Chat) -> None:
    if not chat.photos and chat.bot_status != "administrator":
        raise bad_request("not enough rights to send photos to the chat")


def send_document(world: World, call: Call) -> dict[str, Any]:
    """Post a file with a caption."""
    place = _place(world, call.params)
    text, entities = message_contents.read_caption(call.params)
    draft = _draft(world, place, call.params)
    document = message_contents.read_document(world, call.params["document"], call.files)
    return _post(world, replace(draft, text=text, entities=entities, document=document))


def send_media_group(world: World, call: Call) -> list[dict[str, Any]]:
    """Post an album of 2 to 10 photos, or of as many documents."""
    place, media = _place(world, call.params), call.params["media"]
    if not 2 <= len(media) <= 10:
        raise bad_request("wrong number of media in the album: 2 to 10 expected")
    if len({item["type"] for item in media}) > 1:
        raise bad_request("documents and photos can't be mixed in one album")
    if media[0]["type"] == "photo":
        _check_photos(place.chat)
    draft = _draft(world, place, call.params)
    drafts = [fill_media(world, draft, item, call) for item in media]
    album = str(13_000_000_000_000 + world.count("albums"))
    return [_post(world, replace(item, album=album)) for item in drafts]


def fill_media(world: World, draft: Message, item: Mapping[str, Any], call: Call) -> Message:
    """Return the draft with the file and caption of an InputMedia object.

    Args:
        world: Where files are kept.
        draft: A message whose content is to be replaced.
        item: The checked InputMedia object.
        call: The call, for its file parts.
    """
    text, entities = message_contents.read_caption(item)
    above = item.get("show_caption_above_media", False)
    draft = replace(draft, text=text, entities=entities, caption_above=above)
    if item["type"] == "photo":
        photo = message_contents.read_photo(world, item["media"], call.files)
        return replace(draft, photo=photo, document=None)
    document = message_contents.read_document(world, item["media"], call.files)
    return replace(draft, document=document, photo=())


def send_chat_action(world: World, call: Call) -> bool:
    """Show for five seconds that the bot is busy."""
    place = _place(world, call.params)
    if call.params["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.announce(changes.ActionShown(place.chat.id, place.thread_id, call.params["action"]))
    return True
