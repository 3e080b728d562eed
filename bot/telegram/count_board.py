"""Keeps the number under a question true by editing its message, never oftener than every 3 s.

A press schedules one edit, and presses that come before it leaves change nothing: the edit counts
when it leaves. So a hundred calls a minute are at most nineteen edits, within Telegram's limit.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from cachetools import LRUCache

log = logging.getLogger(__name__)

EVERY_SECONDS = 3.2
_MOST_REMEMBERED = 1024


class CountBoard:
    """Runs the edits of many questions."""

    def __init__(self, every_seconds: float = EVERY_SECONDS) -> None:
        self._every = every_seconds
        self._last: LRUCache[int, float] = LRUCache(_MOST_REMEMBERED)
        self._waiting: dict[int, asyncio.Task[None]] = {}

    def touch(self, round_id: int, edit: Callable[[], Awaitable[None]]) -> None:
        """Let the message of a question be edited soon, unless that is on its way already."""
        if round_id not in self._waiting:
            task = asyncio.get_running_loop().create_task(self._edit(round_id, edit))
            self._waiting[round_id] = task

    async def _edit(self, round_id: int, edit: Callable[[], Awaitable[None]]) -> None:
        now = asyncio.get_running_loop().time()
        try:
            await asyncio.sleep(self._last.get(round_id, now - self._every) + self._every - now)
        finally:
            # A press from now on is not in the number that is about to leave.
            del self._waiting[round_id]
        self._last[round_id] = asyncio.get_running_loop().time()
        try:
            await edit()
        except Exception as err:  # noqa: BLE001 - the next press tries again
            log.warning("count-not-shown round=%s reason=%r", round_id, str(err))
