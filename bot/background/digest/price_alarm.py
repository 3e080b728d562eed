"""Tells the operators when digests have waited for prices for an hour, and when that is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.awaitable_store import AwaitableStore
from bot.background.digest.digests import DigestDesk
from bot.background.operators import Operators
from bot.clock import Clock
from bot.words.operators import prices_back, prices_missing
from storage.records.chats import DigestSlot

ALARM_AFTER = timedelta(hours=1)
_NOTE = "prices-missing-since"


class WatchedDigests:
    """Makes digests and watches them; what was told outlives a restart, so it comes once."""

    def __init__(
        self,
        digests: DigestDesk,
        store: AwaitableStore,
        operators: Operators,
        clock: Clock,
    ) -> None:
        self._digests = digests
        self._store = store
        self._operators = operators
        self._clock = clock

    async def enqueue_due(self, slots: Sequence[DigestSlot] | None = None) -> int:
        """Put every digest that is due into the outbox; return how many were new."""
        added = await self._digests.enqueue_due(slots)
        await self._check(added)
        return added

    def retry_at(self) -> datetime | None:
        """Return when digests that wait for prices are tried again, None where none waits."""
        return self._digests.retry_at()

    async def _check(self, enqueued: int) -> None:
        since, now = self._digests.waiting_since(), self._clock.now()
        if since is None and not enqueued:
            return
        told = await self._store.load_note(_NOTE)
        if since is not None and now - since >= ALARM_AFTER and not told:
            await self._operators.alarm("prices-missing", partial(prices_missing, since=since))
            await self._store.save_note(_NOTE, since.isoformat())
        elif since is None and enqueued and told:
            text = partial(prices_back, since=datetime.fromisoformat(told), now=now)
            await self._operators.alarm("prices-back", text)
            await self._store.save_note(_NOTE, "")
