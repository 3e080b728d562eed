"""Histories joined from several answers, and prices as traded divided by later splits.

`Bars` hold prices adjusted for splits (open, high, low, close) and a close adjusted for dividends
too. An adjustment changes the past: each split divides all earlier prices, each dividend scales all
earlier adjusted closes. So a longer history may be joined from two answers only if they agree on
the sessions they share.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import BadAnswerError
from forecasting.values import Bars

OVERLAP = 10
"""Sessions of a known history that are asked for again, to see whether the past still stands."""
_AGREE = 5e-5  # services round to single precision or five digits; a dividend below that is noise
_UNITS = (1.0, 0.01, 100.0)  # the known history may be in pounds and the other in pence
_SAME = 0.005
_SEAM_DAYS, _SEAM_MOVE = 7, 0.3
"""Days and log move within which one table goes on where another ended: no split lies between."""
_PRICES = ("open", "high", "low", "close", "adj_close")
_COLUMNS = ("sessions", "open", "high", "low", "close", "adj_close", "volume")


def past_stands(known: Bars, fetched: Bars) -> bool:
    """Return whether two histories agree on the sessions they share, so that they can be joined.

    The newest known session is left out: services correct it after the close. A single shared
    session besides is enough, none is not.
    """
    ours, theirs = _shared(known.rows(slice(0, -1)), fetched)
    return bool(len(ours)) and all(
        np.allclose(getattr(fetched, name)[theirs], getattr(known, name)[ours], rtol=_AGREE, atol=0)
        for name in ("close", "adj_close")
    )


def joined(known: Bars, fetched: Bars, source: str) -> Bars:
    """Return `known` up to where `fetched` begins, and `fetched` from there, as of `source`."""
    kept = known.rows(slice(0, int(np.searchsorted(known.sessions, fetched.sessions[0]))))
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(kept, name), getattr(fetched, name)]) for name in _COLUMNS
    }
    return replace(fetched, **columns, source=source)


def split_adjusted(
    bars: Bars, splits: Sequence[tuple[np.datetime64, float]], *, dividends_done: bool = False
) -> Bars:
    """Return bars as traded with earlier prices divided, and volumes multiplied, by later splits.

    Args:
        bars: Prices as they were traded.
        splits: Effective day and new shares per old one (4.0 for 4:1), any order.
        dividends_done: Whether the adjusted closes are adjusted already, for splits as well.
    """
    factor = np.ones(len(bars))
    for day, shares in splits:
        factor[bars.sessions < day.astype("datetime64[D]")] *= shares
    names = ("open", "high", "low", "close") if dividends_done else _PRICES
    prices: dict[str, Any] = {name: getattr(bars, name) / factor for name in names}
    return replace(bars, **prices, volume=bars.volume * factor)


def carried_on(known: Bars, recent: Bars, split_since: float) -> Bars:
    """Return a known history with recent bars behind it that know nothing of dividends.

    The adjusted closes go on with the known factor: until the next full answer a dividend shows as
    the small drop that it is, all other returns are exact.

    Args:
        known: Adjusted history.
        recent: Newer bars, adjusted for splits; they overlap `known`.
        split_since: New shares per old one from splits after the last known session; 1 for none.

    Raises:
        BadAnswerError: The two do not meet, or disagree on the sessions they share.
    """
    past = replace(known.scaled(1 / split_since), volume=known.volume * split_since)
    unit = _shared_ratio(past, recent)
    if unit is None or min(abs(unit / usual - 1) for usual in _UNITS) > _SAME:
        raise BadAnswerError(recent.ticker, recent.source, f"does not continue {known.as_of}")
    fitted = recent.scaled(min(_UNITS, key=lambda usual: abs(unit / usual - 1)))
    ours, theirs = _shared(past, fitted)
    factor = np.full(len(fitted), past.adj_close[-1] / past.close[-1])
    factor[theirs] = past.adj_close[ours] / past.close[ours]
    fitted = replace(fitted, adj_close=fitted.close * factor, currency=known.currency)
    if fitted.as_of <= past.as_of:
        return past
    return joined(past, fitted, _both(known.source, recent.source))


def _shared_ratio(known: Bars, fetched: Bars) -> float | None:
    """Return the one factor from the fetched closes to the known ones, None where there is none."""
    ours, theirs = _shared(known, fetched)
    if not len(ours):
        return None
    ratios = known.close[ours] / fetched.close[theirs]
    middle = float(np.median(ratios))
    # Two services differ by late corrections, but not on most sessions.
    return middle if (np.abs(ratios / middle - 1) < _SAME).mean() > 0.9 else None


def _both(first: str, second: str) -> str:
    return first if second in first.split("+") else f"{first}+{second}"


def _shared(known: Bars, fetched: Bars) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    _, ours, theirs = np.intersect1d(
        known.sessions, fetched.sessions, assume_unique=True, return_indices=True
    )
    return ours, theirs


def spliced(parts: Sequence[Bars]) -> Bars:
    """Return one history from several of the same ticker.

    The one with the newest bar leads, of two alike the longer. Another one that begins earlier
    gives the bars before it, scaled to meet it, if at least 20 shared sessions show the same
    returns (98 % of them within 1 %), or as it is if it ends within a week before and the price
    goes on where it stood; otherwise it is another share of that name and left out.
    """
    leading, *others = sorted(parts, key=lambda bars: (bars.as_of, len(bars)), reverse=True)
    for older in others:
        if _goes_on(older, leading):
            leading = joined(older, leading, leading.source)
        elif older.sessions[0] < leading.sessions[0] and _moves_alike(older, leading):
            leading = joined(_scaled_to(older, leading), leading, leading.source)
    return leading


def _goes_on(older: Bars, newer: Bars) -> bool:
    days = int((newer.sessions[0] - older.sessions[-1]).astype(int))
    if not 0 < days <= _SEAM_DAYS:
        return False
    pairs = ((older.close[-1], newer.open[0]), (older.adj_close[-1], newer.adj_close[0]))
    return all(abs(np.log(after / before)) < _SEAM_MOVE for before, after in pairs)


def _moves_alike(older: Bars, newer: Bars) -> bool:
    ours, theirs = _shared(older, newer)
    if len(ours) < 20:
        return False
    moves = np.diff(np.log(older.adj_close[ours])), np.diff(np.log(newer.adj_close[theirs]))
    return bool((np.abs(moves[0] - moves[1]) < 0.01).mean() > 0.98)


def _scaled_to(older: Bars, newer: Bars) -> Bars:
    """Scale at the first shared session, where the joint will be."""
    ours, theirs = (rows[0] for rows in _shared(older, newer))
    price = newer.close[theirs] / older.close[ours]
    columns: dict[str, Any] = {
        name: getattr(older, name) * price for name in ("open", "high", "low", "close")
    }
    adjusted = older.adj_close * (newer.adj_close[theirs] / older.adj_close[ours])
    return replace(older, **columns, adj_close=adjusted)
