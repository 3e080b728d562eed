"""Rows that no exchange printed: copies, lone bars elsewhere, ranges that no trade made.

What the rows beside one show to be wrong is mended, wherever it stands: services print such rows
for years. A bar is lone that lies elsewhere as a whole, unlike the day before and the day after,
which agree; nobody traded there. A high or low far beyond open and close on a day of usual trading
is a slip of the keys, and would widen the ranges of all forecasts for weeks. A row that repeats all
five numbers of the day before, and one without any range on a day on which the exchange was closed,
is no session. Many rows on such days mean that all dates are wrong, so the history is refused.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecasting import calendars
from forecasting.errors import ClashingPricesError
from forecasting.prices.doubts import old_splits_scaled
from forecasting.sessions import all_sessions
from forecasting.ticker_notation import CRYPTO
from forecasting.values import Bars, Float1D

_AWAY, _AWAY_CLOSED, _AWAY_OF_GAP, _BACK_WITHIN = 0.3, 0.03, 0.6, 0.5
_REACH, _REACH_OF_USUAL, _REACH_SURELY = 0.36, 8.0, float(np.log(4.0))
_SURGE, _SURGE_OF_LONE = 2.5, 4.0
_QUARTER, _FEWEST = 60, 20
_YEAR, _CLOSED_SHARE = 250, 0.05
_RECORDED_FROM = 7305  # 1990-01-01 in days since 1970; before it calendars know weekdays alone


def odd_rows_mended(bars: Bars) -> Bars:
    """Return bars without rows that are no sessions, and with prices that trades can have made.

    Raises:
        ClashingPricesError: Many rows fall on days on which the exchange was closed.
    """
    closed = _on_closed_days(bars)
    gone = _copies(bars) | (closed & (bars.high == bars.low))
    left = _picked(bars, ~gone)
    return old_splits_scaled(_reached(_picked(left, ~_lone(left, closed[~gone]))))


def _picked(bars: Bars, kept: NDArray[np.bool_]) -> Bars:
    if kept.all():
        return bars
    names = ("sessions", "open", "high", "low", "close", "adj_close", "volume")
    return replace(bars, **{name: getattr(bars, name)[kept] for name in names})


def _copies(bars: Bars) -> NDArray[np.bool_]:
    """Mark rows that repeat the day before in price, range and volume."""
    copies = np.zeros(len(bars), dtype=bool)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    traded = (bars.volume[1:] > 0) & (bars.high[1:] > bars.low[1:])
    copies[1:] = traded & np.all([column[1:] == column[:-1] for column in columns], axis=0)
    return copies


def _on_closed_days(bars: Bars) -> NDArray[np.bool_]:
    """Mark rows of days on which the exchange was closed, as far as its calendar is known."""
    if bars.exchange == CRYPTO or "=" in bars.ticker or calendars.guessed(bars.exchange):
        return np.zeros(len(bars), dtype=bool)
    days = bars.sessions.astype(np.int64)
    closed: NDArray[np.bool_] = ~np.isin(days, all_sessions(bars.exchange))
    closed &= days >= _RECORDED_FROM
    newest = closed[-_YEAR:]
    if len(newest) > _FEWEST and newest.mean() > _CLOSED_SHARE:
        day = bars.sessions[closed][-1].item()
        detail = f"{newest.sum()} of {len(newest)} rows are of days without trading, such as {day}"
        raise ClashingPricesError(bars.ticker, bars.source, detail, "closed-days", day)
    return closed


def _lone(bars: Bars, closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark bars that opened and closed elsewhere between two days that agree."""
    least = np.where(closed, _AWAY_CLOSED, _AWAY)[1:-1]
    lone = np.zeros(len(bars), dtype=bool)
    close, opened = np.log(bars.close), np.log(bars.open)
    if len(bars) <= _FEWEST:
        return lone
    there, back = close[1:-1] - close[:-2], close[1:-1] - close[2:]
    size, side = np.minimum(np.abs(there), np.abs(back)), np.sign(there)
    gaps = np.minimum((opened[1:-1] - close[:-2]) * side, (close[1:-1] - opened[2:]) * side)
    agree = np.abs(there - back) < _BACK_WITHIN * size
    lone[1:-1] = (size > least) & (gaps > _AWAY_OF_GAP * size) & agree
    for row in map(int, np.flatnonzero(lone)):
        lone[row] = row >= _FEWEST and bars.volume[row] <= _SURGE_OF_LONE * _usual(bars.volume, row)
    return lone


def _reached(bars: Bars) -> Bars:
    """Return bars whose highs and lows stay where a day of such trading can have been."""
    top, bottom = np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close)
    above, below = np.log(bars.high / top), np.log(bottom / bars.low)
    far = np.flatnonzero(np.maximum(above, below) > _REACH)
    if not len(far):
        return bars
    width = np.log(bars.high / bars.low)
    most = np.full(len(bars), np.inf)
    for row in map(int, far):
        most[row] = _furthest(bars.volume, width, row)
    high = np.where(above > most, top, bars.high)
    return replace(bars, high=high, low=np.where(below > most, bottom, bars.low))


def _furthest(volume: Float1D, width: Float1D, row: int) -> float:
    """Return how far a row's high or low may lie from its open and close, as log."""
    if row < _FEWEST or volume[row] > _SURGE * _usual(volume, row):
        return _REACH_SURELY
    return min(_REACH_SURELY, max(_REACH, _REACH_OF_USUAL * _usual(width, row)))


def _usual(values: Float1D, row: int) -> float:
    """Return the median of the quarter before a row."""
    return float(np.median(values[max(0, row - _QUARTER) : row]))
