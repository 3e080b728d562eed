"""The histories that were asked for last, kept in memory up to a budget of bars."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

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
        self._size_of = size_of
        self._budget = budget
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = Lock()
        self._total = 0

    def get(self, key: str) -> Value | None:
        """Return a value and count it as used, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        """Keep a value, and forget the oldest ones beyond the budget."""
        with self._lock:
            self._remove(key)
            self._values[key] = value
            self._total += self._size_of(value)
            while self._total > self._budget and len(self._values) > 1:
                self._remove(next(iter(self._values)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._total = 0

    def _remove(self, key: str) -> None:
        if key in self._values:
            self._total -= self._size_of(self._values.pop(key))
