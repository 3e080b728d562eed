"""Whether the newest bars may be acted upon: what contradicts the days before is held back.

A wrong bar moves whole: its open is as far off as its close, at a day's usual turnover. A real move
comes with trading. So a bar is doubted whose close jumps beyond what the ticker did in its last
year, and which

- jumps fourfold or to a quarter, whatever was traded; or
- jumps by just the ratio of a split, without several times the usual turnover and range; or
- jumps by a third or more without a multiple of the usual volume.

A doubt ends when the next sessions stay at the new level, unless the jump looks like a unit or a
split: those do not become true by lasting. `docs/prices.md` has the measured alarms and misses.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from forecasting.prices.units import LONGEST_SLIP, factor_near
from forecasting.ticker_notation import CRYPTO, listing_of
from forecasting.values import Bars, Float1D, HeldBack

SPLIT_HELD = 10
"""Sessions after which a split that nobody listed is no longer waited for: the past is refused."""
_RATIOS = np.log([1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0])
"""Shares for one old one, of nearly all splits, as logarithms."""
_BEYOND_TRADING = float(np.log(4.0))
_LARGE, _LARGE_COIN, _LARGE_OF_USUAL = 0.36, 0.6, 5.0
_SPLIT_FROM, _SPLIT_OF_USUAL = 0.17, 6.0
_NEAR, _NEAR_OF_USUAL = 0.03, 2.5
_RARE = 0.55
_VOLUME_SURGE = float(np.log(2.5))
_SPLIT_SURGE, _SPLIT_RANGE = float(np.log(4.0)), 3.0
_QUIET_OF_USUAL, _QUIET_RANGE, _PART, _ELSEWHERE = 8.0, 2.0, 0.15, 0.75
_YEAR, _QUARTER, _FEWEST = 250, 60, 20
_UNADJUSTED = ("open", "high", "low", "close")
_TO_NORMAL = 1.4826  # median absolute value to standard deviation
_LEAST_USUAL = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """What is usual as of each row, from the rows before it, shape (n,)."""

    usual: Float1D
    """A day's step, robustly, as log."""
    volume: Float1D
    turnover: Float1D
    width: Float1D
    """A day's range, as log."""


def doubt_of(bars: Bars) -> HeldBack | None:
    """Return the first of the newest bars that is not to be acted upon, None where all are.

    Args:
        bars: A history up to now, adjusted.
    """
    newest = bars.rows(slice(-LONGEST_SLIP - 1, None))
    if len(newest) < 2 or np.max(np.abs(np.diff(np.log(newest.close)))) < _SPLIT_FROM:
        return None
    window = bars.rows(slice(-LONGEST_SLIP - _YEAR, None))
    for row in np.flatnonzero(doubted_rows(window)):
        if len(window) - row <= LONGEST_SLIP and not _outlived(window, int(row)):
            return HeldBack(window.session(int(row)), reason_of(window, int(row)))
    return None


def split_left_in(bars: Bars) -> HeldBack | None:
    """Return a day of the last year whose closes jump like a split that nobody listed.

    Days that are new enough to be held back do not count.
    """
    window = bars.rows(slice(-2 * _YEAR, None))
    steps = np.diff(np.log(window.close), prepend=np.log(window.close[:1]))
    large = np.abs(steps) > _RARE
    large[: max(_FEWEST, len(window) - _YEAR)] = False
    large[-SPLIT_HELD:] = False
    if not large.any() or not _may_split(bars.ticker):
        return None
    found = np.flatnonzero(large & _quiet(window, steps, _past(window, steps)))
    return HeldBack(window.session(int(found[-1])), "split") if len(found) else None


def old_splits_scaled(bars: Bars) -> Bars:
    """Return bars whose prices before a split that nobody listed, over a year ago, meet the later.

    A new one is held back, one of the last year refused; an older one says nothing of today.
    """
    old = np.abs(np.diff(np.log(bars.close)))[: max(0, len(bars) - _YEAR - 1)] > _RARE
    if not old.any() or not _may_split(bars.ticker):
        return bars
    for row in np.flatnonzero(old) + 1:
        if row >= _FEWEST and reason_of(bars, int(row)) == "split":
            bars = _meeting(bars, int(row))
    return bars


def _meeting(bars: Bars, row: int) -> Bars:
    """Return bars whose earlier closes, and adjusted ones that jump as well, meet a row's open."""
    adjusted_too = abs(np.log(bars.adj_close[row] / bars.adj_close[row - 1])) > _RARE
    names = (*_UNADJUSTED, "adj_close") if adjusted_too else _UNADJUSTED
    factor = np.ones(len(bars))
    factor[:row] = bars.open[row] / bars.close[row - 1]
    return replace(bars, **{name: getattr(bars, name) * factor for name in names})


def believed(bars: Bars) -> Bars:
    """Return the bars before a doubted one, saying which was held back; all where none is."""
    doubt = doubt_of(bars)
    return bars if doubt is None else without(bars, doubt)


def without(bars: Bars, doubt: HeldBack) -> Bars:
    """Return the bars before a doubted day, with the doubt."""
    before = int(np.searchsorted(bars.sessions, np.datetime64(doubt.day, "D")))
    return bars.rows(slice(0, before)).holding_back(doubt)


