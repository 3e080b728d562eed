"""Who and what is in the local chat: people, chats, messages, files.

Frozen, so that a change is always a new value that the world announces; nothing here knows HTTP.
"""

from dataclasses import dataclass
from typing import Any, Literal

from localchat.state.entities import Entity

Status = Literal["creator", "administrator", "member", "left", "kicked"]
ChatKind = Literal["private", "group", "supergroup", "channel"]


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    username: str | None = None
    is_bot: bool = False
    language_code: str = "en"


@dataclass(frozen=True, slots=True)
class Topic:
    """A forum topic; its id is the thread id that messages carry."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """What a user is in a chat."""

    user_id: int
    status: Status


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat (its id is the person's id), a group, a supergroup or a channel.

    Attributes:
        bot_status: `kicked` in a private chat means that the person blocked the bot.
        started: In a private chat, that the person has written first.
        migrated_to: Id of the supergroup that took this group's place.
        photos: In a group, whether members who are no admins may send photos.
        username: Of a public channel.
    """

    id: int
    kind: ChatKind
    title: str
    topics: tuple[Topic, ...] = ()
    members: tuple[Member, ...] = ()
    bot_status: Status = "member"
    is_forum: bool = False
    started: bool = True
    deactivated: bool = False
    migrated_to: int | None = None
    photos: bool = True
    username: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file the bot uploaded, or one size of a photo.

    Attributes:
        blob: Name of the stored bytes; several sizes of a photo share the original's.
        width: Pixels, 0 for a document.
        height: Pixels, 0 for a document.
        size: Bytes of the original.
    """

    id: str
    unique_id: str
    kind: Literal["photo", "document"]
    blob: str
    size: int
    width: int = 0
    height: int = 0
    name: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True)
class InlineButton:
    """An inline button: either `data` for the bot, a link, text to copy, or an inline query."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    query: str | None = None
    query_here: str | None = None
    query_chosen: str | None = None
    query_kinds: tuple[str, ...] = ()
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as everybody in the chat sees it.

    Attributes:
        date: Unix time in seconds.
        text: The text, or the caption where there is a file.
        entities: Marked spans of `text`.
        photo: File ids of a photo's sizes, smallest first.
        document: File id of a document.
        keyboard: Rows of inline buttons.
        replies: Rows of texts offered in place of the keyboard.
        thread_id: Topic of a forum.
        album: Shared by the messages of one album.
        edited: Unix time of the last edit.
        service: Name of a service message, such as `forum_topic_created`.
        via_inline: That a person sent it through the bot's inline results.
        called_by: Who called the bot into a chat that it is not in, where it is its answer.
    """

    id: int
    chat_id: int
    sender_id: int
    date: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    photo: tuple[str, ...] = ()
    document: str | None = None
    keyboard: tuple[tuple[InlineButton, ...], ...] = ()
    replies: tuple[tuple[str, ...], ...] = ()
    force_reply: bool = False
    reply_to: int | None = None
    thread_id: int | None = None
    album: str | None = None
    caption_above: bool = False
    silent: bool = False
    edited: int | None = None
    deleted: bool = False
    service: str | None = None
    service_value: Any = None
    via_inline: bool = False
    called_by: int | None = None

    @property
    def has_media(self) -> bool:
        """That `text` is a caption."""
        return bool(self.photo or self.document)


@dataclass(frozen=True, slots=True)
class Command:
    """One entry of the bot's command menu."""

    command: str
    description: str


@dataclass(frozen=True, slots=True)
class CallbackQuery:
    """A press of an inline button that waits for the bot's answer; `url` is the link it opened."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    answered: bool = False
    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One result of an inline query: an article's text or a cached photo with a caption."""

    id: str
    title: str
    description: str = ""
    text: str = ""
    entities: tuple[Entity, ...] = ()
    photo: str | None = None
    keyboard: tuple[tuple[InlineButton, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """What a person typed after the bot's name, and the bot's results."""

    id: str
    user_id: int
    query: str
    answered: bool = False
    results: tuple[InlineResult, ...] = ()
    button: str | None = None
    start_parameter: str | None = None


@dataclass(frozen=True, slots=True)
class GuestQuery:
    """A message that calls the bot into a chat that it is not in; answered once."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Something the bot is told.

    Attributes:
        kind: The field of Telegram's Update object, such as `callback_query`.
        payload: That field's JSON object.
    """

    id: int
    kind: str
    payload: dict[str, Any]
