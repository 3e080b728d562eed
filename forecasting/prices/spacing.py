"""Requests to one service, kept apart by the time that it asks for."""

import time
from collections.abc import Callable
from threading import Lock


class Spacing:
    """Lets one request through at a time, each some seconds after the one before; thread-safe."""

    def __init__(
        self,
        seconds: float,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wait for nothing yet.

        Args:
            seconds: Between two requests.
            sleep: Waits some seconds.
            monotonic: Seconds that only rise.
        """
        self._seconds = seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self._next = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Return when the next request may go."""
        with self._lock:
            left = self._next - self._monotonic()
            if left > 0:
                self._sleep(left)
            self._next = self._monotonic() + self._seconds
