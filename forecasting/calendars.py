"""The table of trading days that `forecasting.sessions` reads, made from `exchange_calendars`.

`python -m forecasting calendars` writes it anew, for an installation or for a release; a test
compares it with the installed package and
fails when the package knows better. Why a table: the package needs pandas, which costs a starting
bot two seconds and 80 MB, and it refuses dates one by one where a calendar has gaps. The table
takes two milliseconds.
"""

import io
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

TABLE = Path(__file__).with_name("calendars.npz")
_RENEWED = "TICKERCAST_CALENDARS"  # of the environment, so that child processes see it too
FIRST, LAST = date(1990, 1, 1), date(2035, 12, 31)
"""Days the table covers where the package does."""
FUTURES = "US_FUTURES"
"""Our own: Chicago's hours on New York's days, because price services have no bars of the short
holiday sessions (2015-2021: 3 days too many for gold and oil, where Chicago's calendar has 45)."""
WEEKDAYS = "weekdays"
"""Our own: Monday to Friday of which nobody records a holiday."""
_GUESSED: dict[str, tuple[str, tuple[int, ...], int, int]] = {
    WEEKDAYS: ("UTC", (0, 1, 2, 3, 4), 0, 1440),
    "XCAI": ("Africa/Cairo", (6, 0, 1, 2, 3), 600, 870),
    "XKUW": ("Asia/Kuwait", (6, 0, 1, 2, 3), 540, 760),
    "DSMD": ("Asia/Qatar", (6, 0, 1, 2, 3), 570, 790),
}
"""Exchanges that the package lacks, by weekday (Monday is 0): zone, days, minutes of the day
in that zone at which they open and close. Their holidays are not known, so all days are guessed."""
_CLOSED = {"XKRX": ("2026-06-03", "2026-07-17", "2027-05-03", "2027-07-19")}
"""Days on which an exchange does not trade and of which the package does not know yet."""
_LEFT_OUT = ("us_futures",)  # an intraday variant of CMES


def read(name: str) -> dict[str, NDArray[Any]]:
    """Return one calendar of the table.

    Args:
        name: As `exchange_calendars` calls it, such as `XNYS`.

    Returns:
        `days` (datetime64[D], shape (n,)), `opens` and `closes` (int64, minutes since 1970 UTC,
        shape (n,)) and `zone` (0-dimensional text, an IANA name).

    Raises:
        KeyError: The table has no such calendar.
    """
    if name in _GUESSED:
        return _weekly(name)
    with np.load(_table(), allow_pickle=False) as table:
        days = table[f"{name}.days"].astype(np.int64).cumsum()
        midnight = days * 24 * 60
        return {
            "days": days.astype("datetime64[D]"),
            "opens": midnight + table[f"{name}.opens"],
            "closes": midnight + table[f"{name}.closes"],
            "zone": table[f"{name}.zone"],
        }


def names() -> tuple[str, ...]:
    """Return the names of all calendars in the table."""
    with np.load(_table(), allow_pickle=False) as table:
        return tuple(sorted(key.removesuffix(".days") for key in table if key.endswith(".days")))


def compute(name: str) -> dict[str, NDArray[Any]]:
    """Return one calendar as the package knows it now, in the form of `read`."""
    if name == FUTURES:
        return _futures()
    import exchange_calendars as xc  # noqa: PLC0415 (pandas: only to make the table)

    factory = xc.calendar_utils._default_calendar_factories[name]  # noqa: SLF001
    lowest, highest = factory.bound_min(), factory.bound_max()
    calendar = factory(
        start=max(lowest.date(), FIRST) if lowest is not None else FIRST,
        end=min(highest.date(), LAST) if highest is not None else LAST,
    )
    minute = np.timedelta64(1, "m")
    epoch = np.datetime64("1970-01-01")
    days = calendar.sessions.to_numpy().astype("datetime64[D]")
    opens = (calendar.opens.dt.tz_localize(None).to_numpy() - epoch) // minute
    closes = (calendar.closes.dt.tz_localize(None).to_numpy() - epoch) // minute
    trades = ~np.isin(days, np.array(_CLOSED.get(name, ()), dtype="datetime64[D]"))
    return {
        "days": days[trades],
        "opens": opens[trades],
        "closes": closes[trades],
        "zone": np.array(str(calendar.tz)),
    }


def _futures() -> dict[str, NDArray[Any]]:
    days, hours = compute("XNYS")["days"], compute("CMES")
    at = np.searchsorted(hours["days"], days)
    return {
        "days": days,
        "opens": hours["opens"][at],
        "closes": hours["closes"][at],
        "zone": hours["zone"],
    }


def guessed(name: str) -> bool:
    """Return whether nobody records a calendar's holidays, so that all its days are guesses."""
    return name in _GUESSED


def _weekly(name: str) -> dict[str, NDArray[Any]]:
    zone, weekdays, opens, closes = _GUESSED[name]
    days = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + 1)
    days = days[np.isin((days.astype(np.int64) + 3) % 7, weekdays)]
    ahead = np.array([_ahead(day, zone) for day in days.tolist()])
    midnight = days.astype(np.int64) * 1440 - ahead
    return {
        "days": days,
        "opens": midnight + opens,
        "closes": midnight + closes,
        "zone": np.array(zone),
    }


def _ahead(day: date, zone: str) -> int:
    """Return by how many minutes a zone is ahead of UTC on a day."""
    ahead = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).utcoffset()
    return int(ahead.total_seconds() // 60) if ahead is not None else 0


def use_renewed(path: Path) -> None:
    """Read calendars from a table that an operator renewed, here and in processes started later.

    Args:
        path: The table; where there is none, the shipped one stays in use.
    """
    if path.is_file():
        os.environ[_RENEWED] = str(path.absolute())


def _table() -> Path:
    return Path(os.environ.get(_RENEWED) or TABLE)


def write(path: Path = TABLE) -> tuple[int, list[str]]:
    """Write the table anew for all calendars of the package.

    Calendars that the installed package cannot build are taken over from the table in use.

    Args:
        path: Where to.

    Returns:
        How many calendars there are, and the names of those taken over.
    """
    import exchange_calendars as xc  # noqa: PLC0415

    entries: dict[str, NDArray[Any]] = {}
    package = xc.get_calendar_names(include_aliases=False)
    known = [FUTURES, *(name for name in package if name not in _LEFT_OUT)]
    kept = []
    for name in known:
        try:
            found = compute(name)
        except (ValueError, TypeError, KeyError):
            found = read(name)
            kept.append(name)
        entries |= _entries(name, found)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return len(known), kept


def _entries(name: str, found: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    days = found["days"].astype(np.int64)
    return {
        f"{name}.days": np.diff(days, prepend=0).astype(np.int32),
        f"{name}.opens": (found["opens"] - days * 1440).astype(np.int16),
        f"{name}.closes": (found["closes"] - days * 1440).astype(np.int16),
        f"{name}.zone": found["zone"],
    }