def doubted_rows(bars: Bars) -> NDArray[np.bool_]:
    """Return which rows would be doubted if they were the newest, shape (n,)."""
    steps = np.diff(np.log(bars.close), prepend=np.log(bars.close[:1]))
    size = np.abs(steps)
    if not len(bars) or np.max(size) < _SPLIT_FROM:
        return np.zeros(len(bars), dtype=bool)
    past = _past(bars, steps)
    strange = size > _LARGE_OF_USUAL * past.usual
    doubted = (size > _BEYOND_TRADING) & strange
    large = size > (_LARGE_COIN if bars.exchange == CRYPTO else _LARGE)
    doubted |= large & strange & ~(_surge(bars.volume, past.volume) > _VOLUME_SURGE)
    if _may_split(bars.ticker):
        doubted |= _like_a_split(bars, steps, past) | _quiet(bars, steps, past)
    doubted[:_FEWEST] = False
    return doubted


def _may_split(ticker: str) -> bool:
    """Return whether it is a share or fund: coins, currencies, futures and indexes never split."""
    return listing_of(ticker)[0] != CRYPTO and not ticker.startswith("^") and "=" not in ticker


def reason_of(bars: Bars, row: int) -> str:
    """Return what a doubted row looks like: `unit`, `split` or `jump`."""
    step = float(np.log(bars.close[row] / bars.close[row - 1]))
    if factor_near(step) is not None:
        return "unit"
    window = bars.rows(slice(max(0, row - _YEAR), row + 1))
    steps = np.diff(np.log(window.close), prepend=np.log(window.close[:1]))
    splits = _may_split(bars.ticker)
    return "split" if splits and _quiet(window, steps, _past(window, steps))[-1] else "jump"


def _outlived(bars: Bars, row: int) -> bool:
    """Return whether later sessions made a doubted row true.

    A mere jump is true once another session did not undo it, and of the past after two in any case.
    """
    later = len(bars) - row - 1
    reason = reason_of(bars, row)
    if reason != "jump" or later == 0:
        return later >= SPLIT_HELD if reason == "split" else False
    close = np.log(bars.close)
    stayed = abs(close[row + 1] - close[row]) < abs(close[row] - close[row - 1]) / 2
    return bool(stayed or later > 1)


def _like_a_split(bars: Bars, steps: Float1D, past: _Past) -> NDArray[np.bool_]:
    size = np.abs(steps)
    near = _near_a_ratio(size, past)
    gap = _gap(bars, steps) > 0.6 * size
    traded = _surge(bars.close * bars.volume, past.turnover) > _SPLIT_SURGE
    wide = np.log(bars.high / bars.low) > _SPLIT_RANGE * past.width
    strange = (size > _SPLIT_FROM) & (size > _SPLIT_OF_USUAL * past.usual)
    # Halves and thirds hardly ever come by trade; a fifth off does, on any bad report.
    real = np.where(size > _RARE, traded & wide, traded | wide)
    doubted: NDArray[np.bool_] = strange & near & gap & ~real
    return doubted


def _quiet(bars: Bars, steps: Float1D, past: _Past) -> NDArray[np.bool_]:
    """Mark days of no unusual trading or range whose prices lie elsewhere as a whole: splits."""
    size = np.abs(steps)
    volume = _surge(bars.volume, past.volume)
    surge = np.minimum(volume, _surge(bars.close * bars.volume, past.turnover))
    # At just the ratio of a split more trading must speak for a real move.
    traded = surge > np.where(_near_a_ratio(size, past), _SPLIT_SURGE, _VOLUME_SURGE)
    wide = np.log(bars.high / bars.low) > np.maximum(_QUIET_RANGE * past.width, _PART * size)
    real = np.where(size > _BEYOND_TRADING, traded & wide, traded | wide)
    elsewhere = _gap(bars, steps) > _ELSEWHERE * size
    strange = (size > _RARE) & (size > _QUIET_OF_USUAL * past.usual) & (past.usual > _LEAST_USUAL)
    quiet: NDArray[np.bool_] = strange & elsewhere & ~real
    return quiet


def _near_a_ratio(size: Float1D, past: _Past) -> NDArray[np.bool_]:
    away = np.min(np.abs(size[:, None] - _RATIOS[None, :]), axis=1)
    near: NDArray[np.bool_] = away < np.maximum(_NEAR, _NEAR_OF_USUAL * past.usual)
    return near


def _gap(bars: Bars, steps: Float1D) -> Float1D:
    """Return how far each bar opened from the close before, in the direction of its close."""
    opened = np.log(bars.open[1:] / bars.close[:-1])
    return np.concatenate([[0.0], opened]) * np.sign(steps)


def _past(bars: Bars, steps: Float1D) -> _Past:
    return _Past(
        usual=np.maximum(_TO_NORMAL * _median_before(np.abs(steps), _YEAR), _LEAST_USUAL),
        volume=_median_before(bars.volume, _QUARTER),
        turnover=_median_before(bars.close * bars.volume, _QUARTER),
        width=_median_before(np.log(bars.high / bars.low), _QUARTER),
    )


def _median_before(values: Float1D, window: int) -> Float1D:
    """Return the median of up to `window` values before each row; the first row has its own."""
    padded = np.concatenate([np.full(window, np.nan), values[:-1]])
    medians: Float1D = np.nanmedian(sliding_window_view(padded, window)[1:], axis=1)
    return np.concatenate([values[:1], medians])


def _surge(values: Float1D, usual: Float1D) -> Float1D:
    """Return how many times the usual was traded, as log; -inf where that is not known."""
    known = (values > 0) & (usual > 0)
    times = np.divide(values, usual, out=np.ones(len(values)), where=known)
    return np.where(known, np.log(times), -np.inf)
