"""A ticker's backtest: computed once for each last bar and model, for all who ask."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from bot.answers.forecasts import ForecastDesk
from bot.answers.models import ModelShelf
from bot.worker import SingleFlight, Worker
from forecasting.charts.backtest import BacktestPicture, picture_of
from forecasting.evaluation.backtest import TickerBacktest, backtest_ticker

DEFAULT_SESSIONS = 5
_MOST_KEPT = 128


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Figures and picture; the name changes whenever the picture would."""

    name: str
    test: TickerBacktest
    picture: BacktestPicture


class BacktestDesk:
    """Gives each question one answer."""

    def __init__(self, forecasts: ForecastDesk, shelf: ModelShelf, worker: Worker) -> None:
        self._forecasts = forecasts
        self._shelf = shelf
        self._worker = worker
        self._flights = SingleFlight()
        self._known: OrderedDict[str, Backtest] = OrderedDict()

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
        if name not in self._known:
            market = await self._forecasts.market()
            test = await self._worker.compute(backtest_ticker, model, bars, market, sessions)
            self._known[name] = Backtest(name, test, picture_of(test, bars.source, bars.note))
            while len(self._known) > _MOST_KEPT:
                self._known.popitem(last=False)
        return self._known[name]
