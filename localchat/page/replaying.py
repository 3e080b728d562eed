"""The page's buttons that move time or start over: one at a time, seen by every open page."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from localchat.page import page_json
from localchat.page.event_stream import EventLog
from localchat.page.hooks import PageOptions
from localchat.state.scene import set_scene
from localchat.state.world_state import World

_LOG = logging.getLogger(__name__)
_TOLD_EVERY_SECONDS = 1.0


class Replaying:
    """Runs the hooks, and tells the pages that it does."""

    def __init__(self, world: World, options: PageOptions, events: EventLog) -> None:
        self._world = world
        self._hooks, self._topic = options.hooks, options.topic
        self._events = events
        self._task: asyncio.Task[None] | None = None
        self._failed = False
        self._began = 0.0

    @property
    def is_busy(self) -> bool:
        """That a step or a reset is under way."""
        return self._task is not None

    def status(self) -> dict[str, Any]:
        """Return what the banner shows."""
        seconds = int(asyncio.get_running_loop().time() - self._began) if self.is_busy else None
        return page_json.status(self._hooks.status(), seconds=seconds, failed=self._failed)

    def step(self, sessions: int) -> None:
        """Begin to live through so many sessions; nothing happens while another act runs."""
        self._begin("step", lambda: self._hooks.step(sessions))

    def train(self) -> None:
        """Begin to train; nothing happens while another act runs, or where nothing trains."""
        if self._hooks.train is not None:
            self._begin("train", self._hooks.train)

    def reset(self) -> None:
        """Begin to start over; nothing happens while another act runs."""
        self._begin("reset", self._start_over)

    async def stop(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _start_over(self) -> None:
        await self._hooks.reset()
        self._world.clear()
        set_scene(self._world, self._topic)
        self._events.add("reload", None)

    def _begin(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        if self._task is not None:
            return

        async def run() -> None:
            telling = asyncio.create_task(self._tell())
            try:
                await act()
            finally:
                telling.cancel()

        self._began = asyncio.get_running_loop().time()
        self._task = asyncio.create_task(run())
        self._task.add_done_callback(lambda task: self._end(name, task))
        self._events.add("status", self.status())

    async def _tell(self) -> None:
        """Show every second what is under way, for as long as it is."""
        while True:
            await asyncio.sleep(_TOLD_EVERY_SECONDS)
            self._events.add("status", self.status())

    def _end(self, name: str, task: asyncio.Task[None]) -> None:
        self._task = None
        error = None if task.cancelled() else task.exception()
        self._failed = error is not None
        if error is not None:
            _LOG.error("localchat-%s-failed", name, exc_info=error)
        self._events.add("status", self.status())
