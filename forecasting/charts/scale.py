"""From prices to pixels, round numbers for the axis, and how finely a price is worth printing.

Price axes are logarithmic, always: the same height is the same percentage everywhere, the fan of
a wild ticker stays as wide below as above and can never reach a negative price, and over the
narrow range of a calm ticker the difference from a linear axis is less than a line's width.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from forecasting.values import Float1D

_MOST_TICKS = 6
_STEEP = 2.0
"""From this ratio of highest to lowest on, equal steps would crowd at the top of a log axis."""
_MANTISSAS = ((1, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))


@dataclass(frozen=True, slots=True)
class LogScale:
    """A logarithmic axis: `low` at pixel `bottom`, `high` at pixel `top`."""

    low: float
    high: float
    bottom: float
    top: float

    def at(self, prices: Float1D | float) -> Float1D:
        """Return the pixels of prices, same shape."""
        share = np.log(np.asarray(prices) / self.low) / math.log(self.high / self.low)
        return np.asarray(self.bottom + share * (self.top - self.bottom), dtype=np.float64)

    def ticks(self) -> list[float]:
        """Return the round prices to label, rising, inside the axis."""
        found: Iterable[float]
        if self.high / self.low < _STEEP:
            found = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(self.low, self.high)
        else:
            found = _round_numbers(self.low, self.high)
        return [float(tick) for tick in found if self.low <= tick <= self.high]


@dataclass(frozen=True, slots=True)
class LinearScale:
    """A linear axis for shares: `low` at pixel `start`, `high` at pixel `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, values: Float1D | float) -> Float1D:
        """Return the pixels of values, same shape."""
        share = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        return np.asarray(self.start + share * (self.end - self.start), dtype=np.float64)

    def ticks(self, most: int = 5) -> list[float]:
        """Return at most `most` + 1 round values to label, rising, inside the axis."""
        found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(self.low, self.high)
        return [float(tick) for tick in found if self.low - 1e-9 <= tick <= self.high + 1e-9]


def around(prices: Float1D, bottom: float, top: float, margin: float = 0.05) -> LogScale:
    """Return the scale on which all `prices` lie, with `margin` (a share of the height) free.

    Args:
        prices: Positive prices, any shape.
        bottom: Pixel of the lower end.
        top: Pixel of the upper end.
        margin: Share of the axis left free at either end.
    """
    low, high = math.log(float(np.min(prices))), math.log(float(np.max(prices)))
    # A history without any move still needs an axis with some height.
    spare = max((high - low) * margin / (1 - 2 * margin), 1e-4)
    return LogScale(math.exp(low - spare), math.exp(high + spare), bottom, top)


def tick_decimals(ticks: list[float]) -> int:
    """Return the decimals that tell all of `ticks` exactly, at most 10."""
    for decimals in range(10):
        if all(math.isclose(round(tick, decimals), tick, rel_tol=1e-9) for tick in ticks):
            return decimals
    return 10


def price_decimals(spread: float) -> int:
    """Return the decimals worth printing for a price known to within `spread`.

    Two digits of the spread: 341 rather than 341.20 when the range is 70 wide.

    Args:
        spread: Half the width of the 80 % band, in the price's unit.
    """
    return min(10, max(0, 1 - math.floor(math.log10(spread)))) if spread > 0 else 2


def percent_decimals(share: float) -> int:
    """Return the decimals worth printing for a percentage known to within `share` (of one)."""
    return 0 if share >= 0.03 else 1 if share >= 0.005 else 2


def _round_numbers(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for mantissas in _MANTISSAS:
        # From text, because 3 * 10**-3 is not the number that prints as 0.003.
        numbers = [float(f"{m}e{decade}") for decade in decades for m in mantissas]
        inside = [number for number in numbers if low <= number <= high]
        if len(inside) <= _MOST_TICKS:
            return inside
    stride = math.ceil(len(inside) / _MOST_TICKS)
    return inside[::stride]
