"""Draws what a week brought a list, from the ledger alone."""

from collections.abc import Callable

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.posts import PictureRef
from bot.errors import ForecastGoneError
from bot.worker import Worker
from forecasting.charts.findings import HIGH, LOW
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts
from forecasting.charts.week import WeekRow, draw_week
from forecasting.names.table import name_of
from forecasting.values import Forecast
from storage.records.ledger import Resolution
from storage.store import Store

_Shown = tuple[Forecast, Resolution]


class WeekPictures:
    """Turns the numbers of a week's forecasts into their one picture."""

    def __init__(
        self, store: AwaitableStore, worker: Worker, texts: Callable[[str], ChartTexts]
    ) -> None:
        self._store = store
        self._worker = worker
        self._texts = texts

    async def draw(self, ref: PictureRef) -> bytes:
        """Return the picture.

        Raises:
            ForecastGoneError: The ledger does not hold a forecast, or its result.
        """
        shown = await self._store.run(_shown, ref.forecast_ids, ref.sessions)
        texts = self._texts(ref.language)
        theme = Theme(ref.theme)
        return await self._worker.compute(
            draw_week, _rows(shown), ref.sessions, theme=theme, texts=texts
        )


def _shown(store: Store, numbers: tuple[int, ...], horizon: int) -> list[_Shown]:
    found = []
    for number in numbers:
        issued = store.find_forecast(number)
        results = {result.horizon: result for result in store.resolutions_for(number)}
        if issued is None or horizon not in results:
            raise ForecastGoneError(number)
        found.append((issued.forecast, results[horizon]))
    return found


def _rows(shown: list[_Shown]) -> list[WeekRow]:
    """Return a row for each ticker: its newest range, and how many of the week's held."""
    by_ticker: dict[str, list[_Shown]] = {}
    for one in shown:
        by_ticker.setdefault(one[0].ticker, []).append(one)
    return [_row(ticker, of_one) for ticker, of_one in by_ticker.items()]


def _row(ticker: str, shown: list[_Shown]) -> WeekRow:
    forecast, newest = max(shown, key=lambda one: (one[1].target, one[1].forecast_id))
    low, high = (forecast.at(newest.horizon, level) / forecast.close - 1 for level in (LOW, HIGH))
    return WeekRow(
        name_of(ticker) or ticker,
        low,
        high,
        came=(newest.close or forecast.close) / forecast.close - 1,
        inside=bool(newest.in_80),
        held=sum(bool(result.in_80) for _, result in shown),
        count=len(shown),
    )
