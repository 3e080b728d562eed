"""The frames of yfinance taken apart: prices, splits, dividends."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.prices.cleaning import RawBars
from forecasting.prices.dividends import Dividends
from forecasting.prices.splits import Split
from forecasting.values import Float1D, Sessions


def columns_of(frame: Any) -> RawBars:
    """Return a frame's prices and volumes by their days on the exchange."""
    names = ("Open", "High", "Low", "Close", "Adj Close", "Volume")
    return RawBars(_days(frame), *(_numbers(frame, name) for name in names))


def splits_of(frame: Any) -> list[Split]:
    """Return a frame's splits: day, and new shares for one old one."""
    days, shares = _events(frame, "Stock Splits")
    return [(day.item(), float(share)) for day, share in zip(days, shares, strict=True)]


def dividends_of(frame: Any) -> Dividends:
    """Return a frame's dividends by ex-day, in the unit of its prices."""
    days, amounts = _events(frame, "Dividends")
    return {day: float(amount) for day, amount in zip(days, amounts, strict=True)}


def _events(frame: Any, name: str) -> tuple[Sessions, Float1D]:
    values = _numbers(frame, name)
    rows: NDArray[np.bool_] = values > 0
    return _days(frame)[rows], values[rows]


def _days(frame: Any) -> Sessions:
    days: Sessions = frame.index.tz_localize(None).to_numpy().astype("datetime64[D]")
    return days


def _numbers(frame: Any, name: str) -> Float1D:
    return np.array(frame[name], dtype=np.float64)
