"""When the places of a weekly league are asked: each on Monday, at the time of its digest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.answers.local_time import instant_of, zone_of_place
from storage.records.chats import DigestSlot

LOOK_AGAIN = timedelta(minutes=10)
"""After so long all leagues are looked through once more: somebody may have changed settings."""
_MONDAY, _TUESDAY = 0, 1
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def asked_at(slot: DigestSlot, monday: date) -> datetime:
    """Return the instant at which a place is asked in the week that begins on a day."""
    return instant_of(monday, slot.digest_at, zone_of_place(slot.zone))


def is_asked_by(slot: DigestSlot, now: datetime) -> bool:
    """Return whether it is Monday's digest time or later at a place, and not yet Wednesday."""
    local = now.astimezone(zone_of_place(slot.zone))
    begun = (_MONDAY, slot.digest_at) <= (local.weekday(), local.time())
    return begun and local.weekday() <= _TUESDAY


@dataclass(frozen=True, slots=True)
class QuietTime:
    """A time in which nobody is to be asked: of a thousand leagues few have their hour at once.

    Attributes:
        since, until: Its ends; the second is not part of it.
        leagues: How many there were when all were looked through.
    """

    since: datetime = _LONG_AGO
    until: datetime = _LONG_AGO
    leagues: int = 0

    @classmethod
    def after(cls, now: datetime, leagues: int, hours: Iterable[datetime]) -> "QuietTime":
        """Return what follows a look through all leagues.

        Args:
            now: When they were looked through; who was to be asked by then has been.
            leagues: How many there are.
            hours: When the others are asked; what is past is no more.
        """
        coming = (hour for hour in hours if hour > now)
        return cls(now, min((now + LOOK_AGAIN, *coming)), leagues)

    def holds(self, now: datetime, leagues: int) -> bool:
        """Return whether it is that time; a new league ends it, and so does a clock put back."""
        return self.since <= now < self.until and leagues == self.leagues
