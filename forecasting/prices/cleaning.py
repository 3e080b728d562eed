"""From a source's raw columns to `Bars`: what is mended, what is dropped, what is refused.

The policy, once for all sources:

- a row without a close is no session: dropped, however many there are;
- a missing or non-positive open, high or low is taken from the prices that are there;
- a missing adjusted close takes the adjustment factor of the row that follows;
- open or close outside high and low by up to 2 % (rounding, late corrections) widens the range;
- rows that are worse (further outside, non-positive close, a lone jump tenfold and back) are
  broken: dropped, but more than 2 % of them refuse the whole history.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import (
    BadAnswerError,
    ClashingPricesError,
    InvalidBarsError,
    TooLittleHistoryError,
)
from forecasting.sessions import last_closed
from forecasting.values import Bars, Float1D, Sessions

_ROUNDING = 0.02
_LONE_JUMP = np.log(10.0)
_LOWEST, _HIGHEST = 1e-12, 1e12  # the smallest coins and the largest indexes lie far inside
_MOST_TRADED = 1e16  # coins are counted in pieces, and some have a trillion
_BROKEN_SHARE, _BROKEN_ALLOWED = 0.02, 5


@dataclass(frozen=True, slots=True, eq=False)
class RawBars:
    """Columns as a source gave them: any order, NaN where a value is missing, shape (n,) each."""

    sessions: Sessions
    open: Float1D
    high: Float1D
    low: Float1D
    close: Float1D
    adj_close: Float1D
    volume: Float1D

    def __len__(self) -> int:
        return len(self.sessions)

    def pick(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> "RawBars":
        """Return the rows at some positions."""
        return RawBars(*(column[rows] for column in self.columns()))

    def columns(self) -> tuple[NDArray[Any], ...]:
        """Return the seven columns in the order of the attributes."""
        return (
            self.sessions, self.open, self.high, self.low, self.close, self.adj_close, self.volume,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """What goes into `Bars` beside the numbers."""

    ticker: str
    source: str
    currency: str
    exchange: str
    note: str = ""


def clean(raw: RawBars, origin: Origin, until: date | None = None) -> Bars:
    """Return validated bars by the policy of this module.

    Args:
        raw: Columns in one currency unit.
        origin: Where they come from.
        until: The last session to keep; None keeps all.

    Raises:
        BadAnswerError: Too many rows are broken, or none is left.
        TooLittleHistoryError: All rows lie after `until`.
    """
    ordered = _dated(raw)
    if until is not None and len(ordered):
        ordered = ordered.pick(slice(np.searchsorted(ordered.sessions, np.datetime64(until) + 1)))
        if not len(ordered):
            raise TooLittleHistoryError(origin.ticker, origin.source, 1, 0)
    mended, broken = _mend(ordered)
    if broken > max(_BROKEN_ALLOWED, _BROKEN_SHARE * (len(mended) + broken)):
        detail = f"{broken} of {len(mended) + broken} rows are broken"
        raise ClashingPricesError(origin.ticker, origin.source, detail, "rows", None)
    if not len(mended):
        raise _bad(origin, "no row holds a price")
    try:
        return _built(mended, origin)
    except InvalidBarsError as err:
        raise _bad(origin, err.rule) from err


def closed_only(bars: Bars, now: datetime) -> Bars:
    """Return the bars whose sessions have closed at `now`; the same object where all have.

    Raises:
        TooLittleHistoryError: None has.
    """
    last = last_closed(bars.exchange, now)
    if bars.as_of <= last:
        return bars
    if bars.session(0) > last:
        raise TooLittleHistoryError(bars.ticker, bars.source, 1, 0)
    return bars.between(None, last)


def _bad(origin: Origin, detail: str) -> BadAnswerError:
    return BadAnswerError(origin.ticker, origin.source, detail)


def _built(raw: RawBars, origin: Origin) -> Bars:
    return Bars(
        ticker=origin.ticker,
        sessions=raw.sessions,
        open=raw.open,
        high=raw.high,
        low=raw.low,
        close=raw.close,
        adj_close=raw.adj_close,
        volume=raw.volume,
        currency=origin.currency,
        source=origin.source,
        exchange=origin.exchange,
        note=origin.note,
    )


def _dated(raw: RawBars) -> RawBars:
    """Keep rows with a close, sorted, the last of each date."""
    priced = raw.pick(~np.isnan(raw.close))
    if np.all(np.diff(priced.sessions).astype(np.int64) > 0):
        return priced
    priced = priced.pick(np.argsort(priced.sessions, kind="stable"))
    last = np.append(np.diff(priced.sessions).astype(np.int64) > 0, values=True)
    return priced.pick(last)


def _mend(raw: RawBars) -> tuple[RawBars, int]:
    """Return what can be kept and how many rows had to go."""
    sound = raw.pick(_is_price(raw.close))
    filled = _filled(sound)
    kept = filled.pick(~(_outside(filled) | _lone_jumps(filled.close)))
    top = np.maximum.reduce([kept.open, kept.high, kept.close])
    bottom = np.minimum.reduce([kept.open, kept.low, kept.close])
    return replace(kept, high=top, low=bottom), len(raw) - len(kept)


def _filled(raw: RawBars) -> RawBars:
    opened = _valid_or(raw.open, raw.close)
    return replace(
        raw,
        open=opened,
        high=_valid_or(raw.high, np.maximum(opened, raw.close)),
        low=_valid_or(raw.low, np.minimum(opened, raw.close)),
        adj_close=_adjusted(raw.close, raw.adj_close),
        volume=np.where((raw.volume > 0) & (raw.volume < _MOST_TRADED), raw.volume, 0.0),
    )


def _is_price(values: Float1D) -> NDArray[np.bool_]:
    return (values > _LOWEST) & (values < _HIGHEST)


def _valid_or(values: Float1D, otherwise: Float1D) -> Float1D:
    return np.where(_is_price(values), values, otherwise)


def _adjusted(close: Float1D, adj_close: Float1D) -> Float1D:
    valid = np.flatnonzero(_is_price(adj_close))
    if len(valid) == len(close):
        return adj_close
    if not len(valid):
        return close
    following = valid[np.minimum(np.searchsorted(valid, np.arange(len(close))), len(valid) - 1)]
    return close * (adj_close / close)[following]


def _outside(raw: RawBars) -> NDArray[np.bool_]:
    body_high, body_low = np.maximum(raw.open, raw.close), np.minimum(raw.open, raw.close)
    over: NDArray[np.bool_] = body_high > raw.high * (1 + _ROUNDING)
    under: NDArray[np.bool_] = raw.low > body_low * (1 + _ROUNDING)
    return over | under | (raw.low > raw.high * (1 + _ROUNDING))


def _lone_jumps(close: Float1D) -> NDArray[np.bool_]:
    """Mark closes ten times off both neighbours, which agree: decimal points, pence for pounds."""
    lone = np.zeros(len(close), dtype=bool)
    if len(close) > 2:
        step = np.diff(np.log(close))
        there, back = step[:-1], step[1:]
        far = np.minimum(np.abs(there), np.abs(back)) > _LONE_JUMP
        lone[1:-1] = far & (np.abs(there + back) < np.log(2.0))
    return lone
