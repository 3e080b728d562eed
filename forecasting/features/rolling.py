"""Means over trailing windows, at chosen positions only, so that one forecast costs one row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecasting.values import Float1D, Float2D

Positions = NDArray[np.int64]


class RollingSums:
    """Trailing sums of one series by differences of its running sum."""

    def __init__(self, values: Float1D) -> None:
        self._sums = np.concatenate([[0.0], np.cumsum(values)])

    def total(self, rows: Positions, windows: Sequence[int]) -> Float2D:
        """Return the sum of the last `windows` entries up to each row, shape (rows, windows).

        A window that reaches before the first entry holds what there is.
        """
        end = np.asarray(rows)[:, None] + 1
        start = np.maximum(end - np.asarray(windows)[None, :], 0)
        totals: Float2D = self._sums[end] - self._sums[start]
        return totals

    def mean(self, rows: Positions, windows: Sequence[int]) -> Float2D:
        """Return the mean of the last `windows` entries up to each row, shape (rows, windows)."""
        counts = np.minimum(np.asarray(rows)[:, None] + 1, np.asarray(windows)[None, :])
        means: Float2D = self.total(rows, windows) / np.maximum(counts, 1)
        return means


def trailing(values: NDArray[np.float64], rows: Positions, length: int) -> Float2D:
    """Return the last `length` entries up to each row, oldest first, zero before the first entry.

    Args:
        values: Shape (n,) or (n, channels).
        rows: Positions, shape (k,).
        length: Entries for each row.

    Returns:
        Shape (k, length) or (k, length, channels).
    """
    index = np.asarray(rows)[:, None] + np.arange(1 - length, 1)[None, :]
    taken: Float2D = values[np.maximum(index, 0)]
    taken[index < 0] = 0.0
    return taken
