"""Chances read off a forecast's quantiles where the levels end: what lies in the far tails."""

import numpy as np

from forecasting.values import Float1D, Forecast


def chance_beyond(forecast: Forecast, share: float, horizon: int) -> float:
    """Return the probability of a close farther than `share` from the last one, either way, 0..1.

    Beyond the outermost levels the tails fall as they did between the last two.

    Args:
        forecast: Whose quantiles are read.
        share: Of the close, such as 0.1, below 1.
        horizon: Sessions ahead.
    """
    row = np.log(forecast.quantiles[horizon - 1] / forecast.close)
    above = _beyond(np.log(1 + share), row, forecast.levels)
    mirrored = tuple(1 - level for level in reversed(forecast.levels))
    return above + _beyond(-np.log(1 - share), -row[::-1], mirrored)


def _beyond(move: float, row: Float1D, levels: tuple[float, ...]) -> float:
    """Return the probability of more than `move`, its tail exponential after the last level."""
    if move <= row[-1]:
        return float(1.0 - np.interp(move, row, levels))
    last, before = 1 - levels[-1], 1 - levels[-2]
    pace = np.log(before / last) / max(float(row[-1] - row[-2]), 1e-12)
    return float(last * np.exp(-pace * (move - row[-1])))
