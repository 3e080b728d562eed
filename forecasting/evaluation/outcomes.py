"""Compares forecasts with the closes that came: the arithmetic of the ledger's results.

Nothing here decides whether a day has come or stores a result; it takes bars of today, in today's
share count, and forecasts in the share count of the day they were made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from forecasting.evaluation.scores import pinball, pit
from forecasting.features.daily_series import exponential_mean
from forecasting.values import LEVELS, MEDIAN, Bars, Float1D, Float2D, Forecast

_REVISED = 0.005
"""An as-of close that differs by less is a correction of the source, by more a split since."""
_HALF_LIFE = float(np.log(0.5) / np.log(0.94))
"""RiskMetrics' decay of 0.94 a day (J.P. Morgan 1996, RiskMetrics Technical Document, ch. 5)."""
_NORMAL = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
_BANDS = {"in_50": (0.25, 0.75), "in_80": (0.1, 0.9), "in_95": (0.025, 0.975)}


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """One horizon of a forecast, with the rows of today's bars that its two dates are in.

    Attributes:
        forecast: What was issued.
        horizon: Sessions ahead.
        as_of_row, target_row: Positions in the bars.
    """

    forecast: Forecast
    horizon: int
    as_of_row: int
    target_row: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one promise; errors and losses are shares of the as-of close, best 0.

    Attributes:
        close: The official close in the share count of the forecast.
        log_return: Log total return (splits and dividends) from as-of to target.
        pit: Probability that the forecast gave to a close at or below `close`, 0..1.
        in_50, in_80, in_95: Whether the band held it.
        abs_error: |median - close|.
        naive_abs_error: |as-of close - close|, the error of "no change".
        loss: Mean pinball loss over the levels (Koenker and Bassett 1978, Econometrica 46(1)).
        naive_loss: The same of a random walk with exponentially weighted normal width.
    """

    close: float
    log_return: float
    pit: float
    in_50: bool
    in_80: bool
    in_95: bool
    abs_error: float
    naive_abs_error: float
    loss: float
    naive_loss: float


def row_of(bars: Bars, day: date) -> int | None:
    """Return the position of a session in the bars, None where they have no such session."""
    wanted = np.datetime64(day)
    row = int(np.searchsorted(bars.sessions, wanted))
    return row if row < len(bars) and bars.sessions[row] == wanted else None


def settle(bars: Bars, promises: Sequence[Promise]) -> list[Settled]:
    """Return what came of promises about one ticker.

    Args:
        bars: Today's history of the ticker, with all as-of and target sessions in it.
        promises: In any order; each as-of row at least 1.

    Returns:
        One entry for each promise, in order.
    """
    if not promises:
        return []
    start = np.array([promise.as_of_row for promise in promises])
    end = np.array([promise.target_row for promise in promises])
    horizon = np.array([promise.horizon for promise in promises])
    issued = np.array([promise.forecast.close for promise in promises])
    fan = np.stack([p.forecast.quantiles[p.horizon - 1] for p in promises])
    # Currencies never split; an as-of close of theirs may have been mended since.
    splits = not bars.ticker.endswith("=X")
    close = bars.close[end] * (share_count(issued, bars.close[start]) if splits else 1.0)
    held = {
        name: (fan[:, LEVELS.index(low)] <= close) & (close <= fan[:, LEVELS.index(high)])
        for name, (low, high) in _BANDS.items()
    }
    columns: dict[str, NDArray[np.generic]] = {
        "close": close,
        "log_return": np.log(bars.adj_close[end] / bars.adj_close[start]),
        "pit": pit(np.log(fan), np.log(close)),
        **held,
        "abs_error": np.abs(fan[:, MEDIAN] - close) / issued,
        "naive_abs_error": np.abs(issued - close) / issued,
        "loss": pinball(fan, close) / issued,
        "naive_loss": pinball(random_walk(bars, start, horizon, issued), close) / issued,
    }
    listed = {name: column.tolist() for name, column in columns.items()}
    return [Settled(**{n: v[i] for n, v in listed.items()}) for i in range(len(promises))]


def random_walk(
    bars: Bars, rows: NDArray[np.int64], horizon: NDArray[np.int64], close: Float1D
) -> Float2D:
    """Return the fans of "no change" from bars up to each row.

    The width is the exponentially weighted volatility, the shape normal: the `RandomWalk` of
    `forecasting.evaluation.baselines`, without the libraries that module needs.

    Args:
        bars: The history; bars after a row do not move its fan.
        rows: As-of rows, at least 1, shape (n,).
        horizon: Sessions ahead, shape (n,).
        close: The closes the fans start from, shape (n,).

    Returns:
        Prices, shape (n, levels).
    """
    moves = np.diff(np.log(bars.adj_close))
    variance = np.maximum(exponential_mean(moves**2, _HALF_LIFE), 1e-10)
    width = np.sqrt(variance[rows - 1] * horizon)
    fan: Float2D = close[:, None] * np.exp(width[:, None] * _NORMAL)
    return fan


def share_count(issued: Float1D, today: Float1D) -> Float1D:
    """Return the factor from today's share count to that of the forecast's day, same shape.

    Args:
        issued: The as-of close as the forecast knew it.
        today: The same close as the source has it now.
    """
    ratio = issued / today
    return np.where(np.abs(ratio - 1) < _REVISED, 1.0, ratio)
