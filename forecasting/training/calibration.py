"""How wide is right: factors on a network's bands, from cases that it was not fitted to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.features.model_inputs import GROUPS
from forecasting.values import HORIZONS, LEVELS, MEDIAN, Float1D, Float2D

NEAR_MARGIN = 1.05
"""Near announcements the scored model's bands of 2022-2023 held 77 where they promised 80."""
_FACTORS = (0.7, 1.4)
_SHARP = ("known", "guessed", "suspected")
_FADES = 0.5 ** (1 / 8)
"""Weight of a half-year near announcements against the next: halved in four years."""
_PLACES = range(len(HORIZONS))
_LOG_HORIZONS: Float1D = np.log(np.asarray(HORIZONS, dtype=float))


@dataclass(frozen=True, slots=True)
class Belief:
    """How much a group must have shown: few markets do not tell how wide is right in the next.

    Attributes:
        least: Cases of a half-year below which it says nothing of a group.
        cases, halves: Cases, and half-years, that a group needs to be believed by half.
    """

    least: int = 20
    cases: float = 200.0
    halves: float = 2.0


def calibration(
    units: Float2D,
    outcome: NDArray[np.floating[Any]],
    half: NDArray[np.int64],
    group: NDArray[np.int8],
    belief: Belief | None = None,
) -> Float2D:
    """Return factors on each level's distance from the median that make central bands hold.

    Split conformal calibration (Vovk, Gammerman and Shafer 2005, ch. 2) of widths, the same factor
    above and below, for each of `GROUPS` apart. Each half-year counts the same, because what is
    uncertain is what markets will be like, not what one case is like; near announcements newer
    ones count more, because reactions have grown beside ordinary days.

    Args:
        units: Quantiles of n held-back cases, shape (n, horizons, levels).
        outcome: What came, in the same units, shape (n, horizons).
        half: Each case's half-year, shape (n,).
        group: Each forecast's group, shape (n, horizons).
        belief: How many cases and half-years it takes.

    Returns:
        Shape (groups, horizons, levels), smooth over the log horizon, within `_FACTORS`.
    """
    belief = belief or Belief()
    moved = outcome - units[:, :, MEDIAN]
    factors = np.ones((len(GROUPS), len(HORIZONS), len(LEVELS)))
    for low in range(MEDIAN):
        high = len(LEVELS) - 1 - low
        edge = np.where(moved > 0, units[:, :, high], units[:, :, low])
        ratio = moved / (edge - units[:, :, MEDIAN])
        band = LEVELS[high] - LEVELS[low]
        for number in range(len(GROUPS)):
            kind = _Kind(band, _FADES if GROUPS[number] in _SHARP else 1.0, belief)
            found = np.array(
                [_factor(ratio[:, h], group[:, h] == number, half, kind) for h in _PLACES]
            )
            fitted = _smooth(number, found[:, 0], found[:, 1])
            factors[number, :, low] = factors[number, :, high] = fitted
    return np.clip(factors, *_FACTORS)


@dataclass(frozen=True, slots=True)
class _Kind:
    band: float
    fades: float
    belief: Belief


def _factor(
    ratio: Float1D, members: NDArray[np.bool_], half: NDArray[np.int64], kind: _Kind
) -> tuple[float, int]:
    """Return the factor of some cases, drawn towards 1 where they are few, and their number."""
    found, weights = [], []
    for label in np.unique(half[members]):
        rows = members & (half == label)
        if rows.sum() >= kind.belief.least:
            found.append(float(np.quantile(ratio[rows], kind.band)))
            weights.append(kind.fades ** float(half.max() - label))
    if not found:
        return 1.0, 1
    count, told = int(members.sum()), sum(weights) ** 2 / float(np.square(weights).sum())
    believed = count / (count + kind.belief.cases) * told / (told + kind.belief.halves)
    return 1.0 + (float(np.average(found, weights=weights)) - 1.0) * believed, count


def _smooth(number: int, column: Float1D, counts: Float1D) -> Float1D:
    # What announcements do is sharp at the first sessions and fades; the rest is a straight line.
    degree = 3 if GROUPS[number] in _SHARP else 1
    found = np.polyfit(_LOG_HORIZONS, column, degree, w=np.sqrt(counts))
    return np.vander(_LOG_HORIZONS, degree + 1) @ found


def widened(factors: Float2D, margin: float) -> Float2D:
    """Return factors that are wider by `margin` near announcements, from the second session on.

    Args:
        factors: As `calibration` returns them.
        margin: What a test on newer years than those left out has shown to be missing.
    """
    more = np.round(factors, 5)
    for name in ("known", "guessed"):
        more[GROUPS.index(name), 1:] *= margin
    more[:, :, MEDIAN] = 1.0
    return more
