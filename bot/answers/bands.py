"""Whether closes stayed in the band of a forecast, and what a price of then is in shares of now."""

from datetime import timedelta

import numpy as np

from bot.values import BandBreak
from forecasting.values import Bars, Forecast

LOW, HIGH = 0.1, 0.9
"""The 80 % band."""


def split_factor(forecast: Forecast, bars: Bars) -> float | None:
    """Return by what the forecast's prices are multiplied to be comparable with `bars`.

    Returns:
        1.0 unless shares were split since; None where the bars lack the forecast's as-of.
    """
    then = bars.between(forecast.as_of, forecast.as_of)
    return float(then.close[0]) / forecast.close if len(then) else None


def first_break(forecast: Forecast, bars: Bars) -> BandBreak | None:
    """Return the first close after the as-of that left its session's 80 % band, None if none did.

    Sessions that are no target of the forecast (a calendar that was changed) are passed over.
    """
    factor = split_factor(forecast, bars)
    if factor is None:
        return None
    horizons = {day: horizon for horizon, day in enumerate(forecast.targets, start=1)}
    later = bars.between(forecast.as_of + timedelta(days=1), None)
    for day, close in zip(later.sessions.tolist(), (later.close / factor).tolist(), strict=True):
        horizon = horizons.get(day)
        if horizon is None:
            continue
        low, high = forecast.at(horizon, LOW), forecast.at(horizon, HIGH)
        # A close that the source rounds differently is not outside.
        if close < low * (1 - _ROUNDING) or close > high * (1 + _ROUNDING):
            return BandBreak(day, horizon, close, low, high)
    return None


def is_over(forecast: Forecast, bars: Bars) -> bool:
    """Return whether the last session of a forecast has closed."""
    return bool(bars.sessions[-1] >= np.datetime64(forecast.targets[-1], "D"))


_ROUNDING = 1e-9
