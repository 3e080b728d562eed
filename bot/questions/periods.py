"""Weeks, months, quarters and years, and where they end."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = {"m": 1, "q": 3, "h": 6, "y": 12}
"""Months of a month, a quarter, half a year and a year."""
_FRIDAY = 4


def ending(what: str, today: date) -> date:
    """Return the last day of a week, month, quarter or year; `m1` is the next month."""
    unit, ahead = what[0], int(what[1:] or 0)
    if unit == "w":
        return weekday_of(today, ahead, _FRIDAY)
    last = {"m": today.month, "q": (today.month + 2) // 3 * 3, "y": 12}[unit]
    first = months_on(date(today.year, last, 1), ahead * MONTHS[unit])
    return first.replace(day=monthrange(first.year, first.month)[1])


def weekday_of(today: date, ahead: int, weekday: int) -> date:
    """Return a weekday of this week (0), the next (1), and so on; Monday is 0."""
    return today + timedelta(days=7 * ahead + weekday - today.weekday())


def made(end: int, year: int, month: int, day: int) -> Iterator[tuple[int, date]]:
    """Yield where a reading ends and its day, nothing where no calendar has that day."""
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        yield end, date(year, month, day)


def months_on(day: date, count: int) -> date:
    """Return the day so many months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
