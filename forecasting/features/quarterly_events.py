"""Days that come back: what happened around each coming session one to eight quarters before.

Companies report on the same weekday of the same week of a quarter, year after year. One past jump
says little; jumps on the same day of several earlier quarters give the coming one away.
"""

import numpy as np

from forecasting.features.daily_series import DailySeries
from forecasting.features.rolling import Positions
from forecasting.values import HORIZONS, Float1D, Float2D

LAGS = tuple(91 * quarter for quarter in range(1, 9))
"""Calendar days back: whole weeks, so that weekdays agree."""
AHEAD = len(HORIZONS) + 2
"""Days described: one before the first target to one after the last."""
CHANNELS = 11
_SETTLED = 44
"""Sessions before which surprises have nothing to be measured against."""
_REACH = 3


def _events(s: DailySeries) -> Float1D:
    """A jump on high volume, 0 on an ordinary day, at most 2.25."""
    jump = np.clip((np.maximum(s.gap_surprise, s.move_surprise) - 0.9) * 2, 0.0, 1.5)
    crowd: Float1D = np.clip(s.volume_surprise * 1.5, 0.0, 1.5)
    return jump * crowd


def _stir(s: DailySeries) -> Float1D:
    return s.move_surprise + s.gap_surprise + 1.5 * np.maximum(s.volume_surprise, 0.0)


def _around(values: Float1D, s: DailySeries, at: Positions) -> tuple[Float2D, Float2D]:
    """Return values around the same day of each lag, shape (n, lags, days), and which are known."""
    offsets = np.arange(-_REACH, AHEAD + _REACH)
    wide = np.zeros((len(at), len(LAGS), len(offsets)))
    known = np.zeros((len(at), len(LAGS)))
    for i, lag in enumerate(LAGS):
        anchor = np.searchsorted(s.days, s.days[at] - lag, side="right") - 1
        there = anchor >= _SETTLED
        index = np.clip(anchor[:, None] + offsets, 0, len(values) - 1)
        wide[:, i] = values[index] * there[:, None]
        known[:, i] = there
    return wide, known


def _within(wide: Float2D, reach: int) -> Float2D:
    parts = [wide[..., _REACH + k : _REACH + k + AHEAD] for k in range(-reach, reach + 1)]
    largest: Float2D = np.maximum.reduce(parts)
    return largest


def season_features(s: DailySeries, at: Positions) -> tuple[Float2D, Float2D]:
    """Return what earlier quarters say of the coming days.

    Args:
        s: DailySeries of one history.
        at: Positions of the as-ofs in them, shape (n,).

    Returns:
        Shape (n, AHEAD, CHANNELS), the first day being the as-of itself; and which lags the history
        reaches back to, shape (n, lags).
    """
    events, known = _around(_events(s), s, at)
    stir = _within(_around(_stir(s), s, at)[0], 0)
    exact, near, week = (_within(events, reach) for reach in (0, 1, _REACH))
    recent = np.sort(exact[:, :4], axis=1)
    exact_ranked, near_ranked, week_ranked = (np.sort(x, axis=1) for x in (exact, near, week))
    channels = [
        exact[:, :4].mean(axis=1), exact.mean(axis=1),
        recent[:, -2], exact_ranked[:, -3], exact_ranked[:, -4],
        near_ranked[:, -3], near_ranked[:, -4], week_ranked[:, -4],
        stir[:, :4].mean(axis=1), stir.mean(axis=1), stir[:, 3],
    ]  # fmt: skip
    return np.stack(channels, axis=2), known
