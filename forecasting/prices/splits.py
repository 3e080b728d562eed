"""Splits that a service lists but has applied to some of the earlier prices only, or twice.

Two things must agree before a row is touched: the list of splits, and a jump of the closes by just
that ratio within some sessions of the listed day. The day itself may be off by a session or two,
one row may have been left out or done alone, and the past may have been divided twice; all of it is
read off the jumps, walking back from the prices after the split, which are as they were traded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from forecasting.errors import ClashingPricesError
from forecasting.values import Bars, Float1D

Split = tuple[date, float]
"""The day it took effect and the new shares for one old one: 4.0 for 4:1, 0.1 for 1:10."""
_BEFORE, _AFTER = 5, 3
_SMALLEST = float(np.log(1.18))  # 6:5; less moves on ordinary days
_LARGE = float(np.log(3.0))
_USUAL = 5.0  # standard deviations that a day may add to the jump, or take from it
_LEAST_SLACK, _SLACK_OF_LARGE = 0.06, 0.25


@dataclass(frozen=True, slots=True)
class _Jump:
    """What a step across one row says: how many times the split lies in it, and how surely."""

    times: int
    sure: bool


def splits_mended(bars: Bars, splits: Sequence[Split]) -> Bars:
    """Return bars whose prices before each listed split are divided by it just once.

    Args:
        bars: Prices that should be adjusted for all these splits.
        splits: In any order.

    Raises:
        ClashingPricesError: Prices before a split contradict it and it cannot be told how.
    """
    for split in sorted(splits, reverse=True):
        bars = _mended(bars, split)
    return bars


def _mended(bars: Bars, split: Split) -> Bars:
    day, shares = split
    at = int(np.searchsorted(bars.sessions, np.datetime64(day, "D")))
    ratio = float(np.log(shares))
    if not 0 < at <= len(bars) or abs(ratio) < _SMALLEST:
        return bars
    rows = range(max(1, at - _BEFORE), min(len(bars), at + _AFTER + 1))
    usual = _usual_step(np.log(bars.close), rows)
    offsets = {
        name: _offsets(np.log(getattr(bars, name)), rows, ratio, usual)
        for name in ("close", "adj_close")
    }
    if any(found is None for found in offsets.values()):
        detail = f"prices before the split of {day} are not adjusted"
        raise ClashingPricesError(bars.ticker, bars.source, detail, "split", day)
    return _divided(bars, offsets["close"], offsets["adj_close"], shares)


def _offsets(log_price: Float1D, rows: range, ratio: float, usual: float) -> Float1D | None:
    """Return for each row how many times the split is still to be taken off, None if unsure."""
    offsets = np.zeros(len(log_price))
    offset = 0
    for row in reversed(rows):
        jump = _jump(float(log_price[row] - log_price[row - 1]), ratio, usual)
        if not jump.sure:
            return None
        offset += jump.times
        offsets[row - 1] = offset
    offsets[: rows.start] = offset
    # More than once too often or too little is no way that a service goes wrong.
    return offsets if np.all(np.abs(offsets) <= 1) else None


def _jump(step: float, ratio: float, usual: float) -> _Jump:
    times = int(-np.sign(step * ratio)) if abs(step) > abs(ratio) / 2 else 0
    if times == 0:
        return _Jump(0, sure=True)
    rest = abs(step + times * ratio)
    slack = max(_LEAST_SLACK, _USUAL * usual)
    if abs(ratio) > _LARGE:
        return _Jump(times, sure=rest <= max(slack, _SLACK_OF_LARGE * abs(ratio)))
    if rest <= min(slack, abs(ratio) / 2):
        return _Jump(times, sure=True)
    return _Jump(0, sure=False)  # a share may also fall that far on such a day without any fault


def _usual_step(log_close: Float1D, rows: range) -> float:
    """Return the standard deviation of a day's step over the year before, robustly."""
    steps = np.diff(log_close[max(0, rows.start - 250) : rows.start])
    return float(np.median(np.abs(steps))) * 1.4826 if len(steps) > 5 else 0.02


def _divided(bars: Bars, close: Float1D | None, adjusted: Float1D | None, shares: float) -> Bars:
    if close is None or adjusted is None or not (np.any(close) or np.any(adjusted)):
        return bars
    by, by_adjusted = shares**close, shares**adjusted
    columns: dict[str, Any] = {
        name: getattr(bars, name) / by for name in ("open", "high", "low", "close")
    }
    return replace(bars, **columns, adj_close=bars.adj_close / by_adjusted, volume=bars.volume * by)
