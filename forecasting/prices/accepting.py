"""What an answer must be to take the place of what is known: whole, in one unit and scale."""

import numpy as np

from forecasting.errors import BadAnswerError, ClashingPricesError
from forecasting.prices.doubts import split_left_in
from forecasting.prices.units import factor_near
from forecasting.values import Bars

_MOST_LOST = 0.01
_A_FEW = 5
_ENOUGH = 2500
"""Bars from which a history counts as whole, although an older one may reach further back."""
_UNIT_WITHIN = 0.02
_AT_HAND = ("files", "sample")
"""Sources whose owner may put right what was wrong; a service with another past is not believed."""
_NEWER, _SHARED, _FEWEST = 10, 250, 20
_ALIKE, _MOST_ALIKE = 0.003, 0.5


def check_answer(bars: Bars, known: Bars | None) -> None:
    """Refuse an answer that says less than what is known, or contradicts it.

    Args:
        bars: What a source gave.
        known: The history that it would replace; None where there is none.

    Raises:
        BadAnswerError: With what is wrong.
    """
    if known is not None:
        _check_against(bars, known)
    if (split := split_left_in(bars)) is not None:
        detail = f"prices before {split.day} do not fit those after"
        raise ClashingPricesError(bars.ticker, bars.source, detail, "split", split.day)


def _check_against(bars: Bars, known: Bars) -> None:
    if bars.as_of < known.as_of:
        raise _bad(bars, f"ends on {bars.as_of}, {known.as_of} is known")
    shared = np.isin(known.sessions, bars.sessions)
    inside = known.sessions >= bars.sessions[0]
    lost = int(np.sum(inside & ~shared))
    if lost > max(_A_FEW, _MOST_LOST * len(known)):
        raise _bad(bars, f"lacks {lost} sessions that are known")
    if len(bars) + _A_FEW < min(len(known), _ENOUGH):
        raise _bad(bars, f"gave {len(bars)} of {len(known)} sessions")
    # After two weeks a new currency or another company under the name is taken for what it is.
    if bars.source not in _AT_HAND and np.sum(bars.sessions > known.sessions[-1]) <= _NEWER:
        _check_same_share(bars, known)
    if bars.currency == known.currency and shared.any():
        ours = known.close[shared]
        theirs = bars.close[np.isin(bars.sessions, known.sessions)]
        ratio = float(np.median(np.log(theirs / ours)))
        if factor_near(ratio, _UNIT_WITHIN) is not None:
            raise _bad(bars, "prices are in another unit than before")


def _check_same_share(bars: Bars, known: Bars) -> None:
    if bars.currency and known.currency and bars.currency != known.currency:
        raise _bad(bars, f"is in {bars.currency}, {known.currency} is known")
    if bars.ticker.endswith("=X"):  # closes are mended in whole histories, so all may move a day
        return
    _, ours, theirs = np.intersect1d(known.sessions, bars.sessions, True, return_indices=True)
    closes = np.log([known.close[ours][-_SHARED:], bars.close[theirs][-_SHARED:]])
    apart = np.abs(np.subtract(*np.diff(closes)))
    if len(apart) >= _FEWEST and np.mean(apart < _ALIKE) < _MOST_ALIKE:
        raise _bad(bars, "moved on other days than what is known")


def _bad(bars: Bars, detail: str) -> BadAnswerError:
    return BadAnswerError(bars.ticker, bars.source, detail)
