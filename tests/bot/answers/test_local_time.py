"""Local times become instants, on the days with a change of the clocks too."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.answers.local_time import day_before, due_day, instant_of, is_quiet, zone_of_place

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2021, 3, 27), time(2, 30), datetime(2021, 3, 27, 1, 30, tzinfo=UTC)),
        # 02:30 does not exist on this day: it is 03:30 summer time.
        (date(2021, 3, 28), time(2, 30), datetime(2021, 3, 28, 1, 30, tzinfo=UTC)),
        (date(2021, 3, 29), time(2, 30), datetime(2021, 3, 29, 0, 30, tzinfo=UTC)),
        # 02:30 comes twice on this day: the first counts.
        (date(2021, 10, 31), time(2, 30), datetime(2021, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_every_day_has_exactly_one_instant_of_a_local_time(day, at, expected):
    """Skipped times move on by the gap; doubled ones count once."""
    assert instant_of(day, at, BERLIN) == expected


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_in_every_minute_of_a_year_the_due_day_only_ever_rises(zone):
    """No day is due twice and none is passed over, whatever the clocks do."""
    place, at = ZoneInfo(zone), time(2, 15)
    days: list[date] = []
    moment = datetime(2021, 1, 2, tzinfo=UTC)
    while moment < datetime(2022, 1, 2, tzinfo=UTC):
        day = due_day(moment, at, place)
        if not days or day != days[-1]:
            days.append(day)
        moment += timedelta(minutes=5)
    assert all((b - a).days == 1 for a, b in pairwise(days))


def test_the_chosen_weekday_before():
    """Monday's predecessor is Friday for those who read on working days, else Sunday."""
    monday = date(2021, 12, 20)
    assert day_before(monday, frozenset(range(5))) == date(2021, 12, 17)
    assert day_before(monday, frozenset(range(7))) == date(2021, 12, 19)
    assert day_before(monday, frozenset({0})) == date(2021, 12, 13)
    assert day_before(monday, frozenset()) == date(2021, 12, 19)


@pytest.mark.parametrize(
    ("hours", "hour", "quiet"),
    [
        ((time(22), time(7)), 23, True),
        ((time(22), time(7)), 6, True),
        ((time(22), time(7)), 7, False),
        ((time(9), time(17)), 12, True),
        ((time(9), time(17)), 18, False),
        ((time(9), time(9)), 9, False),
        (None, 3, False),
    ],
)
def test_quiet_hours_may_span_midnight(hours, hour, quiet):
    """The start belongs to them, the end does not."""
    moment = datetime(2021, 6, 1, hour, tzinfo=BERLIN)
    assert is_quiet(moment, hours, BERLIN) is quiet


@pytest.mark.parametrize("name", [None, "", "Nowhere/Land", "../etc/passwd"])
def test_a_zone_that_is_unset_or_gone_is_utc(name):
    """A renamed zone must not silence a place."""
    assert zone_of_place(name).key == "UTC"
