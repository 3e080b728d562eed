"""A ticker's backtest: computed once for each last bar and model, for all who ask."""

import hashlib
from dataclasses import dataclass

from cachetools import LRUCache

from bot.answers.forecasts import ForecastDesk
from bot.answers.models import ModelShelf
from bot.values import KeptPromise
from bot.worker import SingleFlight, Worker
from forecasting.charts.backtest import BacktestPicture, picture_of
from forecasting.charts.promise import judge
from forecasting.evaluation.backtest import TickerBacktest, backtest_ticker

DEFAULT_SESSIONS = 5
_MOST_KEPT = 128


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Figures and picture; the name changes whenever the picture would."""

    name: str
    test: TickerBacktest
    picture: BacktestPicture

    @property
    def promise(self) -> KeptPromise:
        """Whether the ranges held, as the picture judges it."""
        held = self.picture.held
        return KeptPromise(held, judge(held, len(self.picture.days) / self.picture.horizon))


class BacktestDesk:
    """Gives each question one answer."""

    def __init__(self, forecasts: ForecastDesk, shelf: ModelShelf, worker: Worker) -> None:
        self._forecasts = forecasts
        self._shelf = shelf
        self._worker = worker
        self._flights = SingleFlight()
        self._known: LRUCache[str, Backtest] = LRUCache(_MOST_KEPT)

    async def backtest(self, ticker: str, sessions: int) -> Backtest:
        """Return predicted against actual of the last 120 sessions.

        Raises:
            ForecastingError: There is none, and why.
        """
        return await self._flights.run((ticker, sessions), lambda: self._answer(ticker, sessions))

    async def _answer(self, ticker: str, sessions: int) -> Backtest:
        bars = await self._forecasts.history(ticker)
        model = await self._worker.wait(self._shelf.model_for, ticker)
        content = f"{ticker}|{sessions}|{model.version}|{bars.digest()}"
        name = f"backtest-{hashlib.sha256(content.encode()).hexdigest()[:24]}"
        known = self._known.get(name)
        if known is None:
            market = await self._forecasts.market()
            test = await self._worker.compute(backtest_ticker, model, bars, market, sessions)
            known = Backtest(name, test, picture_of(test, bars.source, bars.note))
            self._known[name] = known
        return known
