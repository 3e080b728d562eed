"""What becomes of messages that a chat does not let in: kept for a day, given up, or its last."""

import logging
from datetime import timedelta

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.missed import KIND as MISSED
from bot.background.outbox.missed import MissedPosts
from bot.clock import Clock
from storage.records.work import OutboxRow

log = logging.getLogger(__name__)

LOST_CHATS, SILENCED_CHATS = "lost-chats", "silenced-chats"
"""Job names under which storage lists, by day, who was gone, and who let nothing be written."""
_AGAIN, _TRIES, _TRIES_TO_TELL = timedelta(hours=1), 24, 24 * 30
_SILENCED = "silenced: "


class Refusals:
    """Decides about rows whose chats refuse them."""

    def __init__(self, store: AwaitableStore, clock: Clock, missed: MissedPosts) -> None:
        self._store = store
        self._clock = clock
        self._missed = missed

    async def silenced(self, row: OutboxRow, reason: str) -> bool:
        """Keep what a chat does not let in for now: it is tried hourly for a day.

        Returns:
            Whether it is kept; a chat is told of what is not.
        """
        chat_id, now = row.item.place.chat_id, self._clock.now()
        await self._note(SILENCED_CHATS, chat_id, "silenced")
        if row.attempts >= (_TRIES_TO_TELL if row.item.kind == MISSED else _TRIES):
            await self.refused(row, reason)
            await self._missed.note(row)
            return False
        log.warning("chat-silenced row=%s chat=%s reason=%r", row.id, chat_id, reason)
        await self._store.postpone(row.id, now + _AGAIN, _SILENCED + reason)
        return True

    async def expired(self, row: OutboxRow) -> None:
        """Give up what is of no use any more; a chat that had kept it out is told."""
        log.warning("expired row=%s kind=%s", row.id, row.item.kind)
        await self._store.give_up(row.id, "expired", self._clock.now())
        if row.reason.startswith(_SILENCED):
            await self._missed.note(row)

    async def refused(self, row: OutboxRow, reason: str) -> None:
        """Give up what will never be let in."""
        chat_id, now = row.item.place.chat_id, self._clock.now()
        log.error(
            "refused row=%s kind=%s chat=%s reason=%r", row.id, row.item.kind, chat_id, reason
        )
        await self._store.give_up(row.id, reason, now)
        if "chat not found" in reason.lower():
            await self._store.mark_chat_dead(chat_id, "kicked" if chat_id < 0 else "blocked", now)
            await self.lost(chat_id)

    async def lost(self, chat_id: int) -> None:
        """Note for the operators that a chat is gone."""
        await self._note(LOST_CHATS, chat_id, "gone")

    async def _note(self, name: str, chat_id: int, what: str) -> None:
        now = self._clock.now()
        await self._store.finish_item(name, now.date().isoformat(), str(chat_id), what, now)
