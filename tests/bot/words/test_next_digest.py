"""Settings tell the instant of the next digest, which every reader sees in their own zone."""

import re
from datetime import UTC, datetime, time

import pytest

from bot.words.language import load_words
from bot.words.preferences import digest_line
from storage.records.chats import PlaceSettings

FRIDAY = datetime(2021, 12, 17, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        (time(8), (0, 1, 2, 3, 4), datetime(2021, 12, 17, 7, tzinfo=UTC)),
        (time(7), (0, 1, 2, 3, 4), datetime(2021, 12, 20, 6, tzinfo=UTC)),
        (time(7, 15), (4,), datetime(2021, 12, 24, 6, 15, tzinfo=UTC)),
    ],
)
def test_the_next_digest_is_the_next_chosen_day_at_its_hour(at, days, expected):
    """In Berlin, an hour ahead of UTC in winter, it is half past seven on a Friday."""
    settings = PlaceSettings(zone="Europe/Berlin", digest_at=at, days=days)
    line = digest_line(load_words(), settings, FRIDAY)
    unix = re.search(r'<tg-time unix="(\d+)" format="Dt">', line)
    assert unix is not None
    assert int(unix[1]) == expected.timestamp()
