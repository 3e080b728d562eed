"""What announcements tell the model: only what was public, on the session that reacts."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.announcements.known import POST, PRE, UNKNOWN, Announcements
from forecasting.features.announcement_marks import CHANNELS
from forecasting.features.daily_series import signals
from forecasting.features.model_inputs import (
    GROUPS,
    MEMORY,
    MIN_SESSIONS,
    feature_names,
    inputs_at,
)
from forecasting.sessions import all_sessions
from forecasting.values import Bars
from tests.forecasting.simulated import garch_walk

PARTS = ("sequence", "static", "seasons", "scale", "group")
FIRST = 1000


def walk_on_sessions(seed: int = 1, count: int = 1500) -> Bars:
    """A walk on New York's own sessions, so that dates can be told in sessions."""
    days = all_sessions("XNYS").astype("datetime64[D]")
    start = int(np.searchsorted(days, np.datetime64("2010-01-04")))
    return replace(garch_walk(count, seed), sessions=days[start : start + count], exchange="XNYS")


def _known(bars: Bars, rows: list[int], time: int = PRE) -> Announcements:
    return Announcements(bars.ticker, bars.sessions[rows], np.full(len(rows), time, np.int8))


def _marks(bars: Bars, row: int, known: Announcements) -> np.ndarray:
    """The announcement channels of one forecast, (days, channels); day 0 is the as-of."""
    return inputs_at(bars, np.array([row]), None, known).seasons[0, :, -CHANNELS:]


@pytest.mark.parametrize(("time", "reacts"), [(PRE, 5), (POST, 6)])
def test_the_session_that_reacts_is_marked(time, reacts):
    """Told before the session it moves that one, told after it the next."""
    bars = walk_on_sessions()
    marks = _marks(bars, FIRST, _known(bars, [FIRST + 5], time))
    np.testing.assert_array_equal(np.flatnonzero(marks[:, 0]), [reacts])


def test_without_a_time_of_day_either_session_may_react():
    """Both the day itself and the one after carry a mark, each its own."""
    bars = walk_on_sessions()
    marks = _marks(bars, FIRST, _known(bars, [FIRST + 5], UNKNOWN))
    assert not marks[:, 0].any()
    assert np.flatnonzero(marks[:, 1]).tolist() == [5]
    assert np.flatnonzero(marks[:, 2]).tolist() == [6]


@pytest.mark.parametrize("time", [PRE, POST, UNKNOWN])
@pytest.mark.parametrize("ahead", range(11, 22))
def test_a_day_more_than_ten_sessions_ahead_is_not_seen(time, ahead):
    """Planted beyond what was public, a future day changes not one bit of any input."""
    bars = walk_on_sessions()
    past = [FIRST - 70, FIRST - 7]
    now = inputs_at(bars, np.array([FIRST]), None, _known(bars, past, time))
    planted = inputs_at(bars, np.array([FIRST]), None, _known(bars, [*past, FIRST + ahead], time))
    for part in PARTS:
        np.testing.assert_array_equal(getattr(now, part), getattr(planted, part))


def test_a_weekend_after_the_tenth_session_is_not_seen():
    """A Saturday's announcement counts as public with the session after it."""
    bars = walk_on_sessions()
    gaps = np.diff(bars.sessions).astype(int)
    friday = FIRST + int(np.flatnonzero(gaps[FIRST:] == 3)[5])
    saturday = bars.sessions[friday : friday + 1] + 1
    for time in (PRE, POST, UNKNOWN):
        known = Announcements(bars.ticker, saturday, np.array([time], np.int8))
        assert not _marks(bars, friday - 10, known).any()
        assert _marks(bars, friday - 9, known).any()


def test_a_day_ten_sessions_ahead_is_seen():
    """The last session that is public is the tenth; what it moves may be the eleventh."""
    bars = walk_on_sessions()
    assert _marks(bars, FIRST, _known(bars, [FIRST + 10], PRE))[10, 0] == 1
    assert _marks(bars, FIRST, _known(bars, [FIRST + 10], POST))[11, 0] == 1


def test_a_changed_future_of_prices_and_dates_moves_no_earlier_input():
    """Later prices times seven and other days beyond ten sessions leave every input as it was."""
    bars = walk_on_sessions(3, 1200)
    rows = np.arange(400, 900, 7)
    last = int(rows[-1])
    days = [*range(100, last + 10, 63)]
    factor = np.where(np.arange(1200) > last, 7.0, 1.0)
    names = ("open", "high", "low", "close", "adj_close", "volume")
    changed = replace(bars, **{n: getattr(bars, n) * factor for n in names})
    later = [*days, last + 30, last + 45]
    before = inputs_at(bars, rows, None, _known(bars, days, POST))
    after = inputs_at(changed, rows, None, _known(bars, later, POST))
    for part in PARTS:
        np.testing.assert_array_equal(getattr(before, part), getattr(after, part))


