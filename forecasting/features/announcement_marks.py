"""What announcements say about coming sessions, as inputs of the model.

Point in time: as of a session, past days are known, coming ones at most ten sessions
ahead, and anything later is no more than what the past lets expect.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import (
    APART,
    OVERDUE,
    POST,
    PRE,
    QUARTER,
    UNKNOWN,
    YEAR,
    Announcements,
)
from forecasting.features.daily_series import DailySeries
from forecasting.features.rolling import Positions
from forecasting.values import HORIZONS, Float1D, Float2D

AHEAD = len(HORIZONS) + 2
CHANNELS = 9
NAMES = (
    "dates_past", "dates_next", "dates_since", "dates_fresh", "dates_last", "dates_usual",
    "dates_size", "dates_count", "dates_until",
)  # fmt: skip
OTHER, KNOWN, GUESSED = 0, 1, 2
"""Whether a forecast's sessions hold an announcement: no, one that is public, one expected."""
_REACTIONS = 8
_REACH = 560
"""Sessions back that reactions are looked at: eight quarters."""
_PRIOR, _PRIOR_WEIGHT = 9.0, 2.0
"""A reaction's usual variance in sessions' variances, and how many reactions that is worth."""
_MOST = 48.0
_UNIT = 8.0
_BUSY = 66.0
_NO_SESSION = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What the dates say as of n sessions.

    Attributes:
        channels: Of each coming session, the first being the as-of itself, (n, AHEAD, CHANNELS).
        static: Named by `NAMES`, shape (n, names).
        kind: `OTHER`, `KNOWN` or `GUESSED` of the sessions up to each horizon, (n, horizons).
    """

    channels: Float2D
    static: Float2D
    kind: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """A company's announcements on its exchange's calendar.

    Attributes:
        sessions: All sessions of the exchange, as days since 1970.
        days: Days of the announcements, since 1970.
        first, last: Places in `sessions` of the first and last session that may react.
        times, seen_ahead: As in `Announcements`.
    """

    sessions: NDArray[np.int64]
    days: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    times: NDArray[np.int8]
    seen_ahead: int


def dates_of(known: Announcements, sessions: NDArray[np.int64]) -> Dates:
    """Return announcements on a calendar of sessions (days since 1970, rising)."""
    days = known.days.astype(np.int64)
    first, last = reacting(days, known.times, sessions)
    return Dates(sessions, days, first, last, known.times, known.seen_ahead)


def reacting(
    days: NDArray[np.int64], times: NDArray[np.int8], sessions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return places of the first and the last session that may react to each announcement."""
    same = np.searchsorted(sessions, days)
    following = np.searchsorted(sessions, days, side="right")
    return np.where(times == POST, following, same), np.where(times == PRE, same, following)


