"""What the last session brought each ticker, found once for all places that ask the same."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from cachetools import LRUCache

from bot.answers.bands import HIGH, LOW
from bot.answers.forecasts import Answer, ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.words.ticker_news import Ahead, Came, Side, TickerNews
from forecasting.announcements.known import Certainty
from forecasting.errors import (
    BadAnswerError,
    ForecastingError,
    NoConnectionError,
    RateLimitedError,
)
from forecasting.model.training_years import learned_from
from forecasting.sessions import exchange_of, last_closed, sessions_between
from forecasting.values import Bars, Forecast
from storage.records.ledger import Issued

log = logging.getLogger(__name__)

_AT_ONCE = 8
_MOST_REMEMBERED = 2048
_LATE_SESSIONS = 2
_NEAR = 5
"""Sessions ahead within which a company's results are told of."""
_MAY_PASS = (NoConnectionError, RateLimitedError, BadAnswerError)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question: the news of a ticker's session, against what was told `since`.

    Attributes:
        session: The last session that has closed by the digest's time.
        since: The last that had closed by the time of the digest before.
    """

    ticker: str
    session: date
    since: date


@dataclass(frozen=True, slots=True)
class NoNews:
    """The price of the session is not known; `may_come` says whether to wait for it."""

    may_come: bool


@lru_cache(_MOST_REMEMBERED)  # a crowd with one time asks the same of the same tickers
def wanted_at(ticker: str, due: datetime, before: datetime) -> Wanted:
    """Return what a digest due at one instant asks of a ticker, the one before due at another.

    A session counts from its bell on: a digest between the bell and the settled close waits for it.

    Raises:
        CalendarError: No calendar knows the exchange at that time.
    """
    exchange, at_bell = exchange_of(ticker), timedelta(0)
    return Wanted(
        ticker, last_closed(exchange, due, at_bell), last_closed(exchange, before, at_bell)
    )


class NewsDesk:
    """Finds news; the forecasts behind them are in the ledger before anyone is told."""

    def __init__(self, forecasts: ForecastDesk, ledger: AwaitableStore, clock: Clock) -> None:
        self._clock = clock
        self._forecasts = forecasts
        self._ledger = ledger
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._known: LRUCache[Wanted, TickerNews] = LRUCache(_MOST_REMEMBERED)

    async def find(self, wanted: Iterable[Wanted]) -> dict[Wanted, TickerNews | NoNews]:
        """Return the news of each question, or that there are none and whether they may come."""
        known = {one: self._known.get(one) for one in set(wanted)}
        # A crowd asks the same again and again: what is known costs no task.
        open_ = sorted((w for w in known if known[w] is None), key=lambda w: (w.ticker, w.since))
        found = await asyncio.gather(*map(self._find, open_))
        told: dict[Wanted, TickerNews | NoNews] = {w: n for w, n in known.items() if n is not None}
        return told | dict(zip(open_, found, strict=True))

    async def _find(self, wanted: Wanted) -> TickerNews | NoNews:
        if last_closed(exchange_of(wanted.ticker), self._clock.now()) < wanted.session:
            # Between the bell and the settled close nobody is asked, and nothing is forecast.
            return NoNews(may_come=True)
        async with self._turns:
            try:
                answer = await self._forecasts.answer(wanted.ticker)
            except ForecastingError as err:
                log.warning("no-news ticker=%s reason=%r", wanted.ticker, str(err))
                return NoNews(may_come=isinstance(err, _MAY_PASS))
            missing = sessions_between(answer.bars.exchange, answer.bars.as_of, wanted.session)
            if missing > 0:
                # What lacks more than the newest sessions is halted, or an old file.
                return NoNews(may_come=missing <= _LATE_SESSIONS)
            (*earlier,) = await self._ledger.forecasts_of(wanted.ticker, 1, wanted.since)
        ahead = await self._ahead(answer.issued.forecast)
        news = news_of(answer, wanted.since, earlier[0] if earlier else None, ahead)
        self._known[wanted] = news
        return news

    async def _ahead(self, forecast: Forecast) -> Ahead | None:
        tomorrow = forecast.as_of + timedelta(days=1)
        expected = await self._forecasts.announced_next(forecast.ticker, tomorrow)
        if expected is None or expected.day > forecast.targets[:_NEAR][-1]:
            return None
        return Ahead(expected.day, sure=expected.certainty is not Certainty.GUESSED)


def news_of(
    answer: Answer, since: date, given: Issued | None, ahead: Ahead | None = None
) -> TickerNews:
    """Compare a ticker's newest close with what was known and forecast at an earlier session."""
    bars, issued, earlier = answer.bars, answer.issued, given.forecast if given else None
    before = int(np.searchsorted(bars.sessions, np.datetime64(since, "D"), side="right"))
    reference = float(bars.close[max(before - 1, 0)])
    return TickerNews(
        forecast_id=issued.id,
        forecast=issued.forecast,
        move=float(bars.close[-1]) / reference - 1,
        came=_came(bars, earlier) if earlier else None,
        width_change=_width(issued.forecast) / _width(earlier) - 1 if earlier else None,
        learned=earlier is not None and learned_from(earlier.model_version, earlier.as_of),
        earlier_id=given.id if given else 0,
        ahead=ahead,
    )


def _came(bars: Bars, earlier: Forecast) -> Came | None:
    if bars.as_of not in earlier.targets:
        return None
    horizon = earlier.targets.index(bars.as_of) + 1
    row = np.searchsorted(bars.sessions, np.datetime64(earlier.as_of, "D"))
    if row == len(bars) or bars.session(int(row)) != earlier.as_of:
        return None
    # A split since then changed what a share is: compare in shares of now.
    shares = float(bars.close[row]) / earlier.close
    low, high = (earlier.at(horizon, level) * shares for level in (LOW, HIGH))
    close = float(bars.close[-1])
    side: Side = "above" if close > high else "below" if close < low else "inside"
    return Came(side, low, high)


def _width(forecast: Forecast) -> float:
    last = len(forecast.targets)
    return (forecast.at(last, 0.9) - forecast.at(last, 0.1)) / forecast.close
