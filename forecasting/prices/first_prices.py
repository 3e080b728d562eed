"""Bars whose close is the day's first price: how they are known, and how they are mended.

Since about 2011 Yahoo's daily bars of currencies (`EURUSD=X`) carry in `close` very nearly their
own open, while high and low cover the way to the *next* close. Taken as they are, each range gives
the next day's move away, and the newest bar in live use has none of it. The close of such a day is
the open of the following bar; the newest one's is the service's live quote, or else not known yet.

Two signs must agree. Closes lie far nearer to their own open than to the next one (years of that
kind: 0.00 to 0.06 of the distance; healthy years of currencies: 2 and more), and ranges go with the
next day's move more than with their own. Prices without honest opens fail the second sign.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from forecasting.values import Bars, Float1D

WINDOW = 61
"""Bars around one that decide of which kind it is; the change came within weeks."""
_NEARER = 0.5
_LEADS_BY = 0.12
_FEWEST = 40
_OUTSIDE = 0.02  # a quote this far outside the bar's own range belongs to another day or ticker


@dataclass(frozen=True, slots=True)
class Lead:
    """What a history's ranges tell, measured.

    Attributes:
        own: Rank correlation of the day's range with the same day's absolute move.
        following: The same with the next day's absolute move.
        nearness: Median distance of the close from its own open, as a share of the median distance
            from the next open; below 0.5 for closes that are first prices.
        bars: How many bars were looked at.
    """

    own: float
    following: float
    nearness: float
    bars: int

    @property
    def found(self) -> bool:
        """Whether the ranges give the next day away."""
        enough = self.bars >= _FEWEST and self.nearness < _NEARER
        return enough and self.following - self.own > _LEADS_BY


def lead_of(bars: Bars, rows: NDArray[np.bool_] | None = None) -> Lead:
    """Return how far the ranges of a history, or of some of its rows, give the next day away."""
    chosen = np.ones(len(bars), dtype=bool) if rows is None else rows
    # The last bar has no following open, the first no move.
    inner = np.flatnonzero(chosen[1:-1]) + 1
    if len(inner) < 3:
        return Lead(0.0, 0.0, np.inf, len(inner))
    move = np.abs(np.diff(np.log(bars.close)))
    width = np.log(bars.high / bars.low)[inner]
    to_own, to_next = _distances(bars)
    return Lead(
        own=_rank_correlation(width, move[inner - 1]),
        following=_rank_correlation(width, move[inner]),
        nearness=_share(float(np.median(to_own[inner])), float(np.median(to_next[inner]))),
        bars=len(inner),
    )


def first_price_rows(bars: Bars) -> NDArray[np.bool_]:
    """Return at which rows the close is the day's first price, shape (n,); all false for most."""
    if len(bars) < _FEWEST + 2:
        return np.zeros(len(bars), dtype=bool)
    to_own, to_next = _distances(bars)
    near = _rolling_median(to_own) < _NEARER * _rolling_median(to_next)
    rows = np.append(near, near[-1])
    return rows if rows.any() and lead_of(bars, rows).found else np.zeros(len(bars), dtype=bool)


def mended(bars: Bars, quote: float | None = None) -> Bars:
    """Return a currency's bars with the close where the day ended; others as they are.

    A history that is mended already is returned as it is.

    Args:
        bars: A history, its newest bar last.
        quote: The service's live price from the end of the newest bar's day; None where there is
            none. Without a believable one the newest bar is left out: its close is not known yet.
    """
    if not bars.ticker.endswith("=X"):
        return bars
    first = first_price_rows(bars)
    if not first.any():
        return bars
    close = bars.close.copy()
    inner = np.flatnonzero(first[:-1])
    close[inner] = bars.open[inner + 1]
    if first[-1] and _believable(quote, bars):
        close[-1] = quote
        first[-1] = False
    whole = _with_closes(bars, close)
    return whole.rows(slice(0, -1)) if first[-1] else whole


def _with_closes(bars: Bars, close: Float1D) -> Bars:
    columns: dict[str, Any] = {
        "close": close,
        "high": np.maximum(bars.high, close),
        "low": np.minimum(bars.low, close),
        "adj_close": close * (bars.adj_close / bars.close),
    }
    return replace(bars, **columns)


def _believable(quote: float | None, bars: Bars) -> bool:
    if quote is None:
        return False
    low, high = float(bars.low[-1]), float(bars.high[-1])
    return low * (1 - _OUTSIDE) <= quote <= high * (1 + _OUTSIDE)


def _distances(bars: Bars) -> tuple[Float1D, Float1D]:
    """Return each close's distance from its own open and from the next one, shape (n - 1,)."""
    close = np.log(bars.close[:-1])
    return np.abs(close - np.log(bars.open[:-1])), np.abs(close - np.log(bars.open[1:]))


def _rolling_median(values: Float1D) -> Float1D:
    window = min(WINDOW, len(values))
    before = window // 2
    padded = np.pad(values, (before, window - 1 - before), mode="reflect")
    medians: Float1D = np.median(sliding_window_view(padded, window), axis=1)
    return medians


def _rank_correlation(a: Float1D, b: Float1D) -> float:
    """Return Spearman's rank correlation (1904, Am. J. Psychol. 15(1)), ties by their order."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])


def _ranks(values: Float1D) -> Float1D:
    return np.argsort(np.argsort(values, kind="stable")).astype(np.float64)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.inf
