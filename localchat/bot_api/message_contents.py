"""From checked parameters to what a message holds: text, entities, buttons, files.

The lengths, markup and identifiers that Telegram refuses are refused here.
"""

import re
from collections.abc import Mapping
from typing import Any

from localchat.bot_api import images
from localchat.bot_api.html_style import parse_html
from localchat.bot_api.parameters import Upload
from localchat.errors import bad_request
from localchat.state.entities import DATE_TIME, KINDS, Entity, detect, strip, utf16_length
from localchat.state.values import InlineButton, StoredFile
from localchat.state.world_state import SIZES, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64
MAX_COPY = 256
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
MAX_BUTTONS = 100
_LINK = re.compile(r"(?:https?|tg)://\S+")
_STYLES = {"danger", "success", "primary"}


def read_text(
    params: Mapping[str, Any], name: str = "text", *, entities: str = "entities"
) -> tuple[str, tuple[Entity, ...]]:
    """Return a message text and its entities.

    Args:
        params: Checked parameters.
        name: The parameter that holds the text.
        entities: The parameter that holds explicit entities.

    Raises:
        ApiError: 400, empty, too long (UTF-16 units after parsing), or faulty markup.
    """
    text, marks = _parsed(params, name, entities)
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, marks


def read_caption(params: Mapping[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    """Return a caption and its entities; empty where there is none.

    Raises:
        ApiError: 400, too long (UTF-16 units after parsing), or faulty markup.
    """
    text, marks = _parsed(params, "caption", "caption_entities")
    if utf16_length(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return text, marks


def _parsed(params: Mapping[str, Any], name: str, entities: str) -> tuple[str, tuple[Entity, ...]]:
    source, mode = params.get(name, ""), params.get("parse_mode", "")
    if not mode:
        given = tuple(_given_entity(source, body) for body in params.get(entities, ()))
        text, marks = strip(source, given)
    elif mode.lower() == "html":
        text, marks = strip(*parse_html(source))
    else:
        raise bad_request(f"unsupported parse_mode {mode!r}; the local chat reads HTML")
    return text, detect(text, marks)


def _given_entity(source: str, body: Mapping[str, Any]) -> Entity:
    entity = Entity(
        body["type"],
        body["offset"],
        body["length"],
        url=body.get("url"),
        language=body.get("language"),
        detail=body.get("custom_emoji_id") or _text(body.get("unix_time")),
        shown=body.get("date_time_format", ""),
    )
    if entity.type not in KINDS:
        raise bad_request(f"unknown entity type {entity.type!r}")
    if entity.type == "date_time" and (
        entity.detail is None or DATE_TIME.fullmatch(entity.shown) is None
    ):
        raise bad_request("ENTITY_DATE_INVALID")
    if entity.offset < 0 or entity.length <= 0 or entity.end > utf16_length(source):
        raise bad_request(f"entity beyond the text: {entity.type} at {entity.offset}")
    return entity


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def read_keyboard(params: Mapping[str, Any]) -> tuple[tuple[InlineButton, ...], ...]:
    """Return the rows of an inline keyboard, none where there is no inline keyboard.

    Raises:
        ApiError: 400, a button without text or with more or less than one action.
    """
    markup = params.get("reply_markup") or {}
    rows = [
        tuple(_button(body) for body in row) for row in markup.get("inline_keyboard", ()) if row
    ]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return tuple(rows)


def _button(body: Mapping[str, Any]) -> InlineButton:
    actions = set(body) - {"text", "style", "icon_custom_emoji_id"}
    if not body["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if len(actions) != 1:
        raise bad_request("inline keyboard buttons must have exactly one action")
    data, url = body.get("callback_data"), body.get("url")
    if data is not None and not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not _LINK.fullmatch(url):
        raise bad_request("BUTTON_URL_INVALID")
    copy = body["copy_text"]["text"] if "copy_text" in body else None
    if copy is not None and not 1 <= utf16_length(copy) <= MAX_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if body.get("style") not in {None, *_STYLES}:
        raise bad_request("BUTTON_STYLE_INVALID")
    chosen = body.get("switch_inline_query_chosen_chat")
    return InlineButton(
        text=body["text"],
        data=data,
        url=url,
        copy=copy,
        query=body.get("switch_inline_query"),
        query_here=body.get("switch_inline_query_current_chat"),
        query_chosen=chosen.get("query", "") if chosen is not None else None,
        query_kinds=tuple(sorted(name for name, on in (chosen or {}).items() if on is True)),
        style=body.get("style"),
    )


def read_replies(params: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a reply keyboard, none where there is none."""
    markup = params.get("reply_markup") or {}
    return tuple(tuple(b["text"] for b in row) for row in markup.get("keyboard", ()))


def read_photo(world: World, value: str | Upload, files: Mapping[str, Upload]) -> tuple[str, ...]:
    """Return the file ids of a photo's sizes, after storing what was uploaded.

    Args:
        world: Where files are kept.
        value: An upload, an `attach://` name or a file id.
        files: The request's file parts.

    Raises:
        ApiError: 400, not a photo, unknown file id, or a link.
    """
    upload = _upload(value, files)
    if isinstance(upload, Upload):
        return _store_photo(world, upload)
    if _known(world, upload).kind != "photo":
        raise bad_request("type of file mismatch")
    return world.photo_sizes(upload)


def _store_photo(world: World, upload: Upload) -> tuple[str, ...]:
    width, height = images.measure(upload.data)
    blob, number = world.blobs.put(upload.data), world.count("files")
    stored = [
        world.save_file(
            StoredFile(
                id=f"AgACAgIAAxkDAAI{number:08d}AAQ{letter}",
                unique_id=f"AQAD{number:08d}{letter}",
                kind="photo",
                blob=blob,
                size=len(upload.data),
                width=w,
                height=h,
            )
        )
        for letter, (w, h) in zip(SIZES, images.sizes(width, height), strict=False)
    ]
    return tuple(file.id for file in stored)


def read_document(world: World, value: str | Upload, files: Mapping[str, Upload]) -> str:
    """Return the file id of a document, after storing what was uploaded.

    Raises:
        ApiError: 400, empty, too big, unknown file id, a photo's id, or a link.
    """
    upload = _upload(value, files)
    if isinstance(upload, str):
        if _known(world, upload).kind != "document":
            raise bad_request("type of file mismatch")
        return upload
    if not 0 < len(upload.data) <= MAX_DOCUMENT_BYTES:
        raise bad_request("file must be non-empty" if not upload.data else "file is too big")
    number = world.count("files")
    stored = StoredFile(
        id=f"BQACAgIAAxkDAAI{number:08d}",
        unique_id=f"AgAD{number:08d}",
        kind="document",
        blob=world.blobs.put(upload.data),
        size=len(upload.data),
        name=upload.name,
        mime=upload.mime,
    )
    return world.save_file(stored).id


def _upload(value: str | Upload, files: Mapping[str, Upload]) -> str | Upload:
    if isinstance(value, Upload):
        return value
    if value.startswith("attach://"):
        part = files.get(value.removeprefix("attach://"))
        if part is None:
            raise bad_request("wrong file identifier/HTTP URL specified: no such attached file")
        return part
    if "://" in value:
        raise bad_request("failed to get HTTP URL content: the local chat fetches nothing")
    return value


def _known(world: World, file_id: str) -> StoredFile:
    stored = world.files.get(file_id)
    if stored is None:
        raise bad_request("wrong remote file identifier specified: wrong string length")
    return stored
