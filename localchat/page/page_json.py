"""Values of the local chat as the page wants them: small, and with nothing of the bot's secrets."""

from typing import Any

from localchat.bot_api.methods.profile import scope_key
from localchat.page.hooks import ReplayStatus
from localchat.state.entities import Entity
from localchat.state.values import (
    CallbackQuery,
    Chat,
    InlineButton,
    InlineQuery,
    InlineResult,
    Message,
)
from localchat.state.world_state import World

Json = dict[str, Any]
_ADMINS = {"creator", "administrator"}
_MENUS: dict[str, tuple[str, ...]] = {
    "private": ("all_private_chats", "default"),
    "group": ("all_group_chats", "default"),
    "admin": ("all_chat_administrators", "all_group_chats", "default"),
}


def menus(world: World) -> dict[str, dict[str, list[Json]]]:
    """Return the command menus of private chats, group members and group admins by language.

    The most specific scope that has a menu wins, in the person's language before any other; scopes
    are not merged.
    """
    spoken = sorted({user.language_code for user in world.users.values() if not user.is_bot})
    return {
        language: {kind: _menu(world, scopes, language) for kind, scopes in _MENUS.items()}
        for language in spoken
    }


def _menu(world: World, scopes: tuple[str, ...], spoken: str) -> list[Json]:
    for scope in scopes:
        for language in (spoken.partition("-")[0], ""):
            found = world.commands.get(scope_key({"type": scope}, language))
            if found:
                return [{"command": c.command, "description": c.description} for c in found]
    return []


def people(world: World) -> list[Json]:
    """Return everybody one can speak as."""
    return [
        {"id": user.id, "name": user.first_name, "language": user.language_code}
        for user in world.users.values()
        if not user.is_bot
    ]


def chat(value: Chat) -> Json:
    """Return a chat with its topics and members."""
    return {
        "id": value.id,
        "kind": value.kind,
        "title": value.title,
        "topics": [{"id": topic.id, "name": topic.name} for topic in value.topics],
        "members": [
            {"id": m.user_id, "admin": m.status in _ADMINS}
            for m in value.members
            if m.status not in {"left", "kicked"}
        ],
        "blocked": value.bot_status == "kicked",
    }


def message(world: World, value: Message) -> Json:
    """Return a message; one that was deleted has only its place."""
    place: Json = {"id": value.id, "chat": value.chat_id, "thread": value.thread_id}
    if value.deleted:
        return {**place, "deleted": True}
    return {
        **place,
        "from": value.sender_id,
        "date": value.date,
        "text": value.text,
        "entities": [_entity(entity) for entity in value.entities],
        "photo": _photo(world, value),
        "document": _document(world, value),
        "keyboard": [[button(b) for b in row] for row in value.keyboard],
        "replies": value.replies,
        "forceReply": value.force_reply,
        "replyTo": value.reply_to,
        "album": value.album,
        "captionAbove": value.caption_above,
        "silent": value.silent,
        "edited": value.edited is not None,
        "service": _service(value),
        "viaBot": value.via_inline,
        "calledBy": value.called_by,
    }


def _entity(value: Entity) -> Json:
    body: Json = {"type": value.type, "offset": value.offset, "length": value.length}
    if value.url is not None:
        body["url"] = value.url
    if value.type == "date_time" and value.detail is not None:
        body |= {"unix": int(value.detail), "shown": value.shown}
    return body


def _photo(world: World, value: Message) -> Json | None:
    if not value.photo:
        return None
    largest = world.files[value.photo[-1]]
    return {"id": largest.id, "width": largest.width, "height": largest.height}


def _document(world: World, value: Message) -> Json | None:
    if not value.document:
        return None
    file = world.files[value.document]
    return {"id": file.id, "name": file.name, "size": file.size}


def _service(value: Message) -> Json | None:
    match value.service:
        case None:
            return None
        case "forum_topic_created":
            return {"kind": "topic", "name": value.service_value["name"]}
        case _:
            return {"kind": "upgrade"}


def button(value: InlineButton) -> Json:
    """Return an inline button by what pressing it does; callback data stays on the server."""
    actions = {
        "url": value.url,
        "copy": value.copy,
        "query": value.query if value.query is not None else value.query_chosen,
        "queryHere": value.query_here,
    }
    kind = next((name for name, given in actions.items() if given is not None), "data")
    return {
        "text": value.text,
        "kind": kind,
        "value": actions.get(kind),
        "style": value.style,
    }


def query(value: CallbackQuery) -> Json:
    """Return the state of a button press."""
    return {
        "id": value.id,
        "user": value.user_id,
        "chat": value.chat_id,
        "message": value.message_id,
        "answered": value.answered,
        "text": value.text,
        "alert": value.alert,
    }


def inline(world: World, value: InlineQuery) -> Json:
    """Return an inline query with its results."""
    return {
        "id": value.id,
        "user": value.user_id,
        "query": value.query,
        "answered": value.answered,
        "button": value.button,
        "startParameter": value.start_parameter,
        "results": [_result(world, result) for result in value.results],
    }


def _result(world: World, value: InlineResult) -> Json:
    thumb = world.photo_sizes(value.photo)[0] if value.photo else None
    title = value.title or value.text[:60]
    return {"id": value.id, "title": title, "text": value.description, "photo": thumb}


def status(value: ReplayStatus, *, seconds: int | None, failed: bool) -> Json:
    """Return what the banner shows.

    Args:
        value: The day and what is real about it.
        seconds: For how long something is under way; None while nothing is.
        failed: That the last one went wrong.
    """
    return {
        "day": value.day.isoformat(),
        "isReplay": value.is_replay,
        "lastDay": value.last_day.isoformat() if value.last_day else None,
        "note": dict(value.note),
        "busy": seconds is not None,
        "training": value.training,
        "seconds": seconds or 0,
        "trains": value.trains,
        "failed": failed,
    }
