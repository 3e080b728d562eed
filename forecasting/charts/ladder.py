"""The one scale of per cent: today's price in the middle, a rung of the ladder at either end.

A scale that follows its fan draws every ticker equally wild. Here the ends are fixed: 40 % up and
down from today's price for almost everything, so that a calm share is a thin fan and a wild one a
thick fan, on any picture, on any day and under any button. Other rungs are for what does not fit
(a fan or a past beyond 40 %) and for what would be a mere line (currencies, bonds).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from forecasting.values import Bars, Float1D, Forecast

PAST = 45
"""Sessions of past on every picture of a forecast."""
RUNGS = (0.1, 0.2, 0.4, 0.8)
_USUAL = 0.4
_THINNEST = 0.125
"""Share of a usual rung below which a fan would be a line."""
_BEYOND = (2.0, 5.0, 10.0, 100.0, 1000.0, 1e6)
"""Rises above the last rung, on a logarithmic axis: a price cannot fall by more than all of it."""
_MARKS = (0.1, 0.2, 0.4, 0.8, 2.0, 5.0, 10.0, 100.0, 1000.0, 1e6)
_APART = 38.0
"""Pixels between two marks."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A scale of per cent around a price.

    Attributes:
        close: Today's price, in the middle.
        rung: Change at the upper end, as a share; up to 0.8 the lower end is as far away.
        bottom, top: Pixels of the ends.
    """

    close: float
    rung: float
    bottom: float
    top: float

    def at(self, prices: Float1D | float) -> Float1D:
        """Return the pixels of prices, same shape."""
        ratio = np.asarray(prices, dtype=np.float64) / self.close
        if self.rung > RUNGS[-1]:
            share = np.log(ratio) / math.log1p(self.rung)
        else:
            share = (ratio - 1) / self.rung
        middle, half = (self.top + self.bottom) / 2, (self.top - self.bottom) / 2
        return np.asarray(middle + share * half, dtype=np.float64)

    def marks(self) -> list[float]:
        """Return the changes to print, as shares, the outer ones first; none too near another."""
        kept: list[float] = []
        taken = [float(self.at(self.close))]
        for size in sorted((mark for mark in _MARKS if mark <= self.rung * 1.001), reverse=True):
            for change in (size, -size if size < 1 else 1 / (1 + size) - 1):
                y = float(self.at(self.close * (1 + change)))
                inside = self.bottom - 1 <= y <= self.top + 1
                if inside and all(abs(y - other) >= _APART for other in taken):
                    kept.append(change)
                    taken.append(y)
        return kept


def rung_of(shown: Iterable[tuple[Bars, Forecast]], *also: float) -> float:
    """Return the rung on which all of some forecasts fit, whatever part of them is shown.

    Args:
        shown: Histories and forecasts of one picture, or of all pictures of one album.
        also: Further changes, as shares of the close, that must fit.
    """
    found = np.array([_reach(bars, forecast) for bars, forecast in shown])
    fan = float(np.max(found[:, 0]))
    fall, rise = float(np.min([*found[:, 1], *also])), float(np.max([*found[:, 2], *also]))
    if max(rise, -fall) > RUNGS[-1]:
        need = max(rise, 1 / (1 + fall) - 1)
        return next((rung for rung in _BEYOND if rung >= need), _BEYOND[-1])
    fitting = [rung for rung in RUNGS if rung >= max(rise, -fall)]
    # The usual rung, or the highest below it on which the fan is more than a line.
    thick = [rung for rung in fitting if rung <= _USUAL and fan >= _THINNEST * rung]
    return max(thick, default=fitting[0])


def past_of(bars: Bars, forecast: Forecast) -> Float1D:
    """Return the closes shown before a forecast, in its share count, shape (up to `PAST`,)."""
    past = bars.between(None, forecast.as_of).close[-PAST:]
    # After a split the source's past is in new shares, the forecast is in those of its day.
    closes: Float1D = past * (forecast.close / past[-1])
    return closes


def _reach(bars: Bars, forecast: Forecast) -> tuple[float, float, float]:
    """Return how far the fan's 95 % band reaches, and the lowest and highest change shown."""
    outer = forecast.quantiles[:, [0, -1]] / forecast.close - 1
    past = past_of(bars, forecast) / forecast.close - 1
    fan = float(np.max(np.abs(outer)))
    return fan, float(min(outer.min(), past.min())), float(max(outer.max(), past.max()))
