"""The daily digest: whose is due, what goes into it, and that it is written down once.

A digest is due at a place's local time on its weekdays. Its key is the local date, so that one day
brings one digest, whatever is restarted, replayed or changed in the settings meanwhile.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.answers.local_time import day_before, due_day, instant_of
from bot.awaitable_store import AwaitableStore
from bot.background.digest.digest_post import Digest, PostWriter
from bot.background.digest.news import NewsDesk, NoNews, Wanted, wanted_at
from bot.background.slots import RETRY_EVERY, DueSlot, SlotAgenda, SlotRuns, parts_of
from bot.clock import Clock
from bot.words.language import Words
from bot.words.ticker_news import TickerNews
from bot.worker import Worker
from forecasting.errors import CalendarError
from forecasting.sessions import exchange_of, next_close
from storage.records.chats import DigestSlot, Place, Subscriber
from storage.records.work import OutboxItem

log = logging.getLogger(__name__)

KIND = "digest"
JOB = "digest-slot"
CATCH_UP = timedelta(hours=12)
"""After a downtime, digests due no longer ago than this are still made."""
WAIT_FOR_PRICES = timedelta(hours=3)
LATE_AFTER = timedelta(minutes=45)
"""From when on a digest says of itself that it is late."""
_RETRY_LATER = timedelta(minutes=30)
_EXPIRES_AFTER = timedelta(hours=20)
Found = dict[Wanted, TickerNews | NoNews]


class DigestDesk:
    """Makes the digests that are due into rows of the outbox."""

    def __init__(
        self,
        store: AwaitableStore,
        news: NewsDesk,
        worker: Worker,
        clock: Clock,
        words: Callable[[str], Words],
    ) -> None:
        self._store = store
        self._news = news
        self._worker = worker
        self._clock = clock
        self._words = words
        self._runs = SlotRuns(store, JOB)
        self._agenda = SlotAgenda(_last_day, CATCH_UP)

    async def enqueue_due(self, slots: Sequence[DigestSlot] | None = None) -> int:
        """Put every digest that is due into the outbox; return how many were new.

        Args:
            slots: Those there are, where they have just been read.
        """
        now, added = self._clock.now(), 0
        known = await self._store.digest_slots() if slots is None else slots
        for due in self._agenda.due(known, now):
            if await self._runs.begin(due, now):
                added += await self._make(due, now)
        return added

    def waiting_since(self) -> datetime | None:
        """Return since when digests wait for prices, None where none waits."""
        return self._runs.waiting_since()

    def retry_at(self) -> datetime | None:
        """Return when digests that wait for prices are tried again, None where none waits."""
        return self._runs.retry_at()

    async def _make(self, due: DueSlot, now: datetime) -> int:
        added = waiting = 0
        writer = PostWriter(self._words)
        async for part in parts_of(self._store, due.slot):
            made, left = await self._make_part(part, due, now, writer)
            added, waiting = added + made, waiting + left
        long = now >= due.at + WAIT_FOR_PRICES
        retry = _RETRY_LATER if long else RETRY_EVERY
        await self._runs.end(due, now, added=added, waiting=waiting, retry=retry)
        return added

    async def _make_part(
        self, part: Sequence[Subscriber], due: DueSlot, now: datetime, writer: PostWriter
    ) -> tuple[int, int]:
        """Return how many digests of some places were new, and how many wait for prices."""
        questions = await self._worker.compute(_asked_on, part, due)
        asked = [w for wanted in questions.values() for w in wanted if w.session > w.since]
        found = await self._news.find(asked)
        subscribers = [s for s in part if s.place in questions]
        ready = [s for s in subscribers if not _must_wait(questions[s.place], found, due, now)]
        late = now >= due.at + LATE_AFTER
        items = await self._worker.compute(
            _compose, writer, [(s, questions[s.place]) for s in ready], found, due, late
        )
        return await self._store.enqueue(items, now), len(subscribers) - len(ready)


def _compose(
    writer: PostWriter,
    asked: list[tuple[Subscriber, tuple[Wanted, ...]]],
    found: Found,
    due: DueSlot,
    late: bool,
) -> list[OutboxItem]:
    items = []
    for subscriber, wanted in asked:
        news = tuple(n for w in wanted if isinstance(n := found.get(w), TickerNews))
        post = writer.post(
            Digest(
                subscriber.settings,
                due.at,
                news=news,
                missing=tuple(w.ticker for w in wanted if isinstance(found.get(w), NoNews)),
                closed=tuple((w.ticker, w.session) for w in wanted if w not in found),
                expires=due.at + _EXPIRES_AFTER,
                late=late,
                missed=_missed(subscriber, due),
            )
        )
        if post is not None:
            told = tuple((n.forecast.ticker, n.forecast.as_of) for n in news)
            day, payload = due.day.isoformat(), post.encode()
            items.append(OutboxItem(subscriber.place, KIND, day, due.at, payload, told=told))
    return items


def _missed(subscriber: Subscriber, due: DueSlot) -> bool:
    """Return whether the digest before this one told nothing of what it had to tell."""
    earlier = day_before(due.day, frozenset(subscriber.settings.days))
    before = instant_of(earlier, due.slot.digest_at, due.zone)
    told = [held for held in subscriber.subscriptions if held.told is not None]
    with suppress(CalendarError):
        return bool(told) and all(
            held.told is not None and held.told < wanted_at(held.ticker, before, before).session
            for held in told
        )
    return False


def _last_day(now: datetime, at: time, zone: ZoneInfo) -> tuple[date]:
    return (due_day(now, at, zone),)


def _asked_on(part: Sequence[Subscriber], due: DueSlot) -> dict[Place, tuple[Wanted, ...]]:
    """Return what the digests of a day ask, of the places that want one on its weekday."""
    weekday = due.day.weekday()
    return {s.place: _questions(s, due) for s in part if weekday in s.settings.days}


def _questions(subscriber: Subscriber, due: DueSlot) -> tuple[Wanted, ...]:
    earlier = day_before(due.day, frozenset(subscriber.settings.days))
    before = instant_of(earlier, due.slot.digest_at, due.zone)
    questions = []
    for held in subscriber.subscriptions:
        if held.added_at > due.at:
            continue  # it was not on the list yet when the digest was due
        try:
            wanted = wanted_at(held.ticker, due.at, before)
        except CalendarError as err:
            log.warning("no-calendar ticker=%s reason=%r", held.ticker, str(err))
            continue
        # A digest that came late, after the next bell, has told of that session already.
        since = max(wanted.since, held.told or wanted.since)
        questions.append(replace(wanted, since=since))
    return tuple(questions)


def _must_wait(wanted: tuple[Wanted, ...], found: Found, due: DueSlot, now: datetime) -> bool:
    """Return whether a place's digest waits for prices.

    With news of some tickers it waits some hours for the others; with none until the next bell,
    after which the news would be those of the next digest.
    """
    answers = {question: found.get(question) for question in wanted}
    coming = [q for q, a in answers.items() if isinstance(a, NoNews) and a.may_come]
    some = any(isinstance(answer, TickerNews) for answer in answers.values())
    if not coming or (some and now >= due.at + WAIT_FOR_PRICES):
        return False
    bells = (next_close(exchange_of(q.ticker), due.at, timedelta(0)) for q in coming)
    return now < min(bells)
