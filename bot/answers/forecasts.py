"""Answers where a ticker may go: one forecast per closed bar, written down before it leaves."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from cachetools import LRUCache

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import ForecastGoneError
from bot.meters import Meters
from bot.worker import FewAtOnce, SingleFlight, Worker
from forecasting.announcements.cached import CachedAnnouncements
from forecasting.announcements.known import Announcements, Expected, nothing
from forecasting.announcements.source import AnnouncementSource, NoAnnouncements
from forecasting.ended import refuse_ended
from forecasting.errors import ForecastingError, PriceError
from forecasting.forecast import make_forecasts
from forecasting.model.serving import Model
from forecasting.prices.source import PriceSource
from forecasting.sessions import sessions_old
from forecasting.ticker_notation import MARKET_TICKERS
from forecasting.values import Bars
from storage.records.ledger import Issued

log = logging.getLogger(__name__)

_MOST_REMEMBERED, _MOST_WARM = 512, 4096
_NEW_AT_ONCE, _NEW_SECONDS = 4, 0.2
"""Tickers that nobody has asked for lately: their prices are read and their forecasts computed."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A forecast from the ledger with the bars it was made from.

    Attributes:
        issued: The ledger's row.
        bars: The history up to the forecast's as-of.
        sessions_old: How many sessions have closed since the as-of.
    """

    issued: Issued
    bars: Bars
    sessions_old: int


class ForecastDesk:
    """Gives each question one answer, however many ask it at once and however often."""

    def __init__(
        self,
        source: PriceSource,
        ledger: AwaitableStore,
        model_for: Callable[[str], Model],
        worker: Worker,
        clock: Clock,
        dates: AnnouncementSource | None = None,
        meters: Meters | None = None,
        waits: Callable[[], None] = lambda: None,
    ) -> None:
        """Make a desk; nothing is read before the first question.

        Args:
            source: Of prices.
            ledger: Where forecasts are written down.
            model_for: Says which model serves a ticker.
            worker: For what blocks.
            clock: What is now.
            dates: Of announcements.
            meters: Count where answers come from.
            waits: Called where the one who asks has to wait for an answer.
        """
        self._waits = waits
        self._source = source
        self._meters = meters or Meters()
        self._dates = dates or NoAnnouncements()
        self._ledger = ledger
        self._model_for = model_for
        self._worker = worker
        self._clock = clock
        self._flights = SingleFlight()
        self._few = FewAtOnce(worker, _NEW_AT_ONCE, _NEW_SECONDS)
        self._warm: LRUCache[str, bool] = LRUCache(_MOST_WARM)
        self._known: LRUCache[tuple[str, str, str], Issued] = LRUCache(_MOST_REMEMBERED)
        self._market_missing = False

    async def answer(self, ticker: str) -> Answer:
        """Return the forecast of a ticker from its last closed bar, computed if it is a new one.

        Raises:
            ForecastingError: There is none, and why.
        """
        if ticker in self._warm:
            return await self._flights.run(ticker, lambda: self._answer(ticker))
        self._waits()
        return await self._flights.run(ticker, lambda: self._answer_anew(ticker))

    async def answer_again(self, forecast_id: int) -> Answer:
        """Return a forecast that was issued before, by its number.

        Raises:
            ForecastGoneError: The ledger holds no such forecast.
            PriceError: Its bars cannot be had again.
        """
        issued = await self.issued(forecast_id)
        self._waits()
        forecast, now = issued.forecast, self._clock.now()
        bars = await self._worker.wait(self._source.history, forecast.ticker, now)
        return _as_issued(issued, bars, now)

    async def issued(self, forecast_id: int) -> Issued:
        """Return a forecast that was issued before, without the bars it was made from.

        Raises:
            ForecastGoneError: The ledger holds no such forecast.
        """
        issued = await self._ledger.find_forecast(forecast_id)
        if issued is None:
            raise ForecastGoneError(forecast_id)
        return issued

    async def announced_next(self, ticker: str, day: date) -> Expected | None:
        """Return a company's next announcement on or after a day, None where none is expected."""
        known = await self._worker.wait(self._announced, ticker, self._clock.now())
        return known.expected(day)

    async def history(self, ticker: str) -> Bars:
        """Return a ticker's closed bars as they are now.

        Raises:
            PriceError: They cannot be had.
        """
        self._waits()
        return await self._worker.wait(self._source.history, ticker, self._clock.now())

    async def market(self) -> Bars | None:
        """Return the market's closed bars as they are now, None where they are missing."""
        return await self._worker.wait(self._market, self._clock.now())

    async def suggestions(self, text: str) -> tuple[str, ...]:
        """Return tickers that an unknown one may have meant; empty when nobody can say."""
        self._waits()
        try:
            return await self._worker.wait(self._source.search, text, self._clock.now())
        except PriceError as err:
            log.info("search-failed source=%s reason=%r", err.source, err.detail)
            return ()

    async def _answer_anew(self, ticker: str) -> Answer:
        async with self._few.place():
            answer = await self._answer(ticker)
        self._warm[ticker] = True
        return answer

    async def _answer(self, ticker: str) -> Answer:
        now = self._clock.now()
        bars, model = await self._worker.wait(self._at_hand, ticker, now)
        issued = await self._recall(bars, model) or await self._issue(bars, model, now)
        return _as_issued(issued, bars, now)

    def _at_hand(self, ticker: str, now: datetime) -> tuple[Bars, Model]:
        # In one go: most answers are known, and each way to a thread and back costs as much as one.
        bars = self._source.history(ticker, now)
        refuse_ended(bars, now, lambda: self._market(now))
        bars.digest()  # reads all prices, and is kept: the event loop asks for it next
        return bars, self._model_for(ticker)

    async def _recall(self, bars: Bars, model: Model) -> Issued | None:
        key = (bars.ticker, model.version, bars.digest())
        if (known := self._known.get(key)) is not None:
            self._meters.forecast("memory")
            return known
        issued = await self._ledger.latest_issued(bars.ticker, bars.as_of, model.version, key[2])
        if issued is not None:
            self._meters.forecast("ledger")
            self._known[key] = issued
        return issued

    async def _issue(self, bars: Bars, model: Model, now: datetime) -> Issued:
        market, dates = await self._worker.wait(self._known_beside, bars.ticker, now)
        (outcome,) = await self._worker.compute(
            make_forecasts, model, [bars], market, {bars.ticker: dates}
        )
        if isinstance(outcome, ForecastingError):
            raise outcome
        issued = await self._ledger.issue(outcome, now)
        self._meters.forecast("made")
        return issued

    async def ask_ahead(self, ticker: str) -> bool:
        """Ask for a ticker's announcements before anyone needs them; return whether it was due."""
        if not isinstance(self._dates, CachedAnnouncements):
            return False
        return await self._worker.wait(self._dates.ask_ahead, ticker, self._clock.now())

    def _known_beside(self, ticker: str, now: datetime) -> tuple[Bars | None, Announcements]:
        return self._market(now), self._announced(ticker, now)

    def _announced(self, ticker: str, now: datetime) -> Announcements:
        try:
            return self._dates.announcements(ticker, now)
        except ForecastingError as err:
            log.warning("announcements-missing ticker=%s reason=%r", ticker, str(err))
            return nothing(ticker)

    def _market(self, now: datetime) -> Bars | None:
        bars = market_bars(self._source, now)
        if bars is None and not self._market_missing:
            log.warning("market-missing tickers=%s", ",".join(MARKET_TICKERS))
        self._market_missing = bars is None
        return bars


def market_bars(source: PriceSource, now: datetime) -> Bars | None:
    """Return the bars that stand for the state of the market, None where none are to be had."""
    for ticker in MARKET_TICKERS:
        with suppress(PriceError):
            return source.history(ticker, now)
    return None


def _as_issued(issued: Issued, bars: Bars, now: datetime) -> Answer:
    """Pair a forecast with its bars, in the share count that the forecast was made in."""
    cut = bars.between(None, issued.forecast.as_of)
    if len(cut) and cut.as_of == issued.forecast.as_of:
        cut = cut.scaled(issued.forecast.close / float(cut.close[-1]))
    return Answer(issued, cut, sessions_old(cut, now))
