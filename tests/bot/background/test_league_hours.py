"""The hours at which places of the weekly league are asked, and the quiet between them."""

from datetime import UTC, date, datetime, time, timedelta

from bot.background.league_hours import QuietTime, asked_at, is_asked_by
from storage.records.chats import DigestSlot

MONDAY = date(2025, 11, 3)
TOKYO_AT_8 = DigestSlot("Asia/Tokyo", time(8))
NOW = datetime(2025, 11, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_place_is_asked_from_its_hour_on_monday_until_tuesday_ends_there():
    """08:00 in Tokyo, nine hours ahead, is Sunday 23:00 UTC; Wednesday begins at Tuesday 15:00."""
    begin = datetime(2025, 11, 2, 23, tzinfo=UTC)
    end = datetime(2025, 11, 4, 15, tzinfo=UTC)
    assert asked_at(TOKYO_AT_8, MONDAY) == begin
    moments = (begin - MINUTE, begin, end - MINUTE, end)
    assert [is_asked_by(TOKYO_AT_8, moment) for moment in moments] == [False, True, True, False]


def test_between_two_hours_nobody_is_to_be_asked():
    """The next hour ends it; what is past does not count, and without any it lasts ten minutes."""
    hours = (NOW - MINUTE, NOW + 3 * MINUTE, NOW + 5 * MINUTE)
    quiet = QuietTime.after(NOW, 2, hours)
    assert [quiet.holds(NOW + n * MINUTE, 2) for n in (0, 2, 3)] == [True, True, False]
    quiet = QuietTime.after(NOW, 2, ())
    assert [quiet.holds(NOW + n * MINUTE, 2) for n in (9, 10)] == [True, False]


def test_a_new_league_a_clock_put_back_and_a_start_end_the_quiet():
    """Whoever switches it on has the first question within a minute."""
    quiet = QuietTime.after(NOW, 2, ())
    assert not quiet.holds(NOW + MINUTE, 3)
    assert not quiet.holds(NOW - MINUTE, 2)
    assert not QuietTime().holds(NOW, 0)
