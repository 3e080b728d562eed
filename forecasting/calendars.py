"""The table of trading days that `forecasting.sessions` reads, made from `exchange_calendars`.

`python -m forecasting.calendars` writes it anew; a test compares it with the installed package and
fails when the package knows better. Why a table: the package needs pandas, which costs a starting
bot two seconds and 80 MB, and it refuses dates one by one where a calendar has gaps. The table
takes two milliseconds.
"""

import io
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TABLE = Path(__file__).with_name("calendars.npz")
FIRST, LAST = date(1990, 1, 1), date(2035, 12, 31)
"""Days the table covers where the package does."""
FUTURES = "US_FUTURES"
"""Our own: Chicago's hours on New York's days, because price services have no bars of the short
holiday sessions (2015-2021: 3 days too many for gold and oil, where Chicago's calendar has 45)."""
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
    with np.load(TABLE, allow_pickle=False) as table:
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
    with np.load(TABLE, allow_pickle=False) as table:
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
    return {
        "days": calendar.sessions.to_numpy().astype("datetime64[D]"),
        "opens": (calendar.opens.dt.tz_localize(None).to_numpy() - epoch) // minute,
        "closes": (calendar.closes.dt.tz_localize(None).to_numpy() - epoch) // minute,
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


def write() -> int:
    """Write the table for all calendars of the package; return how many there are."""
    import exchange_calendars as xc  # noqa: PLC0415

    entries: dict[str, NDArray[Any]] = {}
    package = xc.get_calendar_names(include_aliases=False)
    known = [FUTURES, *(name for name in package if name not in _LEFT_OUT)]
    for name in known:
        found = compute(name)
        days = found["days"].astype(np.int64)
        entries[f"{name}.days"] = np.diff(days, prepend=0).astype(np.int32)
        entries[f"{name}.opens"] = (found["opens"] - days * 1440).astype(np.int16)
        entries[f"{name}.closes"] = (found["closes"] - days * 1440).astype(np.int16)
        entries[f"{name}.zone"] = found["zone"]
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **entries)
    TABLE.write_bytes(buffer.getvalue())
    return len(known)


if __name__ == "__main__":
    write()
