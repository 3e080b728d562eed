"""Columns of dates and of numbers as files write them; a whole column decides how it is read.

`03/04/2021` is March or April. One row such as `13/04/2021` decides for all, points mean that the
day comes first, and where no row decides the column is refused. Instants with a time zone count for
the day that it then was on the exchange.

Numbers are `$1,234.50`, `1.234,50`, `1'234.50`, `1.2M`: the columns of prices say together whether
a comma or a point is the decimal mark.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.prices.file_faults import TableError
from forecasting.values import Float1D

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


_NOISE = re.compile(r"[$€£¥%\s'’\u00a0\u202f]")
_MISSING = {"", "-", "—", "n/a", "na", "nan", "null", "none", "."}
_TIMES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_GROUPS = re.compile(r"-?\d{1,3}([.,]\d{3})+")


def decimal_mark(columns: Sequence[Sequence[str]], delimiter: str) -> str:
    """Return `,` or `.`: what stands before the decimals.

    Args:
        columns: Columns of prices.
        delimiter: Between the cells; with semicolons a lone comma is a decimal mark.
    """
    written = [cell for column in columns for cell in column if "," in cell]
    if not written:
        return "."
    cells = [_bare(cell) for cell in written]
    for cell in cells:
        if "," in cell and "." in cell:
            return max(",.", key=cell.rfind)
    if all(_GROUPS.fullmatch(cell) for cell in cells) and delimiter != ";":
        return "."
    return ","


def read_numbers(texts: Sequence[str], mark: str) -> tuple[Float1D, int]:
    """Return a column's numbers, NaN where there is none, and how many cells are no number.

    Args:
        texts: Cells; `null`, `N/A` and the like are missing, not wrong.
        mark: The decimal mark.
    """
    if mark == ".":
        with suppress(ValueError):
            return np.array(texts, dtype=np.float64), 0  # as fast as it gets, for clean files
    plain = [_with_point(text, mark) for text in texts]
    with suppress(ValueError):
        return np.array(plain, dtype=np.float64), 0
    values = [_number(text) for text in plain]
    wrong = sum(value is None for value in values)
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64), wrong


def _bare(text: str) -> str:
    return _NOISE.sub("", text)


def _with_point(text: str, mark: str) -> str:
    if "," not in text and mark == ".":
        return text
    bare = _bare(text)
    return bare.replace(".", "").replace(",", ".") if mark == "," else bare.replace(",", "")


def _number(text: str) -> float | None:
    bare = _bare(text).lower()
    if bare in _MISSING:
        return float("nan")
    times = _TIMES.get(bare[-1], 0.0)
    try:
        return float(bare[:-1]) * times if times else float(bare)
    except ValueError:
        return None
