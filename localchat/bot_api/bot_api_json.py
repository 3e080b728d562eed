"""Values of the local chat as the Bot API's JSON objects."""

from typing import Any

from localchat.state.entities import Entity
from localchat.state.values import (
    CallbackQuery,
    Chat,
    InlineButton,
    InlineQuery,
    Message,
    StoredFile,
    Update,
    User,
)
from localchat.state.world_state import World

Json = dict[str, Any]


def user(value: User) -> Json:
    """Return a User object."""
    body: Json = {"id": value.id, "is_bot": value.is_bot, "first_name": value.first_name}
    if value.username:
        body["username"] = value.username
    if not value.is_bot:
        body["language_code"] = value.language_code
    return body


def chat(world: World, value: Chat) -> Json:
    """Return a Chat object."""
    body: Json = {"id": value.id, "type": value.kind}
    if value.kind == "private":
        person = world.users[value.id]
        body["first_name"] = person.first_name
        if person.username:
            body["username"] = person.username
        return body
    body["title"] = value.title
    if value.username:
        body["username"] = value.username
    if value.is_forum:
        body["is_forum"] = True
    return body


def chat_member(world: World, value: Chat, user_id: int) -> Json:
    """Return a ChatMember object of the kind that the status asks for."""
    status = world.status(value, user_id)
    body: Json = {"status": status, "user": user(world.users[user_id])}
    if status == "creator":
        body["is_anonymous"] = False
    elif status == "administrator":
        body["can_be_edited"] = False
        body.update(dict.fromkeys(_RIGHTS, False))
        body.update(can_manage_chat=True, can_delete_messages=True, can_pin_messages=True)
        if value.kind == "channel":
            body.update(can_post_messages=True, can_edit_messages=True)
    elif status == "kicked":
        body["until_date"] = 0
    return body


_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)


def entity(value: Entity) -> Json:
    """Return a MessageEntity object."""
    body: Json = {"type": value.type, "offset": value.offset, "length": value.length}
    if value.url is not None:
        body["url"] = value.url
    if value.language is not None and value.type == "pre":
        body["language"] = value.language
    if value.detail is not None and value.type == "custom_emoji":
        body["custom_emoji_id"] = value.detail
    if value.detail is not None and value.type == "date_time":
        body["unix_time"] = int(value.detail)
        if value.shown:
            body["date_time_format"] = value.shown
    return body


def photo_size(value: StoredFile) -> Json:
    """Return a PhotoSize object."""
    return {
        "file_id": value.id,
        "file_unique_id": value.unique_id,
        "width": value.width,
        "height": value.height,
        "file_size": value.size,
    }


def document(value: StoredFile) -> Json:
    """Return a Document object."""
    return {
        "file_id": value.id,
        "file_unique_id": value.unique_id,
        "file_name": value.name,
        "mime_type": value.mime,
        "file_size": value.size,
    }


def button(value: InlineButton) -> Json:
    """Return an InlineKeyboardButton object."""
    body: Json = {"text": value.text}
    if value.data is not None:
        body["callback_data"] = value.data
    if value.url is not None:
        body["url"] = value.url
    if value.copy is not None:
        body["copy_text"] = {"text": value.copy}
    if value.query is not None:
        body["switch_inline_query"] = value.query
    if value.query_here is not None:
        body["switch_inline_query_current_chat"] = value.query_here
    if value.query_chosen is not None:
        kinds = dict.fromkeys(value.query_kinds, True)
        body["switch_inline_query_chosen_chat"] = {"query": value.query_chosen, **kinds}
    if value.style is not None:
        body["style"] = value.style
    return body


def message(world: World, value: Message, *, with_reply: bool = True) -> Json:
    """Return a Message object.

    Args:
        world: Where chats, users and files are looked up.
        value: The message.
        with_reply: Show the message it replies to; Telegram does so one level deep.
    """
    place = world.chats[value.chat_id]
    body: Json = {
        "message_id": value.id,
        "chat": chat(world, place),
        "date": value.date,
    }
    if place.kind == "channel":
        # Who wrote a post is not told: it speaks for the channel.
        body["sender_chat"] = body["chat"]
    else:
        body["from"] = user(world.users[value.sender_id])
    if value.thread_id is not None:
        body["message_thread_id"] = value.thread_id
        body["is_topic_message"] = True
    if value.edited is not None:
        body["edit_date"] = value.edited
    if value.album is not None:
        body["media_group_id"] = value.album
    if value.via_inline:
        body["via_bot"] = user(world.bot)
    if value.called_by is not None:
        body["guest_bot_caller_user"] = user(world.users[value.called_by])
    if value.service is not None:
        body[value.service] = value.service_value
    _add_content(world, value, body)
    if with_reply:
        _add_reply(world, place, value, body)
    if value.keyboard:
        body["reply_markup"] = {"inline_keyboard": [[button(b) for b in r] for r in value.keyboard]}
    return body


def _add_content(world: World, value: Message, body: Json) -> None:
    entities = [entity(e) for e in value.entities]
    if value.photo:
        body["photo"] = [photo_size(world.files[key]) for key in value.photo]
    if value.document:
        body["document"] = document(world.files[value.document])
    if value.has_media and value.text:
        body["caption"] = value.text
        if entities:
            body["caption_entities"] = entities
        if value.caption_above:
            body["show_caption_above_media"] = True
    elif value.text:
        body["text"] = value.text
        if entities:
            body["entities"] = entities


def _add_reply(world: World, place: Chat, value: Message, body: Json) -> None:
    target = world.find(place.id, value.reply_to) if value.reply_to else None
    if target is None and value.thread_id and value.service != "forum_topic_created":
        target = world.find(place.id, value.thread_id)
    if target is not None:
        body["reply_to_message"] = message(world, target, with_reply=False)


def callback_query(world: World, value: CallbackQuery) -> Json:
    """Return a CallbackQuery object."""
    target = world.find(value.chat_id, value.message_id)
    place = world.chats[value.chat_id]
    gone: Json = {"chat": chat(world, place), "message_id": value.message_id, "date": 0}
    return {
        "id": value.id,
        "from": user(world.users[value.user_id]),
        "chat_instance": str(value.chat_id * 7_919),
        "message": message(world, target) if target else gone,
        "data": value.data,
    }


def inline_query(world: World, value: InlineQuery) -> Json:
    """Return an InlineQuery object."""
    return {
        "id": value.id,
        "from": user(world.users[value.user_id]),
        "query": value.query,
        "offset": "",
        "chat_type": "sender",
    }


def update(value: Update) -> Json:
    """Return an Update object."""
    return {"update_id": value.id, value.kind: value.payload}
