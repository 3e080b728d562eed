"""Band edges without kinks that still pass through every quantile.

Between sessions nothing is forecast, so how an edge gets from one to the next is a matter of
drawing. Widths grow about as the square root of time: over that root the edges are nearly straight,
and a monotone cubic (Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17(2)) adds no bump of its own.
"""

from collections.abc import Mapping

import numpy as np

from forecasting.values import Float1D

_FINE = 6
"""Points drawn for each session."""


def smooth_edges(edges: Mapping[float, Float1D]) -> tuple[Float1D, dict[float, Float1D]]:
    """Return positions from 0 (the last close) on, and the edges at each of them.

    Args:
        edges: Price by level at the last close and each session ahead, each of shape (1 + n,).

    Returns:
        Positions of shape (1 + 6 n,), every sixth a session, and the edges there; at sessions they
        are those given, between them they keep their order.
    """
    sessions = len(next(iter(edges.values()))) - 1
    fine = np.linspace(0, sessions, sessions * _FINE + 1)
    knots, at = np.sqrt(np.arange(sessions + 1.0)), np.sqrt(fine)
    levels = sorted(edges)
    curves = np.array([monotone_cubic(knots, edges[level], at) for level in levels])
    ordered = np.maximum.accumulate(curves, axis=0)
    ordered[:, ::_FINE] = np.array([edges[level] for level in levels])
    return fine, dict(zip(levels, ordered, strict=True))


def monotone_cubic(x: Float1D, y: Float1D, at: Float1D) -> Float1D:
    """Return the piecewise cubic through (x, y) that rises and falls only where the points do.

    Args:
        x: Rising, shape (n,), at least two.
        y: Shape (n,).
        at: Where to evaluate, within x, shape (m,).
    """
    step, slope = np.diff(x), np.diff(y) / np.diff(x)
    tangent = _tangents(step, slope)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(step) - 1)
    width = step[piece]
    t = (at - x[piece]) / width
    start, end = y[piece], y[piece + 1]
    rise = t**2 * (3 - 2 * t)
    bend = t * (1 - t) ** 2 * tangent[piece] - t**2 * (1 - t) * tangent[piece + 1]
    curve: Float1D = start + (end - start) * rise + width * bend
    return curve


def _tangents(step: Float1D, slope: Float1D) -> Float1D:
    """Return slopes at the points: harmonic means, level where the points turn."""
    ends = (slope[:1], slope[-1:])
    if len(slope) == 1:
        return np.concatenate(ends)
    first, second = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    turns = slope[:-1] * slope[1:] <= 0
    safe = np.where(turns, 1.0, slope[:-1]), np.where(turns, 1.0, slope[1:])
    mean = (first + second) / (first / safe[0] + second / safe[1])
    return np.concatenate([ends[0], np.where(turns, 0.0, mean), ends[1]])
