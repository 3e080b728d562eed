"""A column of dates as files write them; the whole column says which number is the day.

`03/04/2021` is March or April. One row such as `13/04/2021` decides for all, points mean that the
day comes first, and where no row decides the column is refused. Instants with a time zone count for
the day that it then was on the exchange.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forecasting.prices.file_faults import TableError

_NUMBERS = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T].*)?")
_COMPACT = re.compile(r"\d{8}")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)")
_NAMED = ("%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%y", "%Y/%m/%d")


def read_dates(texts: Sequence[str], zone: ZoneInfo) -> list[date | None]:
    """Return the day of each cell, None where it is no date.

    Args:
        texts: A column.
        zone: The exchange's, for instants that name their own.

    Raises:
        TableError: Both readings of day and month are possible.
    """
    if (plain := _plain(texts)) is not None:
        return plain
    if any(_ZONED.fullmatch(text) for text in texts[:20]):
        return _zoned(texts, zone)
    day_first = _day_first(texts)
    return [_read(text, day_first) for text in texts]


def _plain(texts: Sequence[str]) -> list[date | None] | None:
    """Return the days of a column that is in ISO form throughout, as most are."""
    if not all(len(text) == 10 for text in texts):
        return None
    try:
        return [date.fromisoformat(text) for text in texts]
    except ValueError:
        return None


def _day_first(texts: Sequence[str]) -> bool:
    found = [match for match in map(_NUMBERS.fullmatch, texts) if match is not None]
    if not found or any(match[2] == "." for match in found):
        return True
    first = any(int(match[1]) > 12 for match in found)
    second = any(int(match[3]) > 12 for match in found)
    if not first and not second:
        raise TableError("ambiguous-dates", found[0][0][:10])
    return first


def _read(text: str, day_first: bool) -> date | None:
    try:
        if (match := _NUMBERS.fullmatch(text)) is not None:
            return _numbered(match, day_first)
        if _COMPACT.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 (a day)
        return date.fromisoformat(text[:10])
    except ValueError:
        return _named(text)


def _numbered(match: re.Match[str], day_first: bool) -> date:
    day, month = int(match[1]), int(match[3])
    if not day_first:
        day, month = month, day
    year = int(match[4])
    return date(year + 2000 if year < 70 else year + 1900 if year < 100 else year, month, day)


def _named(text: str) -> date | None:
    for form in _NAMED:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day)
        except ValueError:
            continue
    return None


def _zoned(texts: Sequence[str], zone: ZoneInfo) -> list[date | None]:
    return days_of([_instant(text) for text in texts], zone)


def days_of(
    instants: Sequence[datetime | None], zone: ZoneInfo, written_in: ZoneInfo | None = None
) -> list[date | None]:
    """Return the exchange's own day of each instant.

    Args:
        instants: Aware instants, None where there is none.
        zone: The exchange's.
        written_in: The zone that they are written in; None takes each instant's own.
    """
    there = [None if at is None else at.astimezone(zone).date() for at in instants]
    own = [at if at is None or written_in is None else at.astimezone(written_in) for at in instants]
    as_written = [None if at is None else at.date() for at in own]
    # Midnight UTC in a US file is a label and not an instant: read as one, Mondays are Sundays.
    return as_written if _weekends(as_written) < _weekends(there) else there


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        return None


def _weekends(days: Sequence[date | None]) -> int:
    return sum(day is not None and day.weekday() >= 5 for day in days)