@pytest.mark.parametrize("row", [MIN_SESSIONS - 1, 700, 1499])
def test_one_forecast_sees_what_the_batch_sees(row):
    """The tail that one forecast looks at gives what the whole history gives."""
    bars = walk_on_sessions(2)
    known = _known(bars, [*range(20, 1500, 63)], POST)
    batch = inputs_at(bars, np.arange(MIN_SESSIONS - 1, 1500), None, known)
    tail = bars.rows(slice(max(0, row + 1 - MEMORY), row + 1))
    single = inputs_at(tail, np.array([len(tail) - 1]), None, known)
    for part in PARTS:
        np.testing.assert_allclose(
            getattr(single, part)[0],
            getattr(batch, part)[row - MIN_SESSIONS + 1],
            rtol=1e-4,
            atol=1e-4,
        )


def test_the_past_alone_expects_the_same_week_a_year_later():
    """Four announcements back and 364 days: the expected session and those beside it are marked."""
    bars = walk_on_sessions()
    day = bars.sessions[FIRST] - 364
    back = int(np.searchsorted(bars.sessions, day)) + 4
    expected = bars.sessions[back] + 364
    ahead = int(np.searchsorted(bars.sessions, expected)) - FIRST
    rows = [back, back + 63, back + 126, back + 189]
    marks = _marks(bars, FIRST, _known(bars, rows, PRE))
    assert np.flatnonzero(marks[:, 4]).tolist() == [ahead]
    assert np.flatnonzero(marks[:, 5]).tolist() == [ahead - 1, ahead + 1]


def test_what_is_public_silences_what_was_expected():
    """A known day within ten sessions leaves no mark of the guess beside it."""
    bars = walk_on_sessions()
    back = int(np.searchsorted(bars.sessions, bars.sessions[FIRST] - 364)) + 4
    rows = [back, back + 63, back + 126, back + 189]
    marks = _marks(bars, FIRST, _known(bars, [*rows, FIRST + 8], PRE))
    assert np.flatnonzero(marks[:, 0]).tolist() == [8]
    assert not marks[:, 4:8].any()


def test_who_sees_the_past_alone_is_told_of_no_coming_day():
    """Days on and after the as-of change nothing there."""
    bars = walk_on_sessions()
    rows = [*range(300, FIRST, 63)]
    row = np.array([FIRST])
    alone = inputs_at(bars, row, None, _known(bars, [*rows, FIRST, FIRST + 3]).past_alone())
    never = inputs_at(bars, row, None, _known(bars, rows).past_alone())
    np.testing.assert_array_equal(alone.seasons, never.seasons)


def test_a_jump_on_the_announcement_does_not_widen_the_days_after():
    """The scale after a reaction of ten usual moves stays near what it was before."""
    bars = walk_on_sessions(5)
    jump = np.where(np.arange(len(bars)) >= FIRST - 3, 1.3, 1.0)
    names = ("open", "high", "low", "close", "adj_close")
    moved = replace(bars, **{n: getattr(bars, n) * jump for n in names})
    dated = inputs_at(moved, np.array([FIRST]), None, _known(bars, [FIRST - 3], PRE))
    plain = inputs_at(moved, np.array([FIRST]), None)
    calm = inputs_at(bars, np.array([FIRST]), None)
    assert plain.scale[0] > 1.8 * calm.scale[0]
    assert dated.scale[0] == pytest.approx(calm.scale[0], rel=0.2)


def test_the_size_of_past_reactions_is_known():
    """Reactions of four usual moves are told as larger than those of one."""
    bars = walk_on_sessions(6)
    rows = [*range(400, FIRST, 63)]
    steps = np.zeros(len(bars))
    steps[rows] = 4 * np.median(signals(bars).scale)
    factor = np.exp(np.cumsum(steps))
    names = ("open", "high", "low", "close", "adj_close")
    wild = replace(bars, **{n: getattr(bars, n) * factor for n in names})
    column = feature_names(bars).index("dates_usual")
    sizes = [
        inputs_at(own, np.array([FIRST]), None, _known(bars, rows)).static[0, column]
        for own in (bars, wild)
    ]
    assert sizes[1] > sizes[0] + 0.5


def test_forecasts_are_grouped_by_what_their_sessions_hold():
    """Up to the day before the reaction a forecast is ordinary, from it on an eve's; coins are coins."""
    bars = walk_on_sessions()
    group = inputs_at(bars, np.array([FIRST]), None, _known(bars, [FIRST + 5], PRE)).group[0]
    assert [GROUPS[g] for g in group] == ["other"] * 4 + ["known"] * 16
    coin = replace(bars, ticker="BTC-USD", exchange="24/7")
    assert (inputs_at(coin, np.array([FIRST]), None).group == GROUPS.index("crypto")).all()
