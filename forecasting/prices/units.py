"""The units that services quote in: pence, cents, agorot; and rows that slipped into another one.

A slip moves prices by a hundred or a thousand. One that is undone within some sessions shows twice
what it is, so it is mended. One that is not undone within 30 sessions is where the service changed
its unit, so all earlier prices are scaled. One that reaches to the newest bars is left to `doubts`.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from forecasting.ticker_notation import CRYPTO
from forecasting.values import Bars, Float1D

MINOR_UNITS: dict[str, tuple[str, float]] = {
    "GBp": ("GBP", 0.01), "GBX": ("GBP", 0.01), "ZAc": ("ZAR", 0.01), "ZAC": ("ZAR", 0.01),
    "ILA": ("ILS", 0.01), "ILa": ("ILS", 0.01), "USX": ("USD", 0.01), "USx": ("USD", 0.01),
    "KWF": ("KWD", 0.001),
}  # fmt: skip
"""Code of a quoting unit: the currency's ISO 4217 code and the factor for prices.

London quotes pence, Johannesburg cents, Tel Aviv agorot, Chicago's grains US cents, Kuwait fils.
"""
FACTORS = (100.0, 0.01, 1000.0, 0.001)
"""Between a currency and its minor units."""
LONGEST_SLIP = 30
"""Sessions for which services are known to have quoted in the wrong unit, and a few more."""
_FAR = float(np.log(50.0))
_PRICES = ("open", "high", "low", "close", "adj_close")
_NEAR = 0.4  # log; the days themselves move, over a slip of weeks as well


def main_unit(currency: str) -> tuple[str, float]:
    """Return the ISO 4217 code and the factor for prices that a service quotes in `currency`."""
    return MINOR_UNITS.get(currency, (currency, 1.0))


def factor_near(log_ratio: float, within: float = _NEAR) -> float | None:
    """Return the factor between units that a ratio of prices looks like, None where it is none."""
    best = min(FACTORS, key=lambda factor: abs(log_ratio - np.log(factor)))
    return best if abs(log_ratio - np.log(best)) <= within else None


def slips_mended(bars: Bars) -> Bars:
    """Return bars in one unit: stretches in another one, and all before a change, are scaled.

    Coins are left alone: they do lose 99 % within a day.

    Args:
        bars: A history; stretches of up to 30 sessions are looked for.
    """
    if bars.exchange == CRYPTO or len(bars) < 3:
        return bars
    steps = np.diff(np.log(bars.close))
    if np.max(np.abs(steps)) < _FAR:
        return bars
    scale = _scale(np.log(bars.close), steps)
    columns: dict[str, Any] = {name: getattr(bars, name) * scale for name in _PRICES}
    if np.max(np.abs(np.diff(np.log(bars.adj_close)))) < _FAR:  # the adjusted closes never slipped
        columns["adj_close"] = bars.adj_close
    return replace(bars, **columns)


def _scale(log_close: Float1D, steps: Float1D) -> Float1D:
    """Return what to multiply each row by."""
    scale = np.ones(len(log_close))
    far = [int(row) for row in np.flatnonzero(np.abs(steps) > _FAR) + 1]
    while far:
        start = far.pop(0)
        factor = factor_near(float(steps[start - 1]))
        if factor is None:
            continue
        back = next((end for end in far if _undone(log_close, start, end)), None)
        if back is not None:
            scale[start:back] /= factor
            far = [row for row in far if row > back]
        elif len(log_close) - start > LONGEST_SLIP:
            scale[:start] *= factor
    return scale


def _undone(log_close: Float1D, start: int, end: int) -> bool:
    moved = abs(float(log_close[end] - log_close[start - 1]))
    return end - start <= LONGEST_SLIP and moved < _NEAR
