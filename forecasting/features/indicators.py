"""Indicators that chart readers use, as optional features of the tuner.

They did not (docs/decisions), so the shipped model's features have none of them.
"""

import numpy as np
from numpy.typing import NDArray

from forecasting.features.daily_series import exponential_mean
from forecasting.values import Bars, Float1D, Float2D

NAMES = (
    "moving_average_20", "moving_average_50", "moving_average_200",
    "rsi_14", "macd", "macd_signal", "bollinger",
)  # fmt: skip


def _average(values: Float1D, span: int) -> Float1D:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, len(values) + 1)
    start = np.maximum(end - span, 0)
    mean: Float1D = (sums[end] - sums[start]) / (end - start)
    return mean


def indicators(bars: Bars, rows: NDArray[np.int64]) -> Float2D:
    """Return the indicators as of some rows, shape (rows, len(NAMES)), free of price and currency.

    Distances of the close from its moving averages of 20, 50 and 200 sessions, Wilder's relative
    strength index over 14, Appel's MACD (12, 26) and its signal line (9), and the place in
    Bollinger's band, each over a month's volatility where it is a price.
    """
    level = np.log(bars.adj_close)
    moves = np.diff(level, prepend=level[:1])
    daily = np.sqrt(np.maximum(_average(moves**2, 22), 1e-10))
    gains = exponential_mean(np.maximum(moves, 0.0), 14 * np.log(2))
    falls = exponential_mean(np.maximum(-moves, 0.0), 14 * np.log(2))
    macd = exponential_mean(level, 12 * np.log(2) / 2) - exponential_mean(level, 26 * np.log(2) / 2)
    signal = exponential_mean(macd, 9 * np.log(2) / 2)
    spread = np.sqrt(np.maximum(_average(level**2, 20) - _average(level, 20) ** 2, 1e-10))
    columns = [
        *((level - _average(level, span)) / (daily * np.sqrt(span)) for span in (20, 50, 200)),
        gains / np.maximum(gains + falls, 1e-10) - 0.5,
        macd / daily,
        (macd - signal) / daily,
        (level - _average(level, 20)) / spread,
    ]
    clipped: Float2D = np.clip(np.stack(columns, axis=1)[rows], -6.0, 6.0)
    return clipped
