"""What a record of resolved forecasts proves: shares and ratios with honest intervals.

Results of one week move together, and forecasts some sessions ahead overlap, so that single
results are not independent. The intervals treat blocks of results as the independent pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.values import Float1D

_WEEK = 7
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval.

    Attributes:
        value: The figure.
        low, high: Ends of the interval; NaN where one block or none was seen.
        blocks: Independent pieces behind it.
    """

    value: float
    low: float
    high: float
    blocks: int

    def excludes(self, other: float) -> bool:
        """Return whether a value lies outside the interval; false where there is none."""
        return self.low > other or self.high < other


def blocks_of(days: Sequence[date], horizon: int) -> NDArray[np.int64]:
    """Return the number of the block that each result belongs to, shape (n,).

    Args:
        days: Target dates, shape (n,).
        horizon: Sessions ahead; a block spans as many, and never less than a week.
    """
    # Ordinal 1 was a Monday.
    return weekly_blocks([(day.toordinal() - 1) // _WEEK for day in days], horizon)


def weekly_blocks(weeks: Sequence[int], horizon: int) -> NDArray[np.int64]:
    """Return the number of the block that each week belongs to, shape (n,).

    Args:
        weeks: Numbers of weeks, shape (n,).
        horizon: Sessions ahead; a block spans as many, and never less than a week.
    """
    return np.array(weeks, dtype=np.int64) // max(1, -(-horizon // 5))


def share(hits: Float1D, blocks: NDArray[np.int64]) -> Interval:
    """Return the share of hits (0 or 1, shape (n,)) with its interval."""
    return ratio(hits, np.ones(len(hits)), blocks)


def ratio(upper: Float1D, lower: Float1D, blocks: NDArray[np.int64]) -> Interval:
    """Return sum(upper) / sum(lower) with its interval.

    The error is that of a ratio of block totals (Cochran 1977, Sampling Techniques, 3rd ed.,
    section 6.4), with Student's t over the number of blocks.

    Args:
        upper: Shape (n,).
        lower: Shape (n,), positive in sum.
        blocks: Number of each result's block, shape (n,).
    """
    total = float(lower.sum())
    if total <= 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    value = float(upper.sum()) / total
    _, index = np.unique(blocks, return_inverse=True)
    count = int(index.max()) + 1
    if count < 2:
        return Interval(value, np.nan, np.nan, count)
    residual = np.bincount(index, upper - value * lower)
    variance = float((residual**2).sum()) * count / (count - 1) / total**2
    reach = student_quantile(count - 1) * float(np.sqrt(variance))
    return Interval(value, value - reach, value + reach, count)


def student_quantile(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t (Abramowitz and Stegun 1964, 26.7.5)."""
    first = (_Z**3 + _Z) / 4
    second = (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96
    third = (3 * _Z**7 + 19 * _Z**5 + 17 * _Z**3 - 15 * _Z) / 384
    return _Z + first / freedom + second / freedom**2 + third / freedom**3
