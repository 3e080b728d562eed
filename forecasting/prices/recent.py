"""The histories that were asked for last, kept in memory up to a budget of bars."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")
BUDGET_BARS = 200_000
"""About 11 MB: 40 long histories or 150 of five years."""


class Recent(Generic[Value]):
    """A thread-safe mapping that forgets what was not used for longest."""

    def __init__(self, size_of: Callable[[Value], int], budget: int = BUDGET_BARS) -> None:
        """Keep values whose sizes together stay within `budget`, the newest one in any case.

        Args:
            size_of: Bars that a value holds.
            budget: Bars in all.
        """
        # What is larger than the budget counts as all of it: it is kept, and alone.
        self._values: LRUCache[str, Value] = LRUCache(
            budget, getsizeof=lambda value: min(budget, size_of(value))
        )
        self._lock = Lock()

    def get(self, key: str) -> Value | None:
        """Return a value and count it as used, or None."""
        with self._lock:
            return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        """Keep a value, and forget the oldest ones beyond the budget."""
        with self._lock:
            self._values[key] = value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
