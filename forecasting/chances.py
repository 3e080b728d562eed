"""Chances read off a forecast's quantiles, far in the tails as well as between the levels."""

import numpy as np

from forecasting.values import Float1D, Forecast


def chance_above(forecast: Forecast, price: float, horizon: int) -> float:
    """Return the probability of a close above a price, 0..1.

    Between two levels the distribution of the log price is even. Beyond the outermost levels the
    tails fall as they did between the last two, so that a price twice as far is less likely.

    Args:
        forecast: Whose quantiles are read.
        price: In the forecast's currency; zero and below is always exceeded.
        horizon: Sessions ahead.
    """
    if price <= 0:
        return 1.0
    row = np.log(forecast.quantiles[horizon - 1])
    return exceeding(row, np.array(forecast.levels), float(np.log(price)))


def exceeding(row: Float1D, levels: Float1D, value: float) -> float:
    """Return the probability of more than a value, 0..1.

    Args:
        row: Quantiles of logs at the levels, rising, shape (levels,).
        levels: Rising, shape (levels,).
        value: A log as well.
    """
    if value >= row[0]:
        return _beyond(value, row, levels)
    return 1.0 - _beyond(-value, -row[::-1], 1 - levels[::-1])


def chance_beyond(forecast: Forecast, share: float, horizon: int) -> float:
    """Return the probability of a close farther than `share` from the last one, either way, 0..1.

    Args:
        forecast: Whose quantiles are read.
        share: Of the close, such as 0.1.
        horizon: Sessions ahead.
    """
    above = chance_above(forecast, forecast.close * (1 + share), horizon)
    return above + 1.0 - chance_above(forecast, forecast.close * (1 - share), horizon)


def _beyond(move: float, row: Float1D, levels: Float1D) -> float:
    """Return the probability of more than `move`, its tail exponential after the last level."""
    if move <= row[-1]:
        return float(1.0 - np.interp(move, row, levels))
    last, before = 1 - levels[-1], 1 - levels[-2]
    pace = np.log(before / last) / max(float(row[-1] - row[-2]), 1e-12)
    return float(last * np.exp(-pace * (move - row[-1])))
