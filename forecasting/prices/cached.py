"""A source that asks another one only when there can be something new.

While no session has closed since the last bar, the cache answers. Afterwards the source is asked
with what is known, so that it may fetch the tail alone. When it cannot answer, the cache does, and
the caller sees by `Bars.as_of` how old that is.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol
from weakref import WeakValueDictionary

from forecasting.errors import PriceError, RateLimitedError, UnknownTickerError
from forecasting.prices.cleaning import closed_only
from forecasting.prices.first_prices import lead_of, mended
from forecasting.prices.recent import Recent
from forecasting.prices.source import PriceSource
from forecasting.sessions import SETTLE, last_closed, next_close, session_close
from forecasting.values import Bars

log = logging.getLogger(__name__)

SOON = timedelta(minutes=3)
"""When to ask again after the source was down or had nothing new just after a close."""
LATER = timedelta(hours=1)
"""When to ask again for a share that has had nothing new for hours: halted, or an old file."""
UNKNOWN_FOR = timedelta(hours=6)
"""How long an unknown ticker is not asked for again: each such question costs many requests."""
FAILURE_FOR = timedelta(seconds=20)
"""How long a failure without cached bars stands in for the next questions on that ticker."""

WHOLE = 250
"""Bars from which an answer counts as whole; with fewer it is asked again within minutes."""
_LOOKED_AT = 500  # newest bars in which ranges that lead are looked for


class KeptBars(Protocol):
    """Bars of a persistent cache."""

    @property
    def bars(self) -> Bars:
        """The whole history as it was last fetched."""
        ...

    @property
    def checked_at(self) -> datetime:
        """When the source was last asked whether there is more."""
        ...


class PriceCache(Protocol):
    """A persistent store of histories by (source, ticker)."""

    def load_bars(self, source: str, ticker: str) -> KeptBars | None:
        """Return the kept bars, None where there are none."""
        ...

    def save_bars(self, source: str, bars: Bars, checked_at: datetime) -> None:
        """Keep bars in place of earlier ones, and forget that their ticker was unknown."""
        ...

    def load_unknown(self, source: str, ticker: str) -> datetime | None:
        """Return until when a source need not be asked about an unknown ticker, or None."""
        ...

    def save_unknown(self, source: str, ticker: str, until: datetime) -> None:
        """Note that a source does not know a ticker."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """An answer and the span of time in which it holds."""

    answer: Bars | PriceError
    since: datetime
    until: datetime


class CachedSource:
    """Keeps answers in memory and, where a store is given, across restarts; thread-safe.

    Concurrent questions on one ticker share one fetch.
    """

    def __init__(self, source: PriceSource, cache: PriceCache | None = None) -> None:
        """Put a cache in front of a source.

        Args:
            source: Asked when the cache cannot answer.
            cache: A persistent store; None keeps answers in memory only.
        """
        self._source = source
        self._cache = cache
        self._recent: Recent[_Entry] = Recent(_size)
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._guard = Lock()
        self._stale: set[str] = set()
        self._flagged: set[str] = set()
        self._tries: dict[str, int] = {}

    @property
    def name(self) -> str:
        """The name of the source behind."""
        return self._source.name

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        """Return the closed sessions of a ticker, from the cache where that is enough.

        Args:
            ticker: In Yahoo's notation, parsed.
            now: Aware UTC instant.
            known: What the caller holds; used where this cache holds nothing.

        Raises:
            PriceError: The source has none and neither has the cache.
        """
        entry = self._held(ticker, now)
        if entry is None:
            lock = self._lock_of(ticker)
            with lock.lock:
                entry = self._held(ticker, now)
                if entry is None:
                    entry = self._answer(ticker, now, known)
                    self._recent.put(ticker, entry)
        if isinstance(entry.answer, PriceError):
            raise entry.answer.with_traceback(None)  # or each raise would lengthen the kept trace
        return entry.answer

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return what the source behind offers."""
        return self._source.search(text, now)

    def _held(self, ticker: str, now: datetime) -> _Entry | None:
        entry = self._recent.get(ticker)
        return entry if entry is not None and entry.since <= now < entry.until else None

    def _lock_of(self, ticker: str) -> "_Lock":
        with self._guard:
            return self._locks.setdefault(ticker, _Lock())

    def _answer(self, ticker: str, now: datetime, known: Bars | None) -> _Entry:
        kept = self._cache.load_bars(self.name, ticker) if self._cache is not None else None
        if kept is None:
            until = self._cache.load_unknown(self.name, ticker) if self._cache is not None else None
            if until is not None and now < until:
                offers = self._source.search(ticker, now)
                return _Entry(UnknownTickerError(ticker, self.name, offers), now, until)
            return self._asked(ticker, now, known)
        bars = mended(kept.bars)  # it may have been kept before such bars were mended
        fresh_until = self._until(bars, kept.checked_at, now)
        if now < fresh_until:
            return _Entry(closed_only(bars, now), now, fresh_until)
        return self._asked(ticker, now, bars)

    def _asked(self, ticker: str, now: datetime, known: Bars | None) -> _Entry:
        try:
            bars = self._source.history(ticker, now, known)
        except PriceError as err:
            return self._failed(err, now, known)
        self._note(ticker, None)
        self._flag(bars)
        # A clock that was set back, as in a replay, must not cut what is known of later days.
        if self._cache is not None and (known is None or bars.as_of >= known.as_of):
            self._cache.save_bars(self.name, bars, now)
        self._tries[ticker] = self._tries.get(ticker, 0) + 1 if len(bars) < WHOLE else 0
        return _Entry(closed_only(bars, now), now, self._until(bars, now, now))

    def _failed(self, err: PriceError, now: datetime, known: Bars | None) -> _Entry:
        if known is not None:
            self._note(err.ticker, err)
            until = _retry_at(err, now) or now + self._pause(err.ticker)
            self._tries[err.ticker] = self._tries.get(err.ticker, 0) + 1
            return _Entry(closed_only(known, now), now, until)
        if isinstance(err, UnknownTickerError):
            if self._cache is not None:
                self._cache.save_unknown(self.name, err.ticker, now + UNKNOWN_FOR)
            return _Entry(err, now, now + UNKNOWN_FOR)
        return _Entry(err, now, _retry_at(err, now) or now + FAILURE_FOR)

    def _until(self, bars: Bars, checked_at: datetime, now: datetime) -> datetime:
        """Return when to ask again; soon for so few bars that the answer may have been cut."""
        fresh = _fresh_until(bars, checked_at, now)
        if len(bars) >= WHOLE:
            return fresh
        return min(fresh, checked_at + self._pause(bars.ticker))

    def _pause(self, ticker: str) -> timedelta:
        doubled: int = 2 ** min(self._tries.get(ticker, 0), 10)
        return min(SOON * doubled, LATER)

    def _note(self, ticker: str, err: PriceError | None) -> None:
        """Log when a ticker begins to be answered from old bars, and when that ends."""
        with self._guard:
            was_stale = ticker in self._stale
            (self._stale.discard if err is None else self._stale.add)(ticker)
        if err is not None and not was_stale:
            log.warning("prices_stale ticker=%s error=%s", ticker, type(err).__name__)
        elif err is None and was_stale:
            log.info("prices_fresh_again ticker=%s", ticker)

    def _flag(self, bars: Bars) -> None:
        """Log once a ticker whose ranges give the next day away and that nobody mends."""
        if bars.ticker not in self._flagged and lead_of(bars.rows(slice(-_LOOKED_AT, None))).found:
            self._flagged.add(bars.ticker)
            log.warning("prices_ranges_lead ticker=%s source=%s", bars.ticker, bars.source)


class _Lock:
    """A lock that a weak dictionary can hold."""

    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        self.lock = Lock()


def _size(entry: _Entry) -> int:
    # An error weighs as much as 100 bars, so that invented tickers cannot fill the memory.
    return len(entry.answer) if isinstance(entry.answer, Bars) else 100


def _retry_at(err: PriceError, now: datetime) -> datetime | None:
    if isinstance(err, RateLimitedError) and err.retry_at is not None and err.retry_at > now:
        return err.retry_at
    return None


def _fresh_until(bars: Bars, checked_at: datetime, now: datetime) -> datetime:
    """Return when to ask the source again about bars that it was asked about at `checked_at`.

    Up to date: at the next close. Otherwise soon, and less often the longer nothing has come.
    """
    last = last_closed(bars.exchange, now)
    if bars.as_of >= last:
        return next_close(bars.exchange, now)
    missing_since = session_close(bars.exchange, last) + SETTLE
    if checked_at < missing_since:
        return checked_at
    waited = checked_at - missing_since
    return min(checked_at + min(max(SOON, waited / 4), LATER), next_close(bars.exchange, now))
