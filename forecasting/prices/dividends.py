"""Adjusted closes that contradict the closes: dividends a hundredfold, factors that run away.

Where a share goes without its dividend, the close falls by about as much and the adjusted close
does not. So the adjustment factor (adjusted close over close) steps by the dividend's part of the
price, and the total return of the day stays an ordinary one. A step whose total return is none, is
mended where a hundredth of the dividend fits, or where the list of dividends tells another factor;
otherwise the history is refused by name.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import ClashingPricesError
from forecasting.values import Bars, Float1D

Dividends = Mapping[np.datetime64, float]
"""Amount a share by ex-day, in the unit of the prices."""
LONG_AGO = 260
"""Bars after which a day's adjustment that cannot be told counts as none: it moves no forecast."""
_STRANGE = float(np.log(1.3))
"""A step of the factor from which it must be borne out by the closes; dividends are smaller."""
_FALLING = 0.02  # a factor never falls with time, beyond the rounding of small prices
_ABOVE = 0.1  # nor does an adjusted close lie above its close
_BORNE_OUT = 0.5  # share of a true dividend by which the close falls at least, on wild days too
_TOO_LARGE = 100.0
_USUAL_YIELD = (0.0002, 0.06)  # what one payment is of the price
_LISTED_YIELD = 0.3


def dividends_mended(bars: Bars, dividends: Dividends | None = None) -> Bars:
    """Return bars whose adjusted closes move as the closes and the dividends do.

    Args:
        bars: A history adjusted for splits.
        dividends: What the service lists; None where it lists none.

    Raises:
        ClashingPricesError: The adjusted closes contradict the closes and it cannot be told how.
    """
    factor = np.log(bars.adj_close / bars.close)
    steps = np.diff(factor)
    rows = np.flatnonzero(_strange(factor, np.diff(np.log(bars.close))))
    if not len(rows):
        return bars
    for row in rows:
        steps[row] = _true_step(bars, int(row) + 1, float(steps[row]), dividends)
    mended = np.concatenate([[0.0], np.cumsum(steps)])
    return replace(bars, adj_close=bars.close * np.exp(mended - mended[-1] + factor[-1]))


def _strange(factor: Float1D, moves: Float1D) -> NDArray[np.bool_]:
    """Mark steps of the factor that the close of the day does not bear out."""
    steps = np.diff(factor)
    rising = (steps > _STRANGE) & (moves > -_BORNE_OUT * steps)
    runs_away = bool(np.any(factor - factor[-1] > _ABOVE)) if len(factor) else False
    falling = steps < (-1e-6 if runs_away else -_FALLING)
    return rising | falling


def _true_step(bars: Bars, row: int, step: float, dividends: Dividends | None) -> float:
    """Return the factor's step at a row on which two ways of computing agree.

    Raises:
        ClashingPricesError: There are no two, and the day is not long ago.
    """
    before = float(bars.close[row - 1])
    listed = None if dividends is None else dividends.get(bars.sessions[row], 0.0) / before
    if listed is not None and listed < _LISTED_YIELD:
        # The list says what was paid, and the close bears it out: the factor alone is wrong.
        return float(-np.log1p(-listed))
    # The close did not fall by it. A hundredth that is a usual payment tells what it was.
    part = (listed if listed is not None else 1 - float(np.exp(-step))) / _TOO_LARGE
    if step > 0 and _USUAL_YIELD[0] <= part <= _USUAL_YIELD[1]:
        return float(-np.log1p(-part))
    if len(bars) - row > LONG_AGO:
        return 0.0
    day = bars.session(row)
    detail = f"adjusted closes before {day} contradict the closes"
    raise ClashingPricesError(bars.ticker, bars.source, detail, "dividends", day)
