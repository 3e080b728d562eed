"""What one process has taken and not answered, and what it must not take again."""

import asyncio
from collections.abc import Awaitable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from cachetools import LRUCache

from bot.background.schedule_lease import surely_ended
from bot.telegram.answering import Note
from bot.telegram.presses import OpenPress
from storage.records.inbox import Unanswered
from storage.records.work import Holder

LEASE = timedelta(seconds=10)
"""How long a process that says nothing is taken to be at work on what it has taken."""
TRUSTED_SECONDS = LEASE.total_seconds() - 1.0
"""How long the process itself may trust in it."""
_MOST_DONE = 10_000


class Item:
    """What is known of an update in work."""

    __slots__ = ("held_until", "is_late", "is_lost", "note", "press", "row", "taken_at")

    def __init__(
        self,
        note: Note,
        row: Unanswered,
        is_late: bool,
        press: OpenPress | None,
    ) -> None:
        self.note = note
        self.row = row
        self.is_late = is_late
        self.is_lost = False
        self.press = press
        self.taken_at = asyncio.get_running_loop().time()
        self.held_until = self.taken_at + TRUSTED_SECONDS


class InWork:
    """The items by the numbers of their updates."""

    def __init__(self) -> None:
        self._items: dict[int, Item] = {}
        self._being_taken: set[int] = set()
        self._done: LRUCache[int, bool] = LRUCache(_MOST_DONE)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._items)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of all."""
        return frozenset(self._items)

    def get(self, number: int) -> Item | None:
        """Return an item, None where there is none."""
        return self._items.get(number)

    def add(self, number: int, item: Item) -> None:
        """Begin with an item."""
        self._items[number] = item

    def pop(self, number: int) -> Item | None:
        """End an item and return it."""
        self._done[number] = True
        return self._items.pop(number, None)

    def knows(self, number: int) -> bool:
        """Return whether an update is being taken, in work, or was lately."""
        return number in self._items or number in self._being_taken or number in self._done

    @contextmanager
    def taking(self, numbers: Collection[int]) -> Iterator[None]:
        """Let updates count as known while they are written down and handed on."""
        self._being_taken.update(numbers)
        try:
            yield
        finally:
            self._being_taken.difference_update(numbers)

    def renewed(
        self, asked: Collection[int], held: Collection[int], until: float
    ) -> frozenset[int]:
        """Note which items are this process's still; return those that another has taken over.

        Args:
            asked: Those whose lease was renewed; what has come since has its own.
            held: Of these, those that it was renewed for.
            until: The second until which it holds.
        """
        for number in self._items.keys() & asked:
            self._items[number].is_lost |= number not in held
            self._items[number].held_until = until
        return frozenset(n for n in self._items.keys() & asked if self._items[n].is_lost)


def never_begin(work: Awaitable[Any]) -> None:
    """Drop what is not going to be awaited."""
    close = getattr(work, "close", None)
    if close is not None:
        close()


async def has_ended(owner: str) -> bool:
    """Return whether a process is known to have ended."""
    return await asyncio.to_thread(surely_ended, Holder.named(owner))
