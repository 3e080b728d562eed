"""Ends what is kept no longer, at the day's end: little at a time, so that nobody waits for it."""

import asyncio
from datetime import datetime

from bot.awaitable_store import AwaitableStore
from bot.background.jobs import RunKey
from storage.pruning import NAMES

MOST_SECONDS = 600.0
"""After a large upgrade there may be hours of work: the next nights go on with it."""
_PAUSE_SECONDS = 0.02


class Pruning:
    """The step of the day's end that archives old forecasts and deletes old rows."""

    def __init__(self, store: AwaitableStore, most_seconds: float = MOST_SECONDS) -> None:
        self._store = store
        self._most_seconds = most_seconds

    async def prune(self, _key: RunKey, now: datetime) -> str:
        """Archive and delete until nothing is left or the time is over; say how many rows."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._most_seconds
        ended: dict[str, int] = {}
        for name in NAMES:
            while loop.time() < until and (some := await self._store.prune(name, now)):
                ended[name] = ended.get(name, 0) + some
                await asyncio.sleep(_PAUSE_SECONDS)
        counts = " ".join(f"{name.replace(' ', '-')}={count}" for name, count in ended.items())
        return counts or "nothing is old"
