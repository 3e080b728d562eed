"""Which slice of days a forecast is in, from what is known on its day."""

from collections.abc import Sequence
from datetime import date, timedelta

from forecasting.announcements.known import Announcements, Certainty
from forecasting.slices import NARROW, SLICE_HORIZON, WIDE, Slice
from forecasting.ticker_notation import kind_of

_STALE_DAYS = 100
_OTHER_KINDS: dict[str, Slice] = {
    "crypto": "crypto", "fx": "fx", "index": "index", "future": "future"
}  # fmt: skip


def slice_of(
    ticker: str,
    as_of: date,
    targets: Sequence[date],
    known: Announcements | None,
    widening: float,
) -> Slice:
    """Return the slice of a forecast.

    Args:
        ticker: Yahoo's notation.
        as_of: The last closed session.
        targets: The sessions after it, at least five.
        known: The company's announcements as they were public; later ones are not looked at.
        widening: The 80 % range five sessions ahead over the ticker's usual one; NaN where unknown.
    """
    kind = kind_of(ticker)
    if kind != "share":
        return _OTHER_KINDS[kind]
    dates = _dates(as_of, targets, known)
    if dates in ("eve", "near", "expected"):
        return dates
    if widening > WIDE:
        return "wild"
    return "calm" if widening < NARROW else dates


def _dates(as_of: date, targets: Sequence[date], known: Announcements | None) -> Slice:
    if known is None:
        return "undated"
    seen = known if known.seen_ahead >= 0 else known.until(as_of - timedelta(days=1))
    coming = seen.expected(as_of)
    if coming is None:
        return "undated"
    near = coming.day <= targets[SLICE_HORIZON - 1]
    if coming.certainty is Certainty.GUESSED:
        return "expected" if near else "other"
    if coming.day <= targets[0]:
        return "eve"
    if near:
        return "near"
    return "other" if (coming.day - as_of).days <= _STALE_DAYS else "undated"
