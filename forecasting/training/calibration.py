"""How wide is right: factors on a network's bands, from cases that it was not fitted to."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.features.model_inputs import GROUPS
from forecasting.values import HORIZONS, LEVELS, MEDIAN, Float1D, Float2D

_FACTORS = (0.7, 1.4)
_SHARP = ("known", "guessed", "suspected")
_LEAST = 20
"""Cases of a half-year below which it says nothing of a group."""
_PRIOR, _PRIOR_HALVES = 200.0, 2.0
"""Cases, and half-years, that a group needs to be believed by half: a kind of ticker that traded
through few markets has not shown how wide is right in the next."""
_PLACES = range(len(HORIZONS))


def calibration(
    units: Float2D,
    outcome: NDArray[np.floating[Any]],
    half: NDArray[np.int64],
    group: NDArray[np.int8],
) -> Float2D:
    """Return factors on each level's distance from the median that make central bands hold.

    Split conformal calibration (Vovk, Gammerman and Shafer 2005, ch. 2) of widths, the same factor
    above and below, for each of `GROUPS` apart. Each half-year counts the same, because what is
    uncertain is what markets will be like, not what one case is like.

    Args:
        units: Quantiles of n held-back cases, shape (n, horizons, levels).
        outcome: What came, in the same units, shape (n, horizons).
        half: Each case's half-year, shape (n,).
        group: Each forecast's group, shape (n, horizons).

    Returns:
        Shape (groups, horizons, levels), smooth over the log horizon, within `_FACTORS`.
    """
    moved = outcome - units[:, :, MEDIAN]
    factors = np.ones((len(GROUPS), len(HORIZONS), len(LEVELS)))
    for low in range(MEDIAN):
        high = len(LEVELS) - 1 - low
        edge = np.where(moved > 0, units[:, :, high], units[:, :, low])
        ratio = moved / (edge - units[:, :, MEDIAN])
        band = LEVELS[high] - LEVELS[low]
        for number in range(len(GROUPS)):
            found = [_factor(ratio[:, h], group[:, h] == number, half, band) for h in _PLACES]
            factors[number, :, low] = factors[number, :, high] = _smooth(
                number, *zip(*found, strict=True)
            )
    return np.clip(factors, *_FACTORS)


def _factor(
    ratio: Float1D, members: NDArray[np.bool_], half: NDArray[np.int64], band: float
) -> tuple[float, int]:
    """Return the factor of some cases, drawn towards 1 where they are few, and their number."""
    found = []
    for label in np.unique(half[members]):
        rows = members & (half == label)
        if rows.sum() >= _LEAST:
            found.append(float(np.quantile(ratio[rows], band)))
    if not found:
        return 1.0, 1
    count = int(members.sum())
    believed = count / (count + _PRIOR) * len(found) / (len(found) + _PRIOR_HALVES)
    return 1.0 + (float(np.mean(found)) - 1.0) * believed, count


def _smooth(number: int, column: Sequence[float], counts: Sequence[int]) -> Float1D:
    # What announcements do is sharp at the first sessions and fades; the rest is a straight line.
    degree = 3 if GROUPS[number] in _SHARP else 1
    horizons = np.log(np.asarray(HORIZONS, dtype=float))
    found = np.polyfit(horizons, column, degree, w=np.sqrt(np.asarray(counts, dtype=float)))
    fitted: Float1D = np.polyval(found, horizons)
    return fitted
