"""Announcements from files: parquet or CSV tables with the columns ticker, date, time_of_day."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from forecasting.announcements.known import TIMES, UNKNOWN, Announcements, nothing
from forecasting.errors import AnnouncementFileError

NAME = "files"
_COLUMNS = ("ticker", "date", "time_of_day")
_Row = tuple[str, date, str]


class FileAnnouncements:
    """Answers from tables that are read once."""

    name = NAME

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take the files; nothing is read before the first question."""
        self._paths = tuple(paths)
        self._found: dict[str, Announcements] | None = None

    def announcements(self, ticker: str, now: datetime) -> Announcements:  # noqa: ARG002
        """Return what the tables say of a ticker.

        Raises:
            AnnouncementFileError: A file is no such table.
        """
        if self._found is None:
            self._found = read_announcements(self._paths)
        return self._found.get(ticker) or nothing(ticker)


def read_announcements(paths: Iterable[Path]) -> dict[str, Announcements]:
    """Return all announcements of some files by ticker; a day told twice counts once.

    Raises:
        AnnouncementFileError: A file is missing or no such table.
    """
    days: dict[str, dict[date, int]] = defaultdict(dict)
    for path in paths:
        for ticker, day, time in _rows(path):
            known = days[ticker].get(day, UNKNOWN)
            days[ticker][day] = known or TIMES.get(time, UNKNOWN)
    return {ticker: announcements_of(ticker, found, NAME) for ticker, found in days.items()}


def announcements_of(ticker: str, days: dict[date, int], source: str) -> Announcements:
    """Return announcements from a time of day for each day."""
    rising = sorted(days)
    return Announcements(
        ticker,
        np.array(rising, dtype="datetime64[D]"),
        np.array([days[day] for day in rising], dtype=np.int8),
        source,
    )


def _rows(path: Path) -> Iterator[_Row]:
    try:
        if path.suffix.lower() == ".parquet":
            yield from _parquet_rows(path)
        else:
            yield from _csv_rows(path)
    except OSError as err:
        raise AnnouncementFileError(path.name, err.strerror or str(err)) from err
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise AnnouncementFileError(path.name, str(err)) from err


def _check(columns: Sequence[str]) -> None:
    if "close" in columns:
        raise ValueError("holds prices, no announcements")
    missing = [name for name in _COLUMNS[:2] if name not in columns]
    if missing:
        raise ValueError(f"has no column {' and no column '.join(missing)}")


def _csv_rows(path: Path) -> Iterator[_Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        _check(table.fieldnames or ())
        for row in table:
            day = date.fromisoformat(row["date"][:10])
            yield row["ticker"].strip().upper(), day, (row.get("time_of_day") or "").strip()


def _parquet_rows(path: Path) -> Iterator[_Row]:
    import pyarrow.parquet as pq  # noqa: PLC0415 (45 MB that a CSV does not need)

    names = pq.read_schema(path).names
    _check(names)
    found = [name for name in _COLUMNS if name in names]
    for row in pq.read_table(path, columns=found).to_pylist():
        ticker, day, time = row["ticker"], row["date"], row.get("time_of_day")
        yield ticker, day.date() if isinstance(day, datetime) else day, time or ""
