"""Dates in digits: `2026-06-20`, `20.6.`, `20/06/26`, and `6/20` where no day has that month."""

import re
from collections.abc import Iterator
from datetime import date

from bot.questions.periods import made

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2})?)?")


def written(text: str, language: str, today: date) -> Iterator[date]:
    """Yield the days that digits may mean in a language."""
    if match := _ISO.fullmatch(text):
        yield from _on(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.fullmatch(text) or _DASHED.fullmatch(text):
        yield from _parted(int(match[1]), int(match[2]), match[3], language, today)
    if match := _DOTTED.fullmatch(text):
        # 20.5 is a number as well; the grammar takes neither where both fit.
        day, month, year = int(match[1]), int(match[2]), match[3]
        if language != "en" or (year and (day > 12 or day == month)):
            yield from _numbered(day, month, year, today)


def coming_date(month: int, day: int, today: date) -> Iterator[date]:
    """Yield the day of this year, or of the next where it has passed."""
    this = [found for found in _on(today.year, month, day) if found >= today]
    yield from this or _on(today.year + 1, month, day)


def _parted(
    first: int, second: int, year: str | None, language: str, today: date
) -> Iterator[date]:
    if language != "en":
        yield from _numbered(first, second, year, today)
    elif first == second or max(first, second) > 12:
        # Americans write the month first, others the day.
        yield from _numbered(max(first, second), min(first, second), year, today)


def _numbered(day: int, month: int, year: str | None, today: date) -> Iterator[date]:
    if year is None:
        yield from coming_date(month, day, today)
    else:
        yield from _on(int(year) + (2000 if len(year) == 2 else 0), month, day)


def _on(year: int, month: int, day: int) -> Iterator[date]:
    return (found for _, found in made(0, year, month, day))
