"""A time of day that no list tells is read from the sessions that reacted before."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.announcements.known import POST, PRE, UNKNOWN, Announcements
from forecasting.features.announcement_marks import CHANNELS
from forecasting.features.model_inputs import MEMORY, MIN_SESSIONS, inputs_at
from forecasting.values import Bars
from tests.forecasting.features.test_announcement_marks import PARTS, walk_on_sessions

FIRST = 1000
QUARTERS = list(range(FIRST - 63 * 6, FIRST, 63))
COMING = FIRST + 5


def reacted(sessions: list[int]) -> Bars:
    """A walk with a gap of a tenth and eight times the volume on some sessions."""
    bars = walk_on_sessions()
    hit = np.isin(np.arange(len(bars)), sessions)
    moved = np.exp(np.cumsum(np.where(hit, 0.1, 0.0)))
    names = ("open", "high", "low", "close", "adj_close")
    prices = {name: getattr(bars, name) * moved for name in names}
    return replace(bars, **prices, volume=bars.volume * np.where(hit, 8.0, 1.0))


def told(bars: Bars, rows: list[int], times: list[int] | None = None) -> Announcements:
    """Days at some rows, without a time of day where none is given."""
    return Announcements(
        bars.ticker, bars.sessions[rows], np.array(times or [UNKNOWN] * len(rows), np.int8)
    )


def marked(bars: Bars, known: Announcements) -> tuple[list[int], list[int]]:
    """Sessions ahead that surely react, and those that may be the first of two."""
    channels = inputs_at(bars, np.array([FIRST]), None, known).seasons[0, :, -CHANNELS:]
    return np.flatnonzero(channels[:, 0]).tolist(), np.flatnonzero(channels[:, 1]).tolist()


@pytest.mark.parametrize(("later", "reacts"), [(0, 5), (1, 6)])
def test_the_session_that_reacted_every_quarter_is_the_one_that_will(later, reacts):
    """On the day itself, or on the one after it: the coming day, untold, is marked the same way."""
    bars = reacted([row + later for row in QUARTERS])
    assert marked(bars, told(bars, [*QUARTERS, COMING])) == ([reacts], [])


def test_reactions_that_contradict_each_other_tell_nothing():
    """Now the day itself, now the next: both of the coming sessions may react."""
    bars = reacted([row + number % 2 for number, row in enumerate(QUARTERS)])
    assert marked(bars, told(bars, [*QUARTERS, COMING])) == ([], [5])


def test_what_a_list_told_before_goes_on_and_what_it_tells_now_counts():
    """Told after the close for a year, then untold: after the close; told otherwise: as told."""
    bars = walk_on_sessions()
    past = [POST] * len(QUARTERS)
    assert marked(bars, told(bars, [*QUARTERS, COMING], [*past, UNKNOWN])) == ([6], [])
    assert marked(bars, told(bars, [*QUARTERS, COMING], [*past, PRE])) == ([5], [])


def test_a_reaction_two_years_ago_is_no_habit():
    """Of quarters that ended 400 sessions ago nothing is concluded."""
    bars = reacted([row - 400 + 1 for row in QUARTERS])
    old = [row - 400 for row in QUARTERS]
    assert marked(bars, told(bars, [*old, COMING])) == ([], [5])


def test_a_changed_future_moves_no_earlier_habit():
    """Prices and volumes after the as-of times seven leave every input as it was."""
    days = [*range(100, 1400, 63)]
    bars = reacted([day + 1 for day in days])
    rows = np.arange(400, 900, 11)
    later = np.arange(len(bars)) > rows[-1]
    names = ("open", "high", "low", "close", "adj_close", "volume")
    factor = np.where(later, 7.0, 1.0)
    changed = replace(bars, **{name: getattr(bars, name) * factor for name in names})
    before, after = (inputs_at(b, rows, None, told(b, days)) for b in (bars, changed))
    for part in PARTS:
        np.testing.assert_array_equal(getattr(before, part), getattr(after, part))


@pytest.mark.parametrize("row", [700, 1200, 1499])
def test_the_tail_that_one_forecast_remembers_holds_the_habit(row):
    """What is forgotten is not missed: the tail gives what the whole history gives."""
    days = [*range(20, 1500, 63)]
    bars = reacted([day + (day > 700) for day in days])
    known = told(bars, days)
    whole = inputs_at(bars, np.array([row]), None, known)
    tail = bars.rows(slice(max(0, row + 1 - MEMORY), row + 1))
    assert len(tail) >= MIN_SESSIONS
    single = inputs_at(tail, np.array([len(tail) - 1]), None, known)
    for part in PARTS:
        np.testing.assert_allclose(
            getattr(single, part), getattr(whole, part), rtol=1e-4, atol=1e-4
        )
