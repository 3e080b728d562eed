"""What happens to chats: met, blocked, left, moved to another id."""

import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from telegram import ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.telegram.commands.context import Context, Handlers

log = logging.getLogger(__name__)
_ANSWERED = (ChatType.PRIVATE, ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL)
_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


class ChatEvents:
    """Keeps the list of chats true."""

    def __init__(
        self,
        store: AwaitableStore,
        clock: Clock,
        saw: Callable[[int, int], None],
    ) -> None:
        self._store = store
        self._saw = saw
        self.greet: Callable[[ChatMemberUpdated], Awaitable[None]] | None = None
        """Called for each chat that the bot is added to."""
        self._clock = clock
        self._seen: set[int] = set()

    def handlers(self) -> Handlers:
        """Return what takes membership and migration; `see` goes before all others."""
        return (
            ChatMemberHandler(self.on_membership),
            MessageHandler(filters.StatusUpdate.MIGRATE, self.on_migration),
        )

    def arrived(self, update: Update) -> None:
        """Note the number of a message as soon as it comes, long before its turn."""
        if update.message is not None:
            self._saw(update.message.chat_id, update.message.message_id)

    async def see(self, update: Update, _context: Context) -> None:
        """Note the chat of any update, once a run of the process."""
        chat = update.effective_chat
        if chat is None or chat.id in self._seen or update.my_chat_member is not None:
            return
        if chat.type in _ANSWERED:
            self._seen.add(chat.id)
            await self._store.see_chat(chat.id)

    async def on_membership(self, update: Update, _context: Context) -> None:
        """Note that the bot was added, blocked or removed."""
        change = update.my_chat_member
        if change is None:
            return
        chat, now = change.chat, self._clock.now()
        if chat.type not in _ANSWERED:
            return
        if _is_gone(change):
            reason: Literal["blocked", "kicked"] = (
                "blocked" if chat.type == ChatType.PRIVATE else "kicked"
            )
            self._seen.discard(chat.id)
            await self._store.see_chat(chat.id)
            await self._store.mark_chat_dead(chat.id, reason, now)
            log.info("chat-left chat=%s reason=%s", chat.id, reason)
        else:
            self._seen.add(chat.id)
            await self._store.see_chat(chat.id)
            if _is_added(change) and self.greet is not None:
                await self.greet(change)

    async def on_migration(self, update: Update, _context: Context) -> None:
        """Follow a group that became a supergroup."""
        message = update.effective_message
        if message is None:
            return
        old, new = message.chat_id, message.migrate_to_chat_id
        if message.migrate_from_chat_id:
            old, new = message.migrate_from_chat_id, message.chat_id
        if new:
            await self._store.migrate_chat(old, new)
            log.info("chat-migrated old=%s new=%s", old, new)


def _is_gone(change: ChatMemberUpdated) -> bool:
    return change.new_chat_member.status in _GONE


def _is_added(change: ChatMemberUpdated) -> bool:
    return change.chat.type != ChatType.PRIVATE and change.old_chat_member.status in _GONE
