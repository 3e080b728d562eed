"""The one door from the event loop to work that blocks: threads for waiting, one for computing."""

import asyncio
import ctypes
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


_ARENAS, _MAPPED_FROM = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of glibc's malloc.h


def spare_memory() -> None:
    """Let threads share two heaps, and give large pieces back to the system as soon as freed.

    Without it pictures and histories leave 20 MB of holes. Does nothing where the C library is not
    glibc. Call it before the first thread starts.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_ARENAS, 2)
        library.mallopt(_MAPPED_FROM, 128 * 1024)


_TURN_SECONDS = 0.001


class Worker:
    """Runs blocking calls off the event loop.

    Waiting (network, SQL) gets many threads. Computing (model, drawing) gets one: two of them would
    only fight for the interpreter lock and make each other, and the event loop, later. Those that
    wait compute a little, too: each gives way after a millisecond, or eight would keep the loop for
    forty.
    """

    def __init__(self, waiting_threads: int = 12) -> None:
        sys.setswitchinterval(_TURN_SECONDS)
        self._waiting = ThreadPoolExecutor(waiting_threads, thread_name_prefix="wait")
        self._computing = ThreadPoolExecutor(1, thread_name_prefix="compute")

    async def wait(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that mostly waits, and return its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._waiting, partial(call, *args, **kwargs))

    async def compute(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that mostly computes, and return its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._computing, partial(call, *args, **kwargs))

    def close(self) -> None:
        """Let running calls end and take no new ones."""
        self._waiting.shutdown(wait=False, cancel_futures=True)
        self._computing.shutdown(wait=False, cancel_futures=True)


class SingleFlight:
    """Joins simultaneous questions with one key into one piece of work."""

    def __init__(self) -> None:
        self._flights: dict[Any, asyncio.Task[Any]] = {}

    async def run(self, key: object, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of `work`, started only if no work with `key` is under way.

        A caller that is cancelled leaves the work running for the others.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.ensure_future(_call(work))
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        result: T = await asyncio.shield(flight)
        return result


async def _call(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
