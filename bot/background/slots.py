"""The places of one time zone and hour: when they are due, and how far each of them is.

Digests and recaps are made slot by slot, a bounded part of its places at a time. That a slot is
made stands in the database as a job run; what is kept here only spares the asking.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.answers.local_time import instant_of, zone_of_place
from bot.awaitable_store import AwaitableStore
from storage.records.chats import DigestSlot, Subscriber

log = logging.getLogger(__name__)

RETRY_EVERY = timedelta(minutes=10)
"""Between two tries of a slot that waits for prices."""
_MOST_DONE = 5000
_CHATS = 100
"""Whose lists are looked at together: some hundred subscriptions, a quarter of a megabyte."""
Days = Callable[[time, ZoneInfo], Iterable[date]]
"""The local days on which a time of day may be due."""


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A slot on one of its local days, and the instant at which it was due."""

    slot: DigestSlot
    zone: ZoneInfo
    day: date
    at: datetime

    @property
    def key(self) -> str:
        """Names it among job runs: a day brings one, whatever is restarted or replayed."""
        return f"{self.slot.zone or '-'} {self.slot.digest_at:%H:%M:%S} {self.day}"


def due_slots(
    slots: Iterable[DigestSlot], now: datetime, days: Days, catch_up: timedelta
) -> list[DueSlot]:
    """Return what is due by `now` and for no longer than `catch_up`, the oldest first."""
    dues = []
    for slot in slots:
        zone = zone_of_place(slot.zone)
        for day in days(slot.digest_at, zone):
            at = instant_of(day, slot.digest_at, zone)
            if at <= now <= at + catch_up:
                dues.append(DueSlot(slot, zone, day, at))
    return sorted(dues, key=lambda due: (due.at, due.key))


async def parts_of(
    store: AwaitableStore, slot: DigestSlot | None = None, *, recap: bool = False
) -> AsyncIterator[Sequence[Subscriber]]:
    """Give the places of a slot, or of all, some at a time, so that no crowd fills the memory."""
    after: int | None = None
    while chat_ids := await store.next_chats(slot, after, _CHATS, recap=recap):
        if part := await store.subscribers(slot, chat_ids=chat_ids, recap=recap):
            yield part
        after = chat_ids[-1]


class SlotRuns:
    """How far the slots of one job are."""

    def __init__(self, store: AwaitableStore, job: str) -> None:
        self._store = store
        self._job = job
        self._done: set[str] = set()
        self._next_try: dict[str, datetime] = {}
        self._waiting: dict[str, datetime] = {}

    async def begin(self, due: DueSlot, now: datetime) -> bool:
        """Return whether a slot is to be made now."""
        if due.key in self._done or now < self._next_try.get(due.key, now):
            return False
        if await self._store.start_job(self._job, due.key, now):
            return True
        self._finished(due)
        return False

    async def end(
        self,
        due: DueSlot,
        now: datetime,
        *,
        added: int,
        waiting: int,
        retry: timedelta = RETRY_EVERY,
    ) -> None:
        """Note what came of a slot; with places that wait it is tried again after `retry`."""
        detail = f"enqueued={added} waiting={waiting}"
        await self._store.finish_job(self._job, due.key, now, ok=not waiting, detail=detail)
        if added or waiting:
            log.info("slot-made job=%s slot=%r %s", self._job, due.key, detail)
        if waiting:
            self._next_try[due.key] = now + retry
            self._waiting[due.key] = due.at
        else:
            self._finished(due)

    def waiting_since(self) -> datetime | None:
        """Return since when the oldest waits for prices, None where none waits."""
        return min(self._waiting.values(), default=None)

    def retry_at(self) -> datetime | None:
        """Return when the next that waits for prices is tried again, None where none waits."""
        return min(self._next_try.values(), default=None)

    def _finished(self, due: DueSlot) -> None:
        self._next_try.pop(due.key, None)
        self._waiting.pop(due.key, None)
        if len(self._done) >= _MOST_DONE:
            self._done.clear()
        self._done.add(due.key)
