"""Weeks: which one is over for a list, and what it brought each ticker. All of it blocks.

A week ends with Friday's last close. What trades on weekends, too, has its Saturday and Sunday
counted to the week that follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.background.nightly.nights import AFTER_CLOSE
from bot.values import JUDGED
from forecasting.charts.findings import HIGH, LOW
from forecasting.errors import CalendarError
from forecasting.sessions import SETTLE, exchange_of, previous_session, session_close
from forecasting.values import Forecast
from storage.records.ledger import Resolution
from storage.store import Store

_FRIDAY = 4
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class DueRange:
    """A forecast whose day came, and the close."""

    number: int
    forecast: Forecast
    result: Resolution

    @property
    def close(self) -> float:
        """The close that came, in the forecast's share count."""
        return self.result.close or self.forecast.close

    @property
    def low(self) -> float:
        """The lower end of the range that was given."""
        return self.forecast.at(self.result.horizon, LOW)

    @property
    def high(self) -> float:
        """The upper end of the range that was given."""
        return self.forecast.at(self.result.horizon, HIGH)

    @property
    def surprise(self) -> float:
        """How far out the close was: 0 in the middle of its range, 1 at an end, more beyond."""
        middle = self.forecast.at(self.result.horizon, 0.5)
        end = self.high if self.close > middle else self.low
        return abs(self.close - middle) / max(abs(end - middle), 1e-12)


@dataclass(frozen=True, slots=True, eq=False)
class TickerWeek:
    """What a week brought a ticker; `pending` says whether something still waits for its close."""

    ticker: str
    came: tuple[DueRange, ...]
    pending: bool


def friday_of(day: date) -> date:
    """Return the last Friday up to a day."""
    return day - timedelta(days=(day.weekday() - _FRIDAY) % 7)


def iso_week(friday: date) -> str:
    """Return the name of a week, such as `2021-W50`."""
    year, week, _ = friday.isocalendar()
    return f"{year}-W{week:02d}"


def is_over(tickers: Sequence[str], friday: date, at: datetime) -> bool:
    """Return whether the last closes of a week are compared with what was promised by an instant.

    Exchanges without a session since the Friday before have nothing to wait for.
    """
    return all(_closed(exchange, friday, at) for exchange in set(map(exchange_of, tickers)))


def newest_week(tickers: Sequence[str], at: datetime) -> date:
    """Return the Friday of the newest week that is over for a list."""
    friday = friday_of(at.date())
    return friday if is_over(tickers, friday, at) else friday - _WEEK


def ticker_week(store: Store, ticker: str, friday: date) -> TickerWeek:
    """Return what came of a ticker's forecasts in the week that ended with a Friday."""
    first = friday - _WEEK + _DAY
    came = []
    for result in store.results_between(ticker, JUDGED, first, friday):
        issued = store.find_forecast(result.forecast_id)
        if issued is not None:
            came.append(DueRange(issued.id, issued.forecast, result))
    return TickerWeek(ticker, tuple(came), store.is_pending(ticker, JUDGED, first, friday))


def _closed(exchange: str, friday: date, at: datetime) -> bool:
    try:
        last = previous_session(exchange, friday + _DAY)
        return session_close(exchange, last) + SETTLE + AFTER_CLOSE <= at
    except CalendarError:
        return at.date() > friday
