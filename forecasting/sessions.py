"""Sessions of an exchange: which come next, which closed last, is it open now.

Sessions are dates on the exchange's own calendar, instants are aware UTC. Beyond the days that a
calendar records, the weekdays it usually trades on stand in; `NextSessions.guessed` says so.
"""

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting import calendars
from forecasting.errors import CalendarError
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars

SETTLE = timedelta(minutes=20)
"""Price services print a session's official close some minutes after the bell."""
_EPOCH = date(1970, 1, 1).toordinal()
_GUESS_FROM, _GUESS_TO = np.datetime64("1920-01-01"), np.datetime64("2060-01-01")


@dataclass(frozen=True, slots=True)
class NextSessions:
    """The sessions that follow a day.

    Attributes:
        days: Dates, rising.
        guessed: Whether some of them lie beyond what the exchange's calendar records.
    """

    days: tuple[date, ...]
    guessed: bool


@dataclass(frozen=True, slots=True)
class _Calendar:
    days: "array[int]"  # days since 1970; compact, and bisect on it takes a microsecond
    opens: "array[int]"  # minutes since 1970 UTC
    closes: "array[int]"
    known: tuple[int, int]  # first and last day that the calendar records
    zone: ZoneInfo


def exchange_of(ticker: str) -> str:
    """Return the name of the calendar that a ticker in Yahoo's notation trades on."""
    return listing_of(ticker)[0]


def zone_of(exchange: str) -> ZoneInfo:
    """Return the exchange's time zone, for showing its times to people."""
    return _calendar(exchange).zone


def next_sessions(exchange: str, as_of: date, n: int) -> NextSessions:
    """Return the `n` sessions that follow `as_of`.

    Raises:
        CalendarError: There is no such calendar, or `as_of` lies before 1920 or near 2060.
    """
    calendar = _calendar(exchange)
    first = bisect_right(calendar.days, _number(as_of))
    found = calendar.days[first : first + n]
    if first == 0 or len(found) < n:
        raise CalendarError(exchange, as_of)
    return NextSessions(tuple(map(_day, found)), guessed=_guessed(calendar, found))


@lru_cache(maxsize=128)
def all_sessions(exchange: str) -> NDArray[np.int64]:
    """Return all sessions of an exchange, past and coming, as days since 1970."""
    days = np.array(_calendar(exchange).days, dtype=np.int64)
    days.setflags(write=False)
    return days


def next_session(exchange: str, day: date) -> date:
    """Return the first session after `day`."""
    return next_sessions(exchange, day, 1).days[0]


def previous_session(exchange: str, day: date) -> date:
    """Return the last session before `day`.

    Raises:
        CalendarError: There is none.
    """
    calendar = _calendar(exchange)
    return _day(calendar.days[_existing(exchange, bisect_left(calendar.days, _number(day)), day)])


def is_session(exchange: str, day: date) -> bool:
    """Return whether the exchange trades on `day`."""
    calendar = _calendar(exchange)
    index = bisect_left(calendar.days, _number(day))
    return index < len(calendar.days) and calendar.days[index] == _number(day)


def session_open(exchange: str, day: date) -> datetime:
    """Return the instant at which a session opens (some the evening before).

    Raises:
        CalendarError: `day` is not a session.
    """
    return _instant(_calendar(exchange).opens[_index(exchange, day)])


def session_close(exchange: str, day: date) -> datetime:
    """Return the instant at which a session closes; half days close early.

    Raises:
        CalendarError: `day` is not a session.
    """
    return _instant(_calendar(exchange).closes[_index(exchange, day)])


def is_open(exchange: str, now: datetime) -> bool:
    """Return whether a session is running; a lunch break counts as running."""
    calendar = _calendar(exchange)
    index = bisect_right(calendar.opens, _minutes(now)) - 1
    return index >= 0 and _minutes(now) < calendar.closes[index]


