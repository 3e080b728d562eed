"""Probabilities beyond the outermost levels of a fan."""

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]


def beyond(share: float, row: Row, levels: tuple[float, ...]) -> float:
    """Return the probability of a move farther than `share` of the price, up or down.

    Args:
        share: Such as 0.1, below 1.
        row: Log moves at the levels, rising, shape (levels,).
        levels: Their probabilities.
    """
    mirrored = tuple(1 - level for level in reversed(levels))
    above = _above(float(np.log(1 + share)), row, levels)
    return above + _above(float(-np.log(1 - share)), -row[::-1], mirrored)


def _above(move: float, row: Row, levels: tuple[float, ...]) -> float:
    """Return the probability of more than `move`, its tail exponential after the last level."""
    if move <= row[-1]:
        return float(1.0 - np.interp(move, row, levels))
    last, before = 1 - levels[-1], 1 - levels[-2]
    pace = np.log(before / last) / max(float(row[-1] - row[-2]), 1e-12)
    return float(last * np.exp(-pace * (move - row[-1])))
