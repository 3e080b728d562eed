"""The weekly recap: whose is due, and that it is written down once for its place and week.

It comes at the place's digest time on Saturday, or on Sunday where the last close of its list is
not over by then. Its key is the ISO week, so that one week brings one recap, whatever is restarted,
replayed, changed or run by hand.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.answers.forecasts import ForecastDesk
from bot.answers.local_time import instant_of, zone_of_place
from bot.answers.track import track_record
from bot.awaitable_store import AwaitableStore
from bot.background.recap.recap_post import RecapWriter
from bot.background.recap.weeks import (
    TickerWeek,
    friday_of,
    is_over,
    iso_week,
    newest_week,
    ticker_week,
)
from bot.clock import Clock
from bot.values import JUDGED, KeptPromise
from bot.words.digest import Ahead
from bot.words.language import Words
from bot.words.track import promise_kept
from bot.worker import Worker
from forecasting.announcements.known import Certainty
from storage.records.chats import DigestSlot, Place, Subscriber
from storage.records.work import OutboxItem
from storage.store import Store

log = logging.getLogger(__name__)

KIND = "recap"
JOB = "recap-slot"
CATCH_UP = timedelta(hours=36)
"""After a downtime, recaps due no longer ago than this are still made."""
WAIT_FOR_CLOSES = timedelta(hours=3)
_RETRY_EVERY = timedelta(minutes=10)
_EXPIRES_AFTER = timedelta(hours=36)
_DAY = timedelta(days=1)
_MOST_DONE = 5000
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class _DueRecaps:
    slot: DigestSlot
    friday: date
    at: datetime

    @property
    def key(self) -> str:
        return f"{self.slot.zone or '-'} {self.slot.digest_at:%H:%M:%S} {self.at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class _Told:
    """A place and the Friday of the week that it is told of."""

    subscriber: Subscriber
    friday: date

    @property
    def tickers(self) -> tuple[str, ...]:
        return tuple(held.ticker for held in self.subscriber.subscriptions)


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
        self._done: set[str] = set()
        self._next_try: dict[str, datetime] = {}

    async def enqueue_due(self) -> int:
        """Put every recap that is due into the outbox; return how many were new."""
        now, added = self._clock.now(), 0
        for due in _dues(await self._store.digest_slots(), now):
            if due.key in self._done or now < self._next_try.get(due.key, now):
                continue
            if await self._store.start_job(JOB, due.key, now):
                added += await self._make(due, now)
            else:
                self._finished(due)
        return added

    async def enqueue_newest(self) -> int:
        """Do so for the newest week that is over for each place, whatever its hour."""
        now, added = self._clock.now(), 0
        after: Place | None = None
        while part := await self._store.subscribers(after=after, rows=_ROWS, recap=True):
            weeks = await self._worker.compute(_newest, part, now)
            added += await self._enqueue(weeks, now, now)
            after = part[-1].place
        return added

    async def _make(self, due: _DueRecaps, now: datetime) -> int:
        added = waiting = 0
        after: Place | None = None
        while part := await self._store.subscribers(due.slot, after=after, rows=_ROWS, recap=True):
            asked = await self._worker.compute(_asked, part, due)
            ready = await self._ready(asked, due, now)
            waiting += len(asked) - len(ready)
            added += await self._enqueue(ready, due.at, now)
            after = part[-1].place
        detail = f"enqueued={added} waiting={waiting}"
        await self._store.finish_job(JOB, due.key, now, ok=not waiting, detail=detail)
        if waiting:
            self._next_try[due.key] = now + _RETRY_EVERY
        else:
            self._finished(due)
        return added

    def _finished(self, due: _DueRecaps) -> None:
        self._next_try.pop(due.key, None)
        if len(self._done) >= _MOST_DONE:
            self._done.clear()
        self._done.add(due.key)

    async def _ready(self, asked: list[_Told], due: _DueRecaps, now: datetime) -> list[_Told]:
        """Return the places that do not wait for a close; after some hours none does."""
        if now >= due.at + WAIT_FOR_CLOSES:
            return asked
        weeks = await self._store.run(_weeks, asked)
        return [one for one in asked if not any(w.pending for w in weeks[one.subscriber.place])]

    async def _enqueue(self, asked: list[_Told], due: datetime, now: datetime) -> int:
        if not asked:
            return 0
        weeks = await self._store.run(_weeks, asked)
        record = await self._store.run(_record, now)
        ahead = {
            one: await self._ahead(*one)
            for one in {(t, a.friday) for a in asked for t in a.tickers}
        }
        writer = RecapWriter(self._words, record)
        items = []
        for one in asked:
            coming = [(t, day) for t in one.tickers if (day := ahead[t, one.friday]) is not None]
            place, settings = one.subscriber.place, one.subscriber.settings
            times = (due, due + _EXPIRES_AFTER)
            post = writer.post(settings, one.friday, weeks[place], coming, times)
            items.append(OutboxItem(place, KIND, iso_week(one.friday), due, post.encode()))
        added = await self._store.enqueue(items, now)
        log.info("recaps due=%s enqueued=%s", due.isoformat(), added)
        return added

    async def _ahead(self, ticker: str, friday: date) -> Ahead | None:
        expected = await self._forecasts.announced_next(ticker, friday + _DAY)
        if expected is None or expected.day > friday + 7 * _DAY:
            return None
        return Ahead(expected.day, sure=expected.certainty is not Certainty.GUESSED)


def _dues(slots: tuple[DigestSlot, ...], now: datetime) -> list[_DueRecaps]:
    dues = []
    for slot in slots:
        zone = zone_of_place(slot.zone)
        friday = friday_of(now.astimezone(zone).date())
        for later in (1, 2):
            at = instant_of(friday + later * _DAY, slot.digest_at, zone)
            if at <= now <= at + CATCH_UP:
                dues.append(_DueRecaps(slot, friday, at))
    return sorted(dues, key=lambda due: (due.at, due.key))


def _asked(part: Sequence[Subscriber], due: _DueRecaps) -> list[_Told]:
    """Return the places for which the week is over, with what was on their lists by then."""
    asked = [_Told(subscriber, due.friday) for subscriber in part]
    return [
        one
        for one in asked
        if any(held.added_at <= due.at for held in one.subscriber.subscriptions)
        and is_over(one.tickers, due.friday, due.at)
    ]


def _newest(part: Sequence[Subscriber], now: datetime) -> list[_Told]:
    lists = [(s, tuple(held.ticker for held in s.subscriptions)) for s in part]
    return [_Told(subscriber, newest_week(tickers, now)) for subscriber, tickers in lists]


def _weeks(store: Store, asked: list[_Told]) -> dict[Place, tuple[TickerWeek, ...]]:
    """Return what their weeks brought the tickers of some places, each looked up once."""
    wanted = {(ticker, one.friday) for one in asked for ticker in one.tickers}
    found = {key: ticker_week(store, *key) for key in wanted}
    return {
        one.subscriber.place: tuple(found[ticker, one.friday] for ticker in one.tickers)
        for one in asked
    }


def _record(store: Store, now: datetime) -> KeptPromise | None:
    facts = track_record(store, None, now)
    judged = facts.at(JUDGED)
    return KeptPromise(judged.held_80.value, promise_kept(facts)) if judged else None
