"""Before the session or after it: what a company's own past tells where a list does not say.

Companies keep the time of day at which they report. Where it is not told, the session that
reacted gives it away: its gap is larger and its volume higher than that of the session beside it.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import POST, PRE, UNKNOWN
from forecasting.features.announcement_marks import Dates, reacting
from forecasting.features.daily_series import DailySeries
from forecasting.values import Float1D

_GAP, _VOLUME, _MOST = 1.3, 3.0, 3.0
"""Log odds of the time of day, of 28,000 announcements of 2012 to 2019 whose time was told."""
_TOLD = 4.0
_FADES = 0.8
_BACK = 6
_REACH = 400
"""Sessions back that habits are looked at: they end within what a forecast remembers."""
_SURE = 2.0
"""Log odds from which a habit counts as told: so sure in 86 of 100 cases, and right in 96."""
_COMPLETE = 30
"""Calendar days after which a reaction is known before the next announcement is public."""


def with_habits(dates: Dates, s: DailySeries) -> Dates:
    """Return the dates with a time of day wherever the company's earlier ones agree on it.

    Each date's time is read from reactions that were known before the date was public.
    """
    if not len(dates.days):
        return dates
    habit = _habits(dates, _leanings(dates, s))
    found = np.where(habit > _SURE, PRE, np.where(habit < -_SURE, POST, UNKNOWN))
    times = np.where(dates.times == UNKNOWN, found, dates.times).astype(np.int8)
    first, last = reacting(dates.days, times, dates.sessions)
    return replace(dates, times=times, first=first, last=last)


def _leanings(dates: Dates, s: DailySeries) -> Float1D:
    """Return log odds that each announcement came before the session of its day."""
    own, following = _places(dates, s)
    both = (own > 0) & (following > own)
    gap, volume = (
        values[following] - values[own] for values in (s.gap_surprise, s.volume_surprise)
    )
    seen = np.where(both, np.clip(-_GAP * gap - _VOLUME * volume, -_MOST, _MOST), 0.0)
    told = np.where(dates.times == PRE, _TOLD, -_TOLD)
    return np.where(dates.times == UNKNOWN, seen, told)


def _places(dates: Dates, s: DailySeries) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return bars of the session on each day and the one after it, 0 where they are not there."""
    found = []
    for side in ("left", "right"):
        place = np.searchsorted(dates.sessions, dates.days, side=side)
        day = dates.sessions[np.minimum(place, len(dates.sessions) - 1)]
        bar = np.minimum(np.searchsorted(s.days, day), len(s.days) - 1)
        found.append(np.where(s.days[bar] == day, bar, 0))
    return found[0], found[1]


def _habits(dates: Dates, leanings: Float1D) -> Float1D:
    """Return the sum of what the announcements before each one say, the newest most."""
    before = np.searchsorted(dates.days, dates.days - _COMPLETE, side="right")
    place = np.searchsorted(dates.sessions, dates.days)
    total = np.zeros(len(dates.days))
    for back in range(1, _BACK + 1):
        index = np.maximum(before - back, 0)
        there = (before >= back) & (place - place[index] <= _REACH)
        total += np.where(there, leanings[index], 0.0) * _FADES ** (back - 1)
    return total
