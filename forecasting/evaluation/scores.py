"""How good forecasts were: losses of quantiles and medians, coverage, tests between forecasters.

Arrays of quantiles end in the level axis; outcomes have the same shape without it. NumPy only.
"""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from forecasting.values import LEVELS

Array = NDArray[np.float64]
_LEVELS = np.asarray(LEVELS)


def pinball(quantiles: Array, outcome: Array) -> Array:
    """Return the pinball loss, mean over the levels; range [0, inf), best 0.

    Koenker and Bassett (1978), Econometrica 46(1), 33-50: a level p costs p * e for an outcome e
    above its quantile and (p - 1) * e for one below. With levels (0.1, 0.9), quantiles (-1, 1) and
    outcome 2: (0.1 * 3 + 0.9 * 1) / 2 = 0.6.

    Args:
        quantiles: Shape (..., levels).
        outcome: Shape (...), in the same unit.
    """
    error = np.asarray(outcome)[..., None] - quantiles
    mean: Array = np.maximum(_LEVELS * error, (_LEVELS - 1) * error).mean(axis=-1)
    return mean


def scaled_pinball(quantiles: Array, outcome: Array, usual: Array, horizons: Array) -> Array:
    """Return the pinball loss over the ticker's usual move and the root of the horizon; best 0.

    Args:
        quantiles: Log returns, shape (n, horizons, levels).
        outcome: Log returns, shape (n, horizons).
        usual: Mean absolute one-session log return of each case's ticker, shape (n,).
        horizons: Sessions ahead, shape (horizons,).
    """
    unit = np.asarray(usual)[:, None] * np.sqrt(np.asarray(horizons, dtype=float))
    scaled: Array = pinball(quantiles, outcome) / unit
    return scaled


def crps(quantiles: Array, outcome: Array) -> Array:
    """Return the continuous ranked probability score; range [0, inf), best 0, unit of the outcome.

    Twice the integral of the pinball loss over levels (Laio and Tamea 2007, Hydrol. Earth Syst.
    Sci. 11, 1267-1277, eq. 8), by the trapezoid rule, constant beyond the outermost levels.
    """
    error = np.asarray(outcome)[..., None] - quantiles
    loss = np.maximum(_LEVELS * error, (_LEVELS - 1) * error)
    edges = np.concatenate([[0.0], (_LEVELS[1:] + _LEVELS[:-1]) / 2, [1.0]])
    score: Array = 2 * (loss * np.diff(edges)).sum(axis=-1)
    return score


def inside(quantiles: Array, outcome: Array, band: float) -> NDArray[np.bool_]:
    """Return whether outcomes lie in the central band, its edges included.

    Args:
        quantiles: Shape (..., levels).
        outcome: Shape (...).
        band: Probability of the band, 0.5, 0.6, 0.8, 0.9 or 0.95.
    """
    low, high = (int(np.argmin(np.abs(_LEVELS - p))) for p in ((1 - band) / 2, (1 + band) / 2))
    held: NDArray[np.bool_] = (outcome >= quantiles[..., low]) & (outcome <= quantiles[..., high])
    return held


def pit(quantiles: Array, outcome: Array) -> Array:
    """Return the probability integral transform of outcomes, shape (n,); uniform when calibrated.

    Dawid (1984), J. R. Stat. Soc. A 147(2), 278-292. Between levels by interpolation; outcomes
    beyond the outermost levels get the middle of the tail.

    Args:
        quantiles: Shape (n, levels).
        outcome: Shape (n,).
    """
    below = (quantiles <= np.asarray(outcome)[:, None]).sum(axis=1)
    inner = np.clip(below, 1, len(_LEVELS) - 1)
    rows = np.arange(len(below))
    low, high = quantiles[rows, inner - 1], quantiles[rows, inner]
    part = (outcome - low) / np.maximum(high - low, 1e-15)
    value = _LEVELS[inner - 1] + part * (_LEVELS[inner] - _LEVELS[inner - 1])
    value = np.where(below == 0, _LEVELS[0] / 2, value)
    transformed: Array = np.where(below == len(_LEVELS), (1 + _LEVELS[-1]) / 2, value)
    return transformed


def mae(forecast: Array, outcome: Array) -> float:
    """Return the mean absolute error; range [0, inf), best 0, unit of the outcome."""
    return float(np.mean(np.abs(np.asarray(forecast) - outcome)))


def rmse(forecast: Array, outcome: Array) -> float:
    """Return the root of the mean squared error; range [0, inf), best 0, unit of the outcome."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - outcome) ** 2)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mean loss of one forecaster against another.

    Attributes:
        difference: Mean of the first's loss minus the second's; negative is better.
        error: Standard error, clustered.
        statistic: Difference over error.
        p_value: Two-sided, normal.
    """

    difference: float
    error: float
    statistic: float
    p_value: float


def diebold_mariano(first: Array, second: Array, clusters: NDArray[np.int64]) -> Comparison:
    """Return the Diebold-Mariano test of equal loss, errors clustered.

    Diebold and Mariano (1995), J. Bus. Econ. Stat. 13(3), 253-263; the variance is that of cluster
    sums (Liang and Zeger 1986, Biometrika 73(1), 13-22) with the factor G / (G - 1), because
    outcomes of one month move together across tickers and horizons overlap.

    Args:
        first: Losses of the first forecaster, shape (n,).
        second: Losses of the second for the same cases.
        clusters: Label of each case's cluster, such as its month, shape (n,).

    Raises:
        ValueError: There are fewer than two clusters.
    """
    difference = np.asarray(first) - second
    labels, member = np.unique(clusters, return_inverse=True)
    if len(labels) < 2:
        raise ValueError("a clustered test needs two clusters")
    mean = float(difference.mean())
    sums = np.bincount(member, weights=difference - mean, minlength=len(labels))
    factor = len(labels) / (len(labels) - 1)
    error = float(np.sqrt(factor * (sums**2).sum()) / len(difference))
    statistic = mean / error if error > 0 else 0.0
    return Comparison(mean, error, statistic, erfc(abs(statistic) / sqrt(2)))
