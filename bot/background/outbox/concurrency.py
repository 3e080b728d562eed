"""How many messages may be on their way at once: one, unless the way is too long for the pace."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from statistics import median

_LONGEST_WAY = 0.27
"""Seconds that a request may take with the pace still kept."""
_MOST_LANES = 64
"""More than one processor can keep busy."""
_WINDOW, _ENOUGH = 30, 5
_STUCK_SECONDS = 3.0


class ConcurrencyLimit:
    """Lets `width` sendings run side by side, and sets `width` by how long they take.

    One at a time keeps a pace of n a second while a message takes less than 1/n; when the median
    takes longer, as many lanes open as the pace needs (Little's law), at most `most`. What could
    not be found again after a crash goes alone: of such messages one is on its way at a time. A
    message that waits for its answer unusually long leaves its place to the next.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._used = self._alone = 0
        self._costs: deque[float] = deque(maxlen=_WINDOW)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.width = 1
        self.most = min(_MOST_LANES, ceil(_LONGEST_WAY * per_second))

    def note(self, seconds: float) -> None:
        """Take into account what a sending cost, the waiting for its turn left out.

        Args:
            seconds: From the request's start to its answer, with what is written before and after.
        """
        self._costs.append(seconds)
        if len(self._costs) >= _ENOUGH:
            needed = ceil(median(self._costs) * self._per_second)
            self.width = min(self.most, max(1, needed))

    @asynccontextmanager
    async def lane(self, *, alone: bool = False) -> AsyncIterator[None]:
        """Hold a lane while a message is on its way.

        Args:
            alone: Whether no other message of this kind may be on its way.
        """
        loop = asyncio.get_running_loop()
        while self._used >= self.width or (alone and self._alone):
            free: asyncio.Future[None] = loop.create_future()
            self._waiting.append(free)
            await free
        self._used += 1
        self._alone += alone
        held = [alone]
        stuck = loop.call_later(_STUCK_SECONDS, self._leave, held)
        try:
            yield
        finally:
            stuck.cancel()
            self._leave(held)

    def _leave(self, held: list[bool]) -> None:
        if not held:
            return
        self._used -= 1
        self._alone -= held.pop()
        # All wake and look again: there are few, and the width may have changed meanwhile.
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
