"""From a chat's local times to instants, on days with a change of the clocks too."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)  # of each slot's zone it is asked every minute
def zone_of_place(name: str | None) -> ZoneInfo:
    """Return a zone; UTC where none was set, or where the name is no longer known."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=16384)  # so are its hours
def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the one instant of a local time.

    A time that the clocks skip (02:30 on the day summer time begins) is taken as if they had not:
    one hour later on the wall. Of a time that comes twice, the first counts (PEP 495, fold 0).
    """
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def local_day(now: datetime, zone: ZoneInfo) -> date:
    """Return the day that it is in a zone."""
    return now.astimezone(zone).date()


def due_day(now: datetime, at: time, zone: ZoneInfo) -> date:
    """Return the local day whose `at` was the last to come, by `now`."""
    today = local_day(now, zone)
    return today if instant_of(today, at, zone) <= now else today - timedelta(days=1)


def day_before(day: date, days: frozenset[int]) -> date:
    """Return the last chosen weekday (Monday is 0) before `day`."""
    for back in range(1, 8):
        earlier = day - timedelta(days=back)
        if earlier.weekday() in days:
            return earlier
    return day - timedelta(days=1)


def is_quiet(now: datetime, hours: tuple[time, time] | None, zone: ZoneInfo) -> bool:
    """Return whether a local time of day lies within quiet hours, which may span midnight."""
    if hours is None or hours[0] == hours[1]:
        return False
    start, end = hours
    clock = now.astimezone(zone).time()
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end
