"""An event loop whose time passes only when nothing is left to do: waiting costs no real second."""

import asyncio
import selectors
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class _Leap(selectors.BaseSelector):
    """Looks for events without waiting, and notes how long it should have waited."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready; time leaps by `timeout` where nothing is."""
        ready = self._real.select(0)
        if not ready and timeout:
            self.passed += timeout
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Do what the real one does."""
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Do what the real one does."""
        return self._real.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Do what the real one does."""
        return self._real.get_map()

    def close(self) -> None:
        """Do what the real one does."""
        self._real.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """For code that only waits on the loop's own clock: no threads, no network."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._leap.passed


class VirtualTime(asyncio.DefaultEventLoopPolicy):
    """Gives each test such a loop; return it from a fixture named `event_loop_policy`."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Return a loop whose clock begins at nought."""
        return VirtualLoop()


def run(work: Awaitable[T]) -> T:
    """Run to the end in such a loop, where a test is no coroutine itself."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_await(work))


async def _await(work: Awaitable[T]) -> T:
    return await work