def reaction_days(dates: Dates, s_days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which sessions may have reacted to an announcement, shape of `s_days`."""
    places = np.concatenate([dates.first, dates.last])
    places = places[places < len(dates.sessions)]
    reacted: NDArray[np.bool_] = np.isin(s_days, dates.sessions[places])
    return reacted


def no_marks(count: int) -> Marks:
    """Return the marks of forecasts that know no dates at all."""
    return Marks(
        np.zeros((count, AHEAD, CHANNELS)),
        np.zeros((count, len(NAMES))),
        np.zeros((count, len(HORIZONS)), np.int8),
    )


def marks(dates: Dates, s: DailySeries, at: Positions) -> Marks:
    """Return what the dates say.

    Args:
        dates: The company's.
        s: DailySeries of its history.
        at: Positions of the as-ofs in them, shape (n,).
    """
    if not len(dates.days):
        return no_marks(len(at))
    now = np.searchsorted(dates.sessions, s.days[at], side="right") - 1
    ahead = _coming(dates, now)
    guess, guessed_time, until = _guess(dates, s.days[at], now, ahead)
    size, static = _reactions(dates, s, at)
    relative = np.minimum((size / s.scale[at]) ** 2, _MOST) / _UNIT
    known = _known_channels(dates, now)
    expected = _guess_channels(guess, guessed_time)
    variance = (known[..., 0] + 0.5 * (known[..., 1] + known[..., 2])) * relative[:, None]
    maybe = 0.5 * expected[..., 0] + 0.15 * expected[..., 1] + 0.04 * expected[..., 2:].sum(-1)
    channels = np.concatenate(
        [known, variance[..., None], expected, (maybe * relative[:, None])[..., None]], axis=2
    )
    there = (ahead < _NO_SESSION).astype(float)
    soon = np.stack([np.minimum(until, _BUSY) / _BUSY], axis=1)
    columns = [static[:, :1], there[:, None], static[:, 1:], soon]
    return Marks(channels, np.concatenate(columns, axis=1), _kinds(known, expected))


def _coming(dates: Dates, now: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of the next reaction that is public, `_NO_SESSION` where none is."""
    today = dates.sessions[now]
    index = np.searchsorted(dates.days, today)
    # The as-of's own announcement counts only if a session is still to react.
    behind = (index < len(dates.days)) & (_at(dates.last, index) <= now)
    index = index + behind
    seen = (index < len(dates.days)) & (_place(dates, index) <= now + dates.seen_ahead)
    return np.where(seen, _at(dates.last, index), _NO_SESSION)


def _at(values: NDArray[np.int64], index: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = values[np.minimum(index, len(values) - 1)]
    return found


def _place(dates: Dates, index: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the session of the announcements' own days."""
    found: NDArray[np.int64] = np.searchsorted(dates.sessions, _at(dates.days, index))
    return found


def _known_channels(dates: Dates, now: NDArray[np.int64]) -> Float2D:
    """Return sure reactions, and the two sessions of those whose time is not told."""
    marks = np.zeros((len(dates.sessions) + 2 * AHEAD, 3))
    sure = dates.times != UNKNOWN
    marks[dates.first[sure], 0] = 1.0
    marks[dates.first[~sure], 1] = 1.0
    marks[dates.last[~sure], 2] = 1.0
    after = np.zeros(len(marks))
    place = np.minimum(np.searchsorted(dates.sessions, dates.days), len(dates.sessions) - 1)
    own = dates.sessions[place] == dates.days
    after[dates.last[own & (dates.times != PRE)]] = 1.0
    steps = np.arange(AHEAD)
    index = now[:, None] + steps[None, :]
    taken: Float2D = marks[index]
    # The last session that may be marked is the one after the last day that is public.
    late = (steps[None, :] == dates.seen_ahead + 1) & (after[index] > 0)
    seen = (steps <= dates.seen_ahead)[None, :]
    taken[..., 0] *= seen | late
    taken[..., 1] *= seen
    taken[..., 2] *= seen | late
    return taken


def _guess(
    dates: Dates, today: NDArray[np.int64], now: NDArray[np.int64], ahead: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int8], Float1D]:
    """Return sessions to the next expected day, its time, and sessions to whatever comes next."""
    count = np.searchsorted(dates.days, today, side="right" if dates.seen_ahead >= 0 else "left")
    newest = np.where(count > 0, dates.days[np.maximum(count - 1, 0)], -_NO_SESSION)
    public = ahead < _NO_SESSION
    shown = dates.days[np.minimum(np.searchsorted(dates.days, today), len(dates.days) - 1)]
    newest = np.where(public, np.maximum(shown, newest), newest)
    best = np.full(len(today), _NO_SESSION)
    time = np.zeros(len(today), np.int8)
    for back, shift in ((4, YEAR), (3, YEAR), (2, YEAR), (1, YEAR), (1, QUARTER)):
        index = count - back
        day = dates.days[np.maximum(index, 0)] + shift
        fits = (index >= 0) & (day > newest + APART) & (day >= today - OVERDUE)
        fits &= (day < best) & ((shift == YEAR) | (best > newest + 2 * QUARTER))
        best = np.where(fits, day, best)
        time = np.where(fits, dates.times[np.maximum(index, 0)], time)
    found = best < _NO_SESSION
    first, _ = reacting(np.where(found, best, 0), time, dates.sessions)
    offset = np.where(found, first - now, _NO_SESSION)
    until = np.where(public, ahead - now, np.maximum(offset, 0)).astype(float)
    return offset, time, until


def _guess_channels(offset: NDArray[np.int64], time: NDArray[np.int8]) -> Float2D:
    """Return the expected session, those beside it, and those up to a week before and after."""
    distance = np.arange(AHEAD)[None, :] - offset[:, None]
    open_time = (time == UNKNOWN)[:, None]
    exact = (distance == 0) | (open_time & (distance == 1))
    near = ((np.abs(distance) == 1) | (open_time & (distance == 2))) & ~exact
    before = (distance >= -5) & (distance < -1)
    after = (distance <= 6) & (distance > 1) & ~near
    return np.stack([exact, near, before, after], axis=2).astype(float)


def _reactions(dates: Dates, s: DailySeries, at: Positions) -> tuple[Float1D, Float2D]:
    """Return the usual size of reactions as a log return, and what else is told of past ones."""
    size, z, place = _moves(dates, s)
    total = np.zeros(len(at))
    relative = np.zeros(len(at))
    count = np.zeros(len(at))
    done = np.searchsorted(place, at, side="right")
    for back in range(1, _REACTIONS + 1):
        index = np.maximum(done - back, 0)
        there = (done >= back) & (place[index] > at - _REACH) if len(place) else done < 0
        if len(place):
            total += np.where(there, size[index] ** 2, 0.0)
            relative += np.where(there, z[index] ** 2, 0.0)
        count += there
    scale = s.scale[at]
    weight = count + _PRIOR_WEIGHT
    usual = np.sqrt((relative + _PRIOR_WEIGHT * _PRIOR) / weight)
    mean = np.sqrt((total + _PRIOR_WEIGHT * _PRIOR * scale**2) / weight)
    last = np.maximum(done - 1, 0)
    recent = (done > 0) & (count > 0)
    since = np.where(recent, at - (place[last] if len(place) else at), 4 * _BUSY)
    moved = np.where(recent & (since < 2 * _BUSY), z[last] if len(place) else 0.0, 0.0)
    past = (count > 0).astype(float)
    columns = [
        past, np.minimum(since, _BUSY) / _BUSY, np.exp(-since / 5.0),
        np.log1p(np.minimum(moved, 20.0)) * np.exp(-since / 22.0),
        past * np.log(usual / 3.0), past * np.log(np.clip(mean / scale, 0.3, 12.0) / 3.0),
        count / _REACTIONS,
    ]  # fmt: skip
    return mean, np.stack(columns, axis=1)


def _moves(dates: Dates, s: DailySeries) -> tuple[Float1D, Float1D, NDArray[np.int64]]:
    """Return reactions' sizes, the same over the usual day before, and where they are complete."""
    inside = dates.last < len(dates.sessions)
    days = dates.sessions[np.stack([dates.first[inside], dates.last[inside]], axis=1)]
    place = np.searchsorted(s.days, days)
    fits = (place[:, 1] < len(s.days)) & (place[:, 0] > 0)
    place, days = place[fits], days[fits]
    exact = np.all(s.days[place] == days, axis=1)
    place = place[exact]
    size = np.abs(s.log_return[place]).max(axis=1, initial=0.0)
    before = s.scale[np.maximum(place[:, 0] - 1, 0)]
    return size, np.minimum(size / before, 20.0), place[:, 1]


def _kinds(known: Float2D, expected: Float2D) -> NDArray[np.int8]:
    sure = np.maximum.accumulate(known[:, 1 : len(HORIZONS) + 1].max(axis=2), axis=1) > 0
    maybe = np.maximum.accumulate(expected[:, 1 : len(HORIZONS) + 1].max(axis=2), axis=1) > 0
    kinds: NDArray[np.int8] = np.where(sure, KNOWN, np.where(maybe, GUESSED, OTHER)).astype(np.int8)
    return kinds
