"""The state of the local chat: who is there, what was said, what the bot has to fetch.

Pure: no HTTP, no clock of its own, no disk. Every change is announced to the observers.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from localchat.errors import ApiError, bad_request, forbidden
from localchat.state import changes
from localchat.state.blobs import Blobs
from localchat.state.updates import UpdateQueue
from localchat.state.values import (
    CallbackQuery,
    Chat,
    Command,
    GuestQuery,
    InlineQuery,
    Member,
    Message,
    StoredFile,
    Topic,
    User,
)

SIZES = "smxy"
_SHARED = "shared"
FIRST_SUPERGROUP = -1_002_000_000_001


class World:
    """Everything that Telegram would remember of one bot's chats."""

    def __init__(self, bot: User, blobs: Blobs, now: Callable[[], datetime]) -> None:
        self.bot = bot
        self.blobs = blobs
        self._now = now
        self._observers: list[Callable[[changes.Change], None]] = []
        self.counters: dict[str, int] = {}
        self.updates = UpdateQueue(self.announce)
        self.commands: dict[str, tuple[Command, ...]] = {}
        self.profile: dict[str, str] = {}
        self._forget()

    def _forget(self) -> None:
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.guest_queries: dict[str, GuestQuery] = {}

    def observe(self, observer: Callable[[changes.Change], None]) -> Callable[[], None]:
        """Call the observer on every change; returns what ends it."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def announce(self, change: changes.Change) -> None:
        """Tell all observers of a change."""
        for observer in tuple(self._observers):
            observer(change)

    def clear(self) -> None:
        """Forget people, chats and files; the bot's own menu and the counters stay."""
        self.updates.drop()
        self._forget()
        self.blobs.clear()
        self.announce(changes.Cleared())

    def count(self, counter: str) -> int:
        """Return the next number of a counter."""
        self.counters[counter] = self.counters.get(counter, 0) + 1
        return self.counters[counter]

    def timestamp(self) -> int:
        """Return the time in Unix seconds."""
        return int(self._now().timestamp())

    # -- people and chats ------------------------------------------------------------------

    def add_user(self, user: User) -> User:
        """Let a person exist, with a private chat that they have not opened yet."""
        self.users[user.id] = user
        self.announce(changes.UserSaved(user))
        if not user.is_bot and user.id not in self.chats:
            self.save_chat(Chat(user.id, "private", user.first_name, started=False))
        return user

    def add_group(
        self, title: str, members: tuple[Member, ...], *, forum: bool = False, basic: bool = False
    ) -> Chat:
        """Let a group exist that the bot is a member of.

        Args:
            title: Its name.
            members: The people in it.
            forum: With topics.
            basic: A plain group that may migrate, rather than a supergroup.
        """
        number = self.count("groups")
        chat = Chat(
            id=-5_000_000_000 - number if basic else FIRST_SUPERGROUP - number,
            kind="group" if basic else "supergroup",
            title=title,
            members=members,
            is_forum=forum,
        )
        return self.save_chat(chat)

    def add_channel(
        self, title: str, members: tuple[Member, ...], *, username: str | None = None
    ) -> Chat:
        """Let a channel exist that the bot is not in yet.

        Args:
            title: Its name.
            members: Owner and admins, who alone may post.
            username: By which a public channel is found.
        """
        number = FIRST_SUPERGROUP - self.count("groups")
        return self.save_chat(
            Chat(number, "channel", title, members=members, bot_status="left", username=username)
        )

    def add_topic(self, chat: Chat, name: str) -> Topic:
        """Open a topic in a forum; its id is the id of the message that says so."""
        owner = next(m.user_id for m in chat.members)
        number = self.next_message_id(chat.id)
        topic = Topic(number, name)
        self.save_chat(replace(self.chats[chat.id], topics=(*self.chats[chat.id].topics, topic)))
        self.save(
            Message(
                number,
                chat.id,
                owner,
                self.timestamp(),
                thread_id=number,
                service="forum_topic_created",
                service_value={"name": name, "icon_color": 7322096},
            )
        )
        return topic

    def save_chat(self, chat: Chat) -> Chat:
        """Keep a chat's new state."""
        self.chats[chat.id] = chat
        self.messages.setdefault(chat.id, {})
        self.announce(changes.ChatSaved(chat))
        return chat

    def status(self, chat: Chat, user_id: int) -> str:
        """Return what a user is in a chat, `left` where they never were in it."""
        if user_id == self.bot.id:
            return chat.bot_status
        return next((m.status for m in chat.members if m.user_id == user_id), "left")

    def chat_for_bot(self, chat_id: int | str, *, sending: bool = True) -> Chat:
        """Return a chat that the bot names.

        Args:
            chat_id: Numeric id, or @username of a channel (those of people are refused).
            sending: That the bot wants to do something there.

        Raises:
            ApiError: Unknown, migrated, blocked, kicked, or never started.
        """
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else self._public(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to=chat.migrated_to,
            )
        if sending:
            _check_reachable(chat)
        return chat

    def _public(self, name: str) -> Chat | None:
        found = (c for c in self.chats.values() if c.username and f"@{c.username}" == name)
        return next(found, None)

    # -- messages --------------------------------------------------------------------------

    def next_message_id(self, chat_id: int) -> int:
        """Return a new message id: supergroups and channels count alone, all others together."""
        own = self.chats[chat_id].kind in ("supergroup", "channel")
        return self.count(str(chat_id) if own else _SHARED)

    def save(self, message: Message) -> Message:
        """Keep a message's new state."""
        self.messages[message.chat_id][message.id] = message
        self.announce(changes.MessageSaved(message))
        return message

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """Return a message that is still there."""
        message = self.messages.get(chat_id, {}).get(message_id)
        return message if message and not message.deleted else None

    def history(self, chat_id: int) -> list[Message]:
        """Return what is to be read in a chat, oldest first."""
        return [m for m in self.messages.get(chat_id, {}).values() if not m.deleted]

    def photo_sizes(self, file_id: str) -> tuple[str, ...]:
        """Return the ids of all sizes of the photo that a file id belongs to, smallest first."""
        stem = file_id[:-1]
        return tuple(stem + size for size in SIZES if stem + size in self.files)

    # -- what the bot left -----------------------------------------------------------------

    def save_file(self, file: StoredFile) -> StoredFile:
        """Keep a file's description."""
        self.files[file.id] = file
        self.announce(changes.FileSaved(file))
        return file

    def save_query(self, query: CallbackQuery) -> CallbackQuery:
        """Keep the state of a button press."""
        self.queries[query.id] = query
        self.announce(changes.QueryChanged(query))
        return query

    def save_inline(self, query: InlineQuery) -> InlineQuery:
        """Keep the state of an inline query."""
        self.inline_queries[query.id] = query
        self.announce(changes.InlineChanged(query))
        return query

    def save_commands(self, scope: str, commands: tuple[Command, ...] | None) -> None:
        """Keep the command menu of one scope and language; None deletes it."""
        if commands is None:
            self.commands.pop(scope, None)
        else:
            self.commands[scope] = commands
        self.announce(changes.CommandsSaved(scope, commands))

    def save_profile(self, name: str, text: str) -> None:
        """Keep one text of the bot's profile."""
        self.profile[name] = text
        self.announce(changes.ProfileSaved(name, text))

    def tell_bot(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update for the bot, as a snapshot."""
        self.updates.add(kind, json.loads(json.dumps(payload)))


def _check_reachable(chat: Chat) -> None:
    if chat.kind == "private":
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.bot_status == "kicked":
            raise forbidden("bot was blocked by the user")
    elif chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    elif chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    elif chat.kind == "channel" and chat.bot_status != "administrator":
        raise bad_request("need administrator rights in the channel chat")
