"""Days and numbers are read as a language writes them; what may be two things is neither."""

from datetime import date

import pytest

from bot.questions.amounts import number
from bot.questions.grammar import read_question
from bot.questions.holidays import easter, holiday, orthodox_easter

MONDAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("year", "western", "eastern"),
    [
        (2024, date(2024, 3, 31), date(2024, 5, 5)),
        (2025, date(2025, 4, 20), date(2025, 4, 20)),
        (2026, date(2026, 4, 5), date(2026, 4, 12)),
        (2027, date(2027, 3, 28), date(2027, 5, 2)),
        (2038, date(2038, 4, 25), date(2038, 4, 25)),
    ],
)
def test_easter_of_both_churches(year, western, eastern):
    """As church calendars print them."""
    assert (easter(year), orthodox_easter(year)) == (western, eastern)


def test_thanksgiving_is_the_fourth_thursday_of_november():
    """2029 begins its November on a Thursday, 2026 on a Sunday."""
    assert holiday("11#4.3", 2029) == date(2029, 11, 22)
    assert holiday("11#4.3", 2026) == date(2026, 11, 26)
    assert holiday("11#4.3+1", 2026) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("300", "en", 300.0),
        ("1,200.50", "en", 1200.5),
        ("1,200", "en", 1200.0),
        ("1.10", "en", 1.1),
        ("0.005", "en", 0.005),
        ("1.1234", "en", 1.1234),
        ("1.200", "en", None),
        ("1,5", "en", None),
        ("1.200,50", "de", 1200.5),
        ("1.200", "de", 1200.0),
        ("1,10", "de", 1.1),
        ("300.50", "de", 300.5),
        ("1,200", "de", None),
        ("1,200.50", "es", 1200.5),
        ("1.2.3", "de", None),
        ("1.20.3", "en", None),
    ],
)
def test_thousands_and_decimals_by_language(text, language, value):
    """1.200 is 1200 in German, and in English nobody can tell."""
    assert number(text, language) == value


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        (MONDAY, "on friday", date(2026, 6, 5)),
        (MONDAY, "on monday", MONDAY),
        (MONDAY, "next friday", None),
        (date(2026, 6, 5), "next monday", date(2026, 6, 8)),
        (date(2026, 6, 5), "next friday", date(2026, 6, 12)),
        (date(2026, 6, 6), "this friday", None),
        (MONDAY, "on 6/7", None),
        (MONDAY, "on 6/6", date(2026, 6, 6)),
        (MONDAY, "on 6/20", date(2026, 6, 20)),
        (MONDAY, "on 20/6", date(2026, 6, 20)),
        (MONDAY, "on may 3", date(2027, 5, 3)),
        (MONDAY, "on june 31", None),
        (MONDAY, "on friday, june 12", date(2026, 6, 12)),
        (MONDAY, "on thursday, june 12", None),
        (date(2026, 1, 31), "in a month", date(2026, 2, 28)),
        (date(2026, 12, 30), "by the end of january", date(2027, 1, 31)),
        (date(2026, 12, 30), "by the end of next month", date(2027, 1, 31)),
        (date(2026, 5, 15), "by the end of the quarter", date(2026, 6, 30)),
        (date(2026, 2, 1), "by the end of the month", date(2026, 2, 28)),
    ],
)
def test_days_in_words(today, text, day):
    """From any day of the year; a day with two readings, or none in the calendar, is not read."""
    read = read_question(f"will tesla be above 300 {text}", today, "en")
    assert (read.when if read else None) == day


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        (MONDAY, "el próximo viernes", date(2026, 6, 5)),
        (MONDAY, "el viernes que viene", date(2026, 6, 5)),
        (MONDAY, "pasado mañana", date(2026, 6, 3)),
    ],
)
def test_where_next_is_the_coming_one(today, text, day):
    """In Spanish there is no doubt which Friday is the next."""
    read = read_question(f"¿estará tesla por encima de 300 {text}?", today, "es")
    assert read is not None
    assert read.when == day
