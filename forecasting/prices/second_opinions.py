"""A doubted newest bar is used once two agree: the service's repair or a second source says so.

A repair that changes nothing is no second voice, because it looks at the same numbers. What nobody
confirms is held back; the bars before it answer.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import PriceError
from forecasting.prices.doubts import doubt_of
from forecasting.prices.source import Repairing
from forecasting.prices.units import FACTORS
from forecasting.values import Bars, Float1D, HeldBack

_SAME = 0.01
_PRICES = ("open", "high", "low", "close", "adj_close")


def repair_of(source: object, bars: Bars, now: datetime) -> Iterable[Bars]:
    """Yield what the source's own repair makes of a ticker, nothing where it has none or fails."""
    if isinstance(source, Repairing):
        try:
            repaired = source.repaired(bars.ticker, now)
        except PriceError:
            return
        if not _alike(bars, repaired, repaired.sessions >= bars.sessions[-1]):
            yield repaired


def agreed(bars: Bars, doubt: HeldBack, opinion: Bars) -> Bars | None:
    """Return the bars that two ways of asking agree on, None where they do not.

    Args:
        bars: What the first source gave, with a doubted day.
        doubt: The doubt.
        opinion: What the repair or another source gives.
    """
    day = np.datetime64(doubt.day, "D")
    if opinion.as_of < bars.as_of:
        return None
    if _alike(bars, opinion, opinion.sessions >= day):
        return _rescaled_past(bars, opinion, day) if doubt_of(opinion) is None else bars
    for factor in FACTORS:
        mended = _scaled_from(bars, day, factor)
        if doubt_of(mended) is None and _alike(mended, opinion, opinion.sessions >= day):
            return mended
    return None


def _alike(bars: Bars, opinion: Bars, rows: NDArray[np.bool_]) -> bool:
    """Return whether two histories show the same closes on the opinion's rows that both have."""
    _, ours, theirs = np.intersect1d(
        bars.sessions, opinion.sessions[rows], assume_unique=True, return_indices=True
    )
    if not len(ours):
        return False
    ratio = bars.close[ours] / opinion.close[rows][theirs]
    return bool(np.all(np.abs(ratio - 1) < _SAME))


def _rescaled_past(bars: Bars, opinion: Bars, day: np.datetime64) -> Bars:
    """Return the bars with the past in the scale in which the opinion has it.

    Both agree on the days from the doubted one; a split that only one has applied shows in the one
    ratio between all days before.
    """
    _, ours, theirs = np.intersect1d(
        bars.sessions[bars.sessions < day], opinion.sessions, return_indices=True
    )
    ratios = opinion.close[theirs] / bars.close[ours]
    if not len(ratios) or np.ptp(np.log(ratios)) > 4 * _SAME:
        return bars
    return _scaled(bars, np.where(bars.sessions < day, float(np.median(ratios)), 1.0))


def _scaled_from(bars: Bars, day: np.datetime64, factor: float) -> Bars:
    return _scaled(bars, np.where(bars.sessions >= day, factor, 1.0))


def _scaled(bars: Bars, by: Float1D) -> Bars:
    columns: dict[str, Any] = {name: getattr(bars, name) * by for name in _PRICES}
    return replace(bars, **columns)
