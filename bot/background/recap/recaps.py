"""The weekly recap: whose is due, and that it is written down once for its place and week.

It comes at the place's digest time on Saturday, or on Sunday where the last close of its list is
not over by then. Its key is the ISO week, so that one week brings one recap, whatever is restarted,
replayed, changed or run by hand.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.answers.forecasts import ForecastDesk
from bot.answers.local_time import local_day
from bot.awaitable_store import AwaitableStore
from bot.background.recap.recap_post import RecapWriter
from bot.background.recap.week_facts import Wanted, WeekDesk
from bot.background.recap.weeks import friday_of, is_over, iso_week, newest_week
from bot.background.slots import DueSlot, SlotAgenda, SlotRuns, parts_of
from bot.clock import Clock
from bot.words.language import Words
from bot.worker import Worker
from storage.records.chats import DigestSlot, Subscriber
from storage.records.work import OutboxItem

log = logging.getLogger(__name__)

KIND = "recap"
JOB = "recap-slot"
CATCH_UP = timedelta(hours=36)
"""After a downtime, recaps due no longer ago than this are still made."""
WAIT_FOR_CLOSES = timedelta(hours=3)
_EXPIRES_AFTER = timedelta(hours=36)
_DAY, _TWO_DAYS = timedelta(days=1), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Told:
    """A place and the Friday of the week that it is told of."""

    subscriber: Subscriber
    friday: date

    @property
    def tickers(self) -> tuple[str, ...]:
        return tuple(held.ticker for held in self.subscriber.subscriptions)

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        return tuple((ticker, self.friday) for ticker in self.tickers)


class RecapDesk:
    """Makes the recaps that are due into rows of the outbox."""

    def __init__(
        self,
        store: AwaitableStore,
        forecasts: ForecastDesk,
        worker: Worker,
        clock: Clock,
        words: Callable[[str], Words],
    ) -> None:
        self._store = store
        self._forecasts = forecasts
        self._worker = worker
        self._clock = clock
        self._words = words
        self._runs = SlotRuns(store, JOB)
        self._agenda = SlotAgenda(_weekend, CATCH_UP)

    async def enqueue_due(self, slots: Sequence[DigestSlot] | None = None) -> int:
        """Put every recap that is due into the outbox; return how many were new.

        Args:
            slots: Those there are, where they have just been read.
        """
        now, added = self._clock.now(), 0
        known = await self._store.digest_slots() if slots is None else slots
        for due in self._agenda.due(known, now):
            if await self._runs.begin(due, now):
                added += await self._make(due, now)
        return added

    async def enqueue_newest(self) -> int:
        """Do so for the newest week that is over for each place, whatever its hour."""
        now, added = self._clock.now(), 0
        desk = WeekDesk(self._store, self._forecasts, now)
        async for part in parts_of(self._store, recap=True):
            asked = await self._worker.compute(_newest, part, now)
            added += await self._enqueue(desk, asked, now, now)
        return added

    async def _make(self, due: DueSlot, now: datetime) -> int:
        added = waiting = 0
        desk = WeekDesk(self._store, self._forecasts, now)
        async for part in parts_of(self._store, due.slot, recap=True):
            asked = await self._worker.compute(_asked, part, due)
            ready = asked
            if now < due.at + WAIT_FOR_CLOSES:
                ready = await _complete(desk, asked)
            waiting += len(asked) - len(ready)
            added += await self._enqueue(desk, ready, due.at, now)
        await self._runs.end(due, now, added=added, waiting=waiting)
        return added

    async def _enqueue(
        self, desk: WeekDesk, asked: list[_Told], due: datetime, now: datetime
    ) -> int:
        if not asked:
            return 0
        wanted = [one for told in asked for one in told.wanted]
        weeks, ahead = await desk.weeks(wanted), await desk.ahead(wanted)
        writer, times = RecapWriter(self._words, await desk.record()), (due, due + _EXPIRES_AFTER)
        items = []
        for told in asked:
            place, settings = told.subscriber.place, told.subscriber.settings
            coming = [(one[0], day) for one in told.wanted if (day := ahead[one]) is not None]
            brought = [weeks[one] for one in told.wanted]
            league = await desk.league(place, told.friday)
            post = writer.post(settings, told.friday, brought, coming, times, league)
            items.append(OutboxItem(place, KIND, iso_week(told.friday), due, post.encode()))
        added = await self._store.enqueue(items, now)
        log.info("recaps due=%s enqueued=%s", due.isoformat(), added)
        return added


async def _complete(desk: WeekDesk, asked: list[_Told]) -> list[_Told]:
    """Return the places of which nothing waits for its close."""
    weeks = await desk.weeks([one for told in asked for one in told.wanted])
    return [told for told in asked if not any(weeks[one].pending for one in told.wanted)]


def _weekend(now: datetime, _at: time, zone: ZoneInfo) -> tuple[date, date]:
    friday = friday_of(local_day(now, zone))
    return friday + _DAY, friday + _TWO_DAYS


def _asked(part: Sequence[Subscriber], due: DueSlot) -> list[_Told]:
    """Return the places for which the week is over, with what was on their lists by then."""
    friday = friday_of(due.day)
    asked = [_Told(subscriber, friday) for subscriber in part]
    return [
        one
        for one in asked
        if any(held.added_at <= due.at for held in one.subscriber.subscriptions)
        and is_over(one.tickers, friday, due.at)
    ]


def _newest(part: Sequence[Subscriber], now: datetime) -> list[_Told]:
    lists = [(s, tuple(held.ticker for held in s.subscriptions)) for s in part]
    return [_Told(subscriber, newest_week(tickers, now)) for subscriber, tickers in lists]
