"""The only reader of the wall clock, and a clock for living through past sessions."""

import threading
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Says what time it is for everything the bot does."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ReplayClock:
    """A time that stands still until it is moved forward, in a past that prices are known for."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the instant that the replay has reached."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Go forward to `instant`; time never runs back."""
        with self._lock:
            self._now = max(self._now, instant)
