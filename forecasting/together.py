"""Several tickers at once: how their moves go together, and what they may do jointly.

Each ticker keeps the distribution that its own forecast gives it; only their ranks are tied, by a
Gaussian copula (Nelsen, An Introduction to Copulas, 2006, section 2.3 and 5.1).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.values import LEVELS, Bars, Float1D, Float2D, Forecast

MEMORY = 250
"""Common sessions whose moves say how tickers go together."""
DRAWS = 20_000
_PRIOR, _PRIOR_SESSIONS = 0.3, 50
"""How two shares go together as a rule, and how many sessions that counts as much as."""
_FEW = 20
"""Common sessions below which only the prior is left."""
_LEAST_OWN = 1e-6


@dataclass(frozen=True, slots=True)
class Race:
    """Who may end ahead of whom, of tickers in the order of the forecasts.

    Attributes:
        day: Until when, the last day that all of them reach.
        ahead: At [i][j] the chance that ticker i ends ahead of j.
        in_front: The chance of each to end ahead of all.
    """

    day: date
    ahead: tuple[tuple[float, ...], ...]
    in_front: tuple[float, ...]


def rank_correlation(histories: Sequence[Bars]) -> Float2D:
    """Return how the moves of tickers go together, as the correlation of a Gaussian copula.

    Spearman's rank correlation of the returns between common sessions, turned into the normal one
    that has it (2 sin(pi / 6 r)) and drawn towards what is usual, the more the fewer sessions
    there are.

    Args:
        histories: One for each ticker; only the last `MEMORY` common sessions count.

    Returns:
        A matrix of shape (tickers, tickers), positive definite, with ones on its diagonal.
    """
    count = len(histories)
    usual = np.full((count, count), _PRIOR)
    np.fill_diagonal(usual, 1.0)
    moves = _common_moves(histories)
    if len(moves) < _FEW or count < 2:
        return usual
    ranks = np.column_stack([_ranks(column) for column in moves.T])
    spread = np.std(ranks, axis=0)
    if not np.all(spread > 0):
        return usual
    spearman = np.corrcoef(ranks, rowvar=False)
    own = len(moves) / (len(moves) + _PRIOR_SESSIONS)
    return _definite(own * 2 * np.sin(np.pi / 6 * spearman) + (1 - own) * usual)


def common_horizons(forecasts: Sequence[Forecast], sessions: int) -> tuple[int, ...]:
    """Return for each forecast how many sessions ahead the last day is that all of them reach.

    Exchanges keep other days: twenty sessions of a coin are over before twenty of a share.
    """
    day = end_of(forecasts, sessions)
    return tuple(max(1, sum(target <= day for target in f.targets)) for f in forecasts)


def end_of(forecasts: Sequence[Forecast], sessions: int) -> date:
    """Return the last day that all forecasts reach in so many sessions."""
    return min(f.targets[min(sessions, len(f.targets)) - 1] for f in forecasts)


def joint_growth(
    forecasts: Sequence[Forecast],
    horizons: Sequence[int],
    correlation: Float2D,
    draws: int = DRAWS,
) -> Float2D:
    """Return what the prices may be multiplied by, drawn jointly, shape (draws, tickers).

    Each column has exactly the distribution of its forecast. The draws come in mirrored pairs, and
    are the same for the same forecasts.

    Args:
        forecasts: One for each ticker.
        horizons: Sessions ahead, one for each.
        correlation: Of the copula, positive definite.
        draws: How many, an even number.
    """
    rows = [np.log(f.quantiles[h - 1] / f.close) for f, h in zip(forecasts, horizons, strict=True)]
    return draws_of(np.stack(rows), correlation, _seed(forecasts), draws)


def draws_of(fans: Float2D, correlation: Float2D, seed: int, draws: int) -> Float2D:
    """Return joint draws of growth, shape (draws, tickers), from quantiles of log returns.

    Args:
        fans: At `LEVELS`, shape (tickers, levels).
        correlation: Of the copula, positive definite.
        seed: Of the draws.
        draws: How many, an even number.
    """
    rng = np.random.default_rng(seed)
    half = rng.standard_normal((draws // 2, len(fans))) @ np.linalg.cholesky(correlation).T
    normal = np.vstack([half, -half])
    columns = [
        log_moves_at(fan, (_order(column) + 0.5) / draws)
        for fan, column in zip(fans, normal.T, strict=True)
    ]
    growth: Float2D = np.exp(np.column_stack(columns))
    return growth


def log_moves_at(fan: Float1D, levels: Float1D) -> Float1D:
    """Return log returns at any levels, also far in the tails, which fall exponentially there.

    The inverse of `forecasting.chances.chance_above`.

    Args:
        fan: Log returns at `LEVELS`, rising, shape (levels,).
        levels: Between 0 and 1, both excluded, shape (n,).
    """
    known = np.array(LEVELS)
    moves: Float1D = np.interp(levels, known, fan)
    high, low = levels > known[-1], levels < known[0]
    up = _pace(fan[-1] - fan[-2], 1 - known[-2], 1 - known[-1])
    down = _pace(fan[1] - fan[0], known[1], known[0])
    moves[high] = fan[-1] + up * np.log((1 - known[-1]) / (1 - levels[high]))
    moves[low] = fan[0] - down * np.log(known[0] / levels[low])
    return moves


def chances_ahead(growth: Float2D) -> Float2D:
    """Return at (i, j) the chance that ticker i has moved further up than j; a tie is half."""
    first, second = growth[:, :, None], growth[:, None, :]
    ahead: Float2D = np.mean((first > second) + 0.5 * (first == second), axis=0)
    return ahead


def chances_in_front(growth: Float2D) -> Float1D:
    """Return for each ticker the chance that it has moved up the furthest of all."""
    best = growth == growth.max(axis=1, keepdims=True)
    front: Float1D = np.mean(best / best.sum(axis=1, keepdims=True), axis=0)
    return front


def race_of(items: Sequence[tuple[Bars, Forecast]], sessions: int) -> Race:
    """Return who may end ahead of whom, from joint draws of their forecasts."""
    forecasts = [forecast for _, forecast in items]
    correlation = rank_correlation([bars for bars, _ in items])
    growth = joint_growth(forecasts, common_horizons(forecasts, sessions), correlation)
    ahead = tuple(map(tuple, chances_ahead(growth).tolist()))
    return Race(end_of(forecasts, sessions), ahead, tuple(chances_in_front(growth).tolist()))


def _common_moves(histories: Sequence[Bars]) -> Float2D:
    days = histories[0].sessions
    for bars in histories[1:]:
        days = np.intersect1d(days, bars.sessions, assume_unique=True)
    days = days[-(MEMORY + 1) :]
    closes = [bars.adj_close[np.searchsorted(bars.sessions, days)] for bars in histories]
    moves: Float2D = np.diff(np.log(np.column_stack(closes)), axis=0)
    return moves


def _ranks(values: Float1D) -> Float1D:
    """Return ranks from the smallest, equal values sharing theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks: Float1D = middle[place]
    return ranks


def _order(values: Float1D) -> NDArray[np.int64]:
    """Return the place of each value in their order, from 0."""
    places = np.empty(len(values), dtype=np.int64)
    places[np.argsort(values, kind="stable")] = np.arange(len(values))
    return places


def _definite(matrix: Float2D) -> Float2D:
    """Return the nearest use of a matrix as a correlation: no direction without spread."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= _LEAST_OWN:
        return matrix
    mended = vectors @ np.diag(np.maximum(values, _LEAST_OWN)) @ vectors.T
    size = np.sqrt(np.diag(mended))
    found: Float2D = mended / np.outer(size, size)
    return found


def _pace(step: float, before: float, last: float) -> float:
    """Return the log price by which a tail falls to the e-th part."""
    return float(step) / float(np.log(before / last))


def _seed(forecasts: Sequence[Forecast]) -> int:
    named = "|".join(f"{f.ticker},{f.as_of},{f.model_version},{f.data_digest}" for f in forecasts)
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8], "big")
