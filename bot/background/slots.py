"""The places of one time zone and hour: when they are due, and how far each of them is.

Digests and recaps are made slot by slot, a bounded part of its places at a time. That a slot is
made stands in the database as a job run; what is kept here only spares the asking.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
_AHEAD = timedelta(minutes=15)
"""For so long it is reckoned ahead which of hundreds of slots come due."""
_NEVER = datetime.max.replace(tzinfo=UTC)
DaysOf = Callable[[datetime, time, ZoneInfo], Iterable[date]]
"""The local days, up to an instant, on which a time of day was due last."""


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A slot on one of its local days.

    Attributes:
        at: The instant at which it is due.
        key: Names it among job runs: a day brings one, whatever is restarted or replayed.
    """

    slot: DigestSlot
    zone: ZoneInfo
    day: date
    at: datetime
    key: str

    @classmethod
    def on(cls, slot: DigestSlot, day: date) -> "DueSlot":
        """Return a slot on a local day."""
        zone = zone_of_place(slot.zone)
        key = f"{slot.zone or '-'} {slot.digest_at:%H:%M:%S} {day}"
        return cls(slot, zone, day, instant_of(day, slot.digest_at, zone), key)


@dataclass(frozen=True, slots=True)
class KnownSlots:
    """The slots there are, as they were read at an instant."""

    slots: tuple[DigestSlot, ...] = ()
    read_at: datetime = _NEVER

    def hold(self, now: datetime, count: int) -> bool:
        """Return whether they need not be read again: there are as many, and read not long ago.

        One that came in the very minute in which another was swept away is seen by the next reading
        only, and caught up.
        """
        return count == len(self.slots) and self.read_at <= now < self.read_at + _AHEAD


class SlotAgenda:
    """Which slots are due, reckoned for some minutes at a time."""

    def __init__(self, days: DaysOf, catch_up: timedelta) -> None:
        """Know nothing yet.

        Args:
            days: On which a slot was due last, up to an instant.
            catch_up: For so long a slot is due; with some minutes more it is shorter than from one
                time that a slot is due to the next.
        """
        self._days = days
        self._catch_up = catch_up
        self._slots: Sequence[DigestSlot] = ()
        self._since = self._until = _NEVER
        self._soon: list[DueSlot] = []

    def due(self, slots: Sequence[DigestSlot], now: datetime) -> list[DueSlot]:
        """Return what is due by `now`, the oldest first."""
        if not (self._since <= now < self._until and slots == self._slots):
            self._reckon(slots, now)
        return [due for due in self._soon if due.at <= now <= due.at + self._catch_up]

    def _reckon(self, slots: Sequence[DigestSlot], now: datetime) -> None:
        self._slots, self._since, self._until = slots, now, now + _AHEAD
        every = (
            DueSlot.on(slot, day)
            for slot in slots
            for day in self._days(self._until, slot.digest_at, zone_of_place(slot.zone))
        )
        soon = (due for due in every if now <= due.at + self._catch_up and due.at < self._until)
        self._soon = sorted(soon, key=lambda due: (due.at, due.key))


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
