"""Fetching updates by long polling: one poller at a time, the newer one wins."""

import asyncio
from collections.abc import Mapping
from typing import Any

from localchat.bot_api import bot_api_json
from localchat.errors import bad_request, conflict
from localchat.state.updates import UpdateQueue

_MAX_LIMIT = 100
_MAX_SECONDS = 50


class Polling:
    """The state of `getUpdates`."""

    def __init__(self, updates: UpdateQueue) -> None:
        self._updates = updates
        self._turn = 0
        self._overtaken = asyncio.Event()
        self.is_waiting = False

    def interrupt(self) -> None:
        """Send a waiting poller away."""
        self._turn += 1
        self._overtaken.set()
        self._overtaken = asyncio.Event()

    async def get_updates(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return waiting updates, or wait for the first one.

        Args:
            params: Checked parameters of `getUpdates`.

        Raises:
            ApiError: 409, another poller took over meanwhile.
        """
        limit, seconds = params.get("limit", _MAX_LIMIT), params.get("timeout", 0)
        if not 1 <= limit <= _MAX_LIMIT or seconds < 0:
            raise bad_request("limit is 1 to 100 and timeout is not negative")
        self._updates.allow(params.get("allowed_updates"))
        self.interrupt()
        turn, overtaken = self._turn, self._overtaken
        waiting = self._updates.pending(params.get("offset", 0), limit)
        if not waiting and seconds:
            self.is_waiting = True
            await _first(self._updates.arrived, overtaken, min(seconds, _MAX_SECONDS))
            if turn != self._turn:
                raise conflict(
                    "terminated by other getUpdates request; make sure that only one bot "
                    "instance is running"
                )
            self.is_waiting = False
            waiting = self._updates.pending(params.get("offset", 0), limit)
        return [bot_api_json.update(update) for update in waiting]


async def _first(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    tasks = [asyncio.create_task(event.wait()) for event in (one, other)]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
