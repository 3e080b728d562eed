"""What is known of announcements, and what the past lets expect."""

from datetime import date

import numpy as np
import pytest

from forecasting.announcements.known import (
    POST,
    PRE,
    UNKNOWN,
    Announcements,
    Certainty,
    nothing,
)

DAYS = ["2022-02-02", "2022-05-04", "2022-08-03", "2022-11-02"]


def _known(*days: str, time: int = POST) -> Announcements:
    return Announcements("T", np.array(days, "datetime64[D]"), np.full(len(days), time, np.int8))


def test_the_next_day_of_the_list_is_as_sure_as_the_list():
    """The first listed day on or after today, with its time of day."""
    found = _known(*DAYS, "2023-02-01").expected(date(2023, 1, 20))
    assert found is not None
    assert (found.day, found.time, found.certainty) == (
        date(2023, 2, 1), POST, Certainty.CONFIRMED,
    )  # fmt: skip


def test_without_a_listed_day_the_past_is_asked():
    """Four back and 364 days: 2 February 2022 lets expect 1 February 2023."""
    found = _known(*DAYS).expected(date(2023, 1, 20))
    assert found is not None
    assert (found.day, found.certainty) == (date(2023, 2, 1), Certainty.GUESSED)


def test_a_young_list_expects_a_quarter_later():
    """One announcement alone: 91 days after it."""
    found = _known("2022-11-02", time=PRE).expected(date(2022, 12, 1))
    assert found is not None
    assert (found.day, found.time) == (date(2023, 2, 1), PRE)


def test_an_expected_day_that_passed_in_silence_is_given_up_after_two_weeks():
    """Overdue for ten days it may still come any day; after a month the next year's is expected."""
    known = _known("2022-11-02", time=UNKNOWN)
    overdue = known.expected(date(2023, 2, 11))
    assert overdue is not None
    assert overdue.day == date(2023, 2, 11)
    later = known.expected(date(2023, 3, 10))
    assert later is not None
    assert later.day == date(2023, 11, 1)


def test_nothing_is_expected_where_nothing_is_known():
    """An empty list has no next day."""
    assert nothing("T").expected(date(2023, 1, 1)) is None


def test_the_past_is_what_lies_up_to_a_day():
    """`until` keeps the day itself and hides later ones."""
    assert _known(*DAYS).until(date(2022, 8, 3)).days.tolist()[-1] == date(2022, 8, 3)


def test_days_must_rise():
    """A list out of order or with a day twice is refused."""
    with pytest.raises(ValueError, match="rise"):
        _known("2022-05-04", "2022-02-02")
