"""What an answer must be to take the place of what is known: whole, in one unit and scale."""

import numpy as np

from forecasting.errors import BadAnswerError
from forecasting.prices.doubts import split_left_in
from forecasting.prices.units import factor_near
from forecasting.values import Bars

_MOST_LOST = 0.01
_A_FEW = 5
_ENOUGH = 2500
"""Bars from which a history counts as whole, although an older one may reach further back."""
_UNIT_WITHIN = 0.02


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
        raise _bad(bars, f"prices before {split.day} do not fit those after")


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
    if bars.currency == known.currency and shared.any():
        ours = known.close[shared]
        theirs = bars.close[np.isin(bars.sessions, known.sessions)]
        ratio = float(np.median(np.log(theirs / ours)))
        if factor_near(ratio, _UNIT_WITHIN) is not None:
            raise _bad(bars, "prices are in another unit than before")


def _bad(bars: Bars, detail: str) -> BadAnswerError:
    return BadAnswerError(bars.ticker, bars.source, detail)