def last_closed(exchange: str, now: datetime, settle: timedelta = SETTLE) -> date:
    """Return the last session that has closed.

    Args:
        exchange: Name of a calendar.
        now: Aware instant.
        settle: How long after the bell a session counts as closed.

    Raises:
        CalendarError: None has.
    """
    calendar = _calendar(exchange)
    closed = bisect_right(calendar.closes, _minutes(now - settle))
    return _day(calendar.days[_existing(exchange, closed, now.date())])


def next_close(exchange: str, now: datetime, settle: timedelta = SETTLE) -> datetime:
    """Return the first instant after `now` at which `last_closed` moves to another session.

    Raises:
        CalendarError: The calendar ends before.
    """
    calendar = _calendar(exchange)
    index = bisect_right(calendar.closes, _minutes(now - settle))
    if index == len(calendar.closes):
        raise CalendarError(exchange, now.date())
    return _instant(calendar.closes[index]) + settle


def sessions_between(exchange: str, a: date, b: date) -> int:
    """Return how many sessions lie after `a` and not after `b`; negative where `b` is before."""
    days = _calendar(exchange).days
    return bisect_right(days, _number(b)) - bisect_right(days, _number(a))


def sessions_old(bars: Bars, now: datetime) -> int:
    """Return how many sessions have closed since the last bar; 0 is up to date."""
    return max(0, sessions_between(bars.exchange, bars.as_of, last_closed(bars.exchange, now)))


@lru_cache(maxsize=128)
def _calendar(exchange: str) -> _Calendar:
    try:
        table = calendars.read(exchange)
    except KeyError as err:
        raise CalendarError(exchange, date.min) from err
    days = table["days"]
    before = _weekdays(days[:260], _GUESS_FROM, days[0])
    after = _weekdays(days[-260:], days[-1] + 1, _GUESS_TO)
    every = np.concatenate([before, days, after]).astype(np.int64)
    return _Calendar(
        days=_compact(every),
        opens=_extended(table["opens"], table["days"], before, after),
        closes=_extended(table["closes"], table["days"], before, after),
        known=_recorded(exchange, days),
        zone=ZoneInfo(str(table["zone"])),
    )


def _recorded(exchange: str, days: NDArray[np.datetime64]) -> tuple[int, int]:
    """Return the first and the last day that a calendar records; no span for a guessed one."""
    if calendars.guessed(exchange):
        return 1, 0
    return int(days[0].astype(int)), int(days[-1].astype(int))


def _weekdays(
    like: NDArray[np.datetime64], first: np.datetime64, end: np.datetime64
) -> NDArray[np.datetime64]:
    days = np.arange(first, end)
    return days[np.isin(_weekday(days), _weekday(like))]


def _weekday(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return (days.astype(np.int64) + 3) % 7


def _extended(
    minutes: NDArray[np.int64],
    days: NDArray[np.datetime64],
    before: NDArray[np.datetime64],
    after: NDArray[np.datetime64],
) -> "array[int]":
    of_day = minutes - days.astype(np.int64) * 1440
    parts = (
        before.astype(np.int64) * 1440 + of_day[0],
        minutes,
        after.astype(np.int64) * 1440 + of_day[-1],
    )
    return _compact(np.concatenate(parts))


def _compact(numbers: NDArray[np.int64]) -> "array[int]":
    return array("i", numbers.astype("=i4").tobytes())


def _guessed(calendar: _Calendar, found: "array[int]") -> bool:
    return any(not calendar.known[0] <= day <= calendar.known[1] for day in found)


def _index(exchange: str, day: date) -> int:
    calendar = _calendar(exchange)
    index = bisect_left(calendar.days, _number(day))
    if index == len(calendar.days) or calendar.days[index] != _number(day):
        raise CalendarError(exchange, day)
    return index


def _existing(exchange: str, count: int, day: date) -> int:
    if count == 0:
        raise CalendarError(exchange, day)
    return count - 1


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _day(number: int) -> date:
    return date.fromordinal(number + _EPOCH)


def _minutes(instant: datetime) -> int:
    return int(instant.timestamp() // 60)


def _instant(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)
