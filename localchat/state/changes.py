"""What can change in the local chat; the journal, the page and waiting tests listen to these."""

from dataclasses import dataclass
from typing import Literal

from localchat.state.values import (
    CallbackQuery,
    Chat,
    Command,
    InlineQuery,
    Message,
    StoredFile,
    Update,
    User,
)


@dataclass(frozen=True, slots=True)
class MessageSaved:
    """A message was sent, edited or deleted."""

    message: Message
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class ChatSaved:
    """A chat appeared or changed."""

    chat: Chat
    kind: Literal["chat"] = "chat"


@dataclass(frozen=True, slots=True)
class UserSaved:
    """A user appeared."""

    user: User
    kind: Literal["user"] = "user"


@dataclass(frozen=True, slots=True)
class FileSaved:
    """The bot uploaded a file."""

    file: StoredFile
    kind: Literal["file"] = "file"


@dataclass(frozen=True, slots=True)
class CommandsSaved:
    """The bot set or deleted a command menu; `scope` is a scope and a language."""

    scope: str
    commands: tuple[Command, ...] | None
    kind: Literal["commands"] = "commands"


@dataclass(frozen=True, slots=True)
class ProfileSaved:
    """The bot set a text of its profile."""

    name: str
    text: str
    kind: Literal["profile"] = "profile"


@dataclass(frozen=True, slots=True)
class UpdateQueued:
    """The bot has something to fetch."""

    update: Update
    kind: Literal["update"] = "update"


@dataclass(frozen=True, slots=True)
class UpdatesConfirmed:
    """The bot has fetched everything up to an update id."""

    up_to: int
    kind: Literal["confirmed"] = "confirmed"


@dataclass(frozen=True, slots=True)
class ActionShown:
    """The bot shows that it is busy; clients show it for five seconds."""

    chat_id: int
    thread_id: int | None
    action: str
    kind: Literal["action"] = "action"


@dataclass(frozen=True, slots=True)
class QueryChanged:
    """A button was pressed, or its press answered."""

    query: CallbackQuery
    kind: Literal["query"] = "query"


@dataclass(frozen=True, slots=True)
class InlineChanged:
    """An inline query was asked or answered."""

    query: InlineQuery
    kind: Literal["inline"] = "inline"


@dataclass(frozen=True, slots=True)
class Cleared:
    """All people, chats and files are gone; counters go on, so that no id is used twice."""

    kind: Literal["cleared"] = "cleared"


Change = (
    MessageSaved
    | ChatSaved
    | UserSaved
    | FileSaved
    | CommandsSaved
    | ProfileSaved
    | UpdateQueued
    | UpdatesConfirmed
    | ActionShown
    | QueryChanged
    | InlineChanged
    | Cleared
)
