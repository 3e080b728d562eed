"""Rolling origin: forecasts as they would have been made, beside what came. The only such loop.

Every forecaster answers for all its as-ofs of one history at once, and each answer may depend on
bars up to its own as-of only; tests hold every forecaster to that.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.errors import TooLittleHistoryError
from forecasting.evaluation.scores import inside, mae, rmse
from forecasting.features.dataset import outcomes
from forecasting.features.model_inputs import MIN_SESSIONS, inputs_at
from forecasting.forecast import check_usable, usable_rows
from forecasting.model.serving import Model
from forecasting.model.training_years import learned_from
from forecasting.values import HORIZONS, MEDIAN, Bars, Float1D, Float2D

BANDS = (0.5, 0.8, 0.95)
"""Bands whose coverage is reported."""


class Forecaster(Protocol):
    """Whatever can be scored."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def quantiles(self, bars: Bars, rows: NDArray[np.int64], market: Bars | None) -> Float2D:
        """Return quantiles of the log total return as of each row, (rows, horizons, levels).

        Args:
            bars: The history; it reaches beyond the rows, and later bars must not be looked at.
            rows: Positions of the as-of bars, rising.
            market: The market's bars, to be used up to each as-of.
        """
        ...


@dataclass(frozen=True, slots=True)
class ModelForecaster:
    """A served model as a forecaster, with the announcements it may see, by ticker."""

    model: Model
    name: str = "Tickercast"
    known: Mapping[str, Announcements] = field(default_factory=dict)

    def quantiles(self, bars: Bars, rows: NDArray[np.int64], market: Bars | None) -> Float2D:
        """Return the model's quantiles, all rows in few runs of the network."""
        return self.model.run(inputs_at(bars, rows, market, self.known.get(bars.ticker)))


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """As-ofs of one history and what came.

    Attributes:
        bars: The whole history.
        rows: Positions of the as-ofs, shape (n,).
        outcome: Log total returns, shape (n, horizons).
        usual: Mean absolute one-session log return before the first as-of.
    """

    bars: Bars
    rows: NDArray[np.int64]
    outcome: Float2D
    usual: float


def origins(bars: Bars, start: date, end: date, every: int) -> Origins | None:
    """Return every `every`-th as-of of a span whose outcomes are all known by its end.

    Args:
        bars: The history.
        start: First as-of.
        end: Last date whose price is used.
        every: Sessions between two as-ofs.

    Returns:
        None where the history has no year before the span, or nothing in it.
    """
    first = int(np.searchsorted(bars.sessions, np.datetime64(start, "D")))
    last = len(bars.between(None, end)) - HORIZONS[-1]
    # Each ticker begins on another session: markets move together, so shared dates say less.
    begin = first + int(hashlib.sha256(bars.ticker.encode()).hexdigest()[:8], 16) % every
    rows = np.arange(begin, last, every, dtype=np.int64)
    if first < 2 * MIN_SESSIONS or not len(rows):
        return None
    rows = rows[usable_rows(bars, rows)]
    usual = float(np.mean(np.abs(np.diff(np.log(bars.adj_close[:first])))))
    return Origins(bars, rows, outcomes(bars, rows), usual) if len(rows) else None


@dataclass(frozen=True, slots=True, eq=False)
class TickerBacktest:
    """Predicted against actual for one ticker and horizon, n forecasts, oldest first.

    Attributes:
        ticker: Yahoo's notation.
        horizon: Sessions ahead.
        as_of, targets: Dates of each forecast and of the close it is about.
        close: Split-adjusted close at the as-of: "no change", shape (n,).
        actual: Split-adjusted close that came, shape (n,).
        quantiles: Prices, shape (n, levels).
        in_training: Whether the as-of lies in the model's training years, shape (n,).
        mae, rmse: Errors of the median in per cent of the price.
        mae_no_change, rmse_no_change: The same for no change.
        coverage: Share of closes in the 50, 80 and 95 % band, in the order of `BANDS`.
        model_version: The model that made them.
    """

    ticker: str
    horizon: int
    as_of: tuple[date, ...]
    targets: tuple[date, ...]
    close: Float1D
    actual: Float1D
    quantiles: Float2D
    in_training: NDArray[np.bool_]
    mae: float
    rmse: float
    mae_no_change: float
    rmse_no_change: float
    coverage: tuple[float, ...]
    model_version: str


def backtest_ticker(
    model: Model,
    bars: Bars,
    market: Bars | None,
    horizon: int,
    last: int = 120,
    known: Announcements | None = None,
) -> TickerBacktest:
    """Return the model's forecasts of the last sessions of a ticker, each from the bars before it.

    Args:
        model: The served model.
        bars: The ticker's history.
        market: The market's bars, if known.
        horizon: Sessions ahead, 1 to 20.
        last: How many closes to forecast, fewer where the history is short.
        known: The company's announcements; each forecast sees those that were public.

    Raises:
        TooLittleHistoryError: Not one forecast can be compared.
        UnusableHistoryError: The history is flat or halted.
    """
    check_usable(bars)
    rows = _last_rows(bars, horizon, last)
    fan = model.run(inputs_at(bars, rows, market, known))[:, horizon - 1]
    moved = np.log(bars.close[rows + horizon] / bars.close[rows])
    return TickerBacktest(
        ticker=bars.ticker,
        horizon=horizon,
        as_of=_dates(bars, rows),
        targets=_dates(bars, rows + horizon),
        close=bars.close[rows],
        actual=bars.close[rows + horizon],
        quantiles=bars.close[rows, None] * np.exp(fan),
        in_training=np.array([learned_from(model.version, day) for day in _dates(bars, rows)]),
        **_errors(fan[:, MEDIAN], moved),
        coverage=tuple(float(inside(fan, moved, band).mean()) for band in BANDS),
        model_version=model.version,
    )


def _last_rows(bars: Bars, horizon: int, last: int) -> NDArray[np.int64]:
    end = len(bars) - horizon
    rows = np.arange(max(MIN_SESSIONS - 1, end - last), end, dtype=np.int64)
    if not len(rows):
        raise TooLittleHistoryError(bars.ticker, bars.source, MIN_SESSIONS + horizon, len(bars))
    return rows


def _errors(median: Float1D, moved: Float1D) -> dict[str, float]:
    """Return the errors of the medians and of "no change", in per cent of the price back then.

    So the ledger counts them too: a share that doubled was 100 % off "no change", not log 2.
    """
    told, came, still = 100 * np.expm1(median), 100 * np.expm1(moved), np.zeros(len(moved))
    return {
        "mae": mae(told, came),
        "rmse": rmse(told, came),
        "mae_no_change": mae(still, came),
        "rmse_no_change": rmse(still, came),
    }


def _dates(bars: Bars, rows: NDArray[np.int64]) -> tuple[date, ...]:
    days: Sequence[date] = bars.sessions[rows].tolist()
    return tuple(days)
