"""An event loop whose clock jumps to the next thing that is due: hours pass in no time."""

import asyncio
import selectors
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class _NoWaiting(selectors.SelectSelector):
    """Passes the time it was to wait in place of waiting."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now."""
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everything waits, and nothing is due")
        if not ready and timeout:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop without waiting. It must not wait for sockets or threads: nothing would ever come."""

    def __init__(self) -> None:
        self._without_waiting = _NoWaiting()
        super().__init__(self._without_waiting)

    def time(self) -> float:
        """Return the seconds that have passed in this loop."""
        return self._without_waiting.passed


def run(work: Awaitable[T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_await(work))


async def _await(work: Awaitable[T]) -> T:
    return await work
