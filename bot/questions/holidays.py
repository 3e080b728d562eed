"""Holidays with a name: a fixed day, a day beside Easter, or the n-th weekday of a month."""

import re
from calendar import monthrange
from datetime import date, timedelta

_FIXED = re.compile(r"(\d{1,2})\.(\d{1,2})")
_MOVED = re.compile(r"(easter|orthodox)([+-]\d+)?")
_NTH = re.compile(r"(\d{1,2})#(-?\d)\.(\d)([+-]\d+)?")


def coming_holiday(rule: str, today: date) -> date:
    """Return the next day on which a holiday falls, today included."""
    this = holiday(rule, today.year)
    return this if this >= today else holiday(rule, today.year + 1)


def holiday(rule: str, year: int) -> date:
    """Return the day of a holiday in a year.

    Args:
        rule: `12.25` is a month and a day; `easter+39` lies so many days after Easter, `orthodox`
            after that of the eastern churches; `11#4.3+1` is the day after the fourth Thursday of
            November (Monday is 0), `5#-1.0` the last Monday of May.
        year: 1900 to 2099.
    """
    if match := _FIXED.fullmatch(rule):
        return date(year, int(match[1]), int(match[2]))
    if match := _MOVED.fullmatch(rule):
        sunday = easter(year) if match[1] == "easter" else orthodox_easter(year)
        return sunday + timedelta(days=int(match[2] or 0))
    if match := _NTH.fullmatch(rule):
        found = nth_weekday(year, int(match[1]), int(match[2]), int(match[3]))
        return found + timedelta(days=int(match[4] or 0))
    raise ValueError(rule)


def nth_weekday(year: int, month: int, number: int, weekday: int) -> date:
    """Return the first (1), second ... or last (-1) such weekday of a month."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-1 - number))


def easter(year: int) -> date:
    """Return Easter Sunday of the western churches.

    The anonymous Gregorian algorithm as given in Nature, 20 April 1876, p. 487.
    """
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Return Easter Sunday of the eastern churches, valid 1900-2099 (Meeus, Julian algorithm)."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + week + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)
