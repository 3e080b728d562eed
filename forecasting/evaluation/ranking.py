"""How well widths rank assets: the ranked probability score of fifths, as M6 scored forecasts.

Which of some assets will return most in the next 20 sessions is a question of relative widths and
of how assets move together; medians say nothing. Range of the score [0, 1], best 0; a forecaster
that calls every fifth as likely as the others gets 0.16.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.values import LEVELS, Float2D

FIFTHS = 5
_DRAWS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """One question: which of n assets will be in which fifth.

    Attributes:
        fans: Quantiles of each asset's log return at one horizon, shape (n, levels).
        correlation: Of their returns, shape (n, n).
        outcome: Log returns that came, shape (n,).
    """

    fans: Float2D
    correlation: Float2D
    outcome: NDArray[np.float64]


def fifths(values: Float2D) -> NDArray[np.int64]:
    """Return each asset's fifth, 0 the lowest, along the last axis."""
    rank = np.argsort(np.argsort(values, axis=-1), axis=-1)
    placed: NDArray[np.int64] = rank * FIFTHS // values.shape[-1]
    return placed


def probabilities(one: Round, seed: int = 7) -> Float2D:
    """Return each asset's chance of each fifth, shape (n, 5), from a Gaussian copula.

    Args:
        one: The assets.
        seed: Root of the draws, the same for every forecaster.
    """
    rng = np.random.default_rng(seed)
    count = len(one.outcome)
    root = _root(one.correlation)
    half = rng.standard_normal((_DRAWS // 2, count)) @ root.T
    chance = _normal(np.concatenate([half, -half]))
    drawn = np.stack([_at(one.fans[i], chance[:, i]) for i in range(count)], axis=1)
    places = fifths(drawn)
    return np.stack([(places == fifth).mean(axis=0) for fifth in range(FIFTHS)], axis=1)


def score(one: Round, chances: Float2D) -> float:
    """Return the mean ranked probability score of a round (Epstein 1969; M6 competition)."""
    came = fifths(one.outcome)[:, None] == np.arange(FIFTHS)
    gap = np.cumsum(chances, axis=1) - np.cumsum(came, axis=1)
    return float((gap**2).mean())


def _root(correlation: Float2D) -> Float2D:
    values, vectors = np.linalg.eigh(correlation)
    found: Float2D = vectors * np.sqrt(np.maximum(values, 1e-8))
    rows: Float2D = found / np.sqrt((found**2).sum(axis=1, keepdims=True))
    return rows


def _normal(values: Float2D) -> Float2D:
    # Abramowitz and Stegun (1964), 26.2.17: good to 1e-7.
    t = 1 / (1 + 0.2316419 * np.abs(values))
    terms = np.polyval((1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153, 0.0), t)
    tail = np.exp(-(values**2) / 2) / np.sqrt(2 * np.pi) * terms
    chance: Float2D = np.where(values > 0, 1 - tail, tail)
    return chance


def _at(fan: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a fan's values at some probabilities; beyond the outermost levels lines go on."""
    levels = np.asarray(LEVELS)
    inside = np.interp(chance, levels, fan)
    low, high = fan[1] - fan[0], fan[-1] - fan[-2]
    below = fan[0] - low * np.log(levels[0] / np.maximum(chance, 1e-6)) / np.log(
        levels[1] / levels[0]
    )
    above = fan[-1] + high * np.log(levels[0] / np.maximum(1 - chance, 1e-6)) / np.log(
        levels[1] / levels[0]
    )
    outside = np.where(chance < levels[0], below, above)
    return np.where((chance < levels[0]) | (chance > levels[-1]), outside, inside)
