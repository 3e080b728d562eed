"""The one door from the event loop to work that blocks: threads for waiting, one for computing."""

import asyncio
import ctypes
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from heapq import heappop, heappush
from itertools import count
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
_FEW_JOBS = 2
_Job = tuple[int, int, "Future[Any]", Callable[[], Any]]
"""A rank and a number, by which it comes before others; where its result goes; what to do."""


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
        self._jobs: list[_Job] = []
        self._numbers = count()
        self._hoping: list[asyncio.Future[None]] = []
        self._unfinished = 0

    async def wait(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that mostly waits, and return its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._waiting, partial(call, *args, **kwargs))

    async def compute(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call that mostly computes, and return its result."""
        result: T = await self._computed(1, partial(call, *args, **kwargs))
        return result

    async def finish(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Compute the last that an answer needs: before all that `compute` has to do."""
        result: T = await self._computed(0, partial(call, *args, **kwargs))
        return result

    async def spare(self) -> None:
        """Wait until hardly anything is left to be computed."""
        while self._unfinished >= _FEW_JOBS:
            hope: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._hoping.append(hope)
            await hope

    def close(self) -> None:
        """Let running calls end and take no new ones."""
        self._waiting.shutdown(wait=False, cancel_futures=True)
        self._computing.shutdown(wait=False, cancel_futures=True)

    async def _computed(self, rank: int, call: Callable[[], Any]) -> Any:
        done: Future[Any] = Future()
        heappush(self._jobs, (rank, next(self._numbers), done, call))
        self._computing.submit(self._run_next)
        self._unfinished += 1
        try:
            return await asyncio.wrap_future(done)
        finally:
            self._unfinished -= 1
            hoping, self._hoping = self._hoping, []
            for hope in hoping:
                if not hope.done():
                    hope.set_result(None)

    def _run_next(self) -> None:
        """Run the job that comes first now: as many are asked for as there are jobs."""
        _, _, done, call = heappop(self._jobs)
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(call())
        except BaseException as err:  # noqa: BLE001 - whoever waits for it raises it
            done.set_exception(err)


class FewAtOnce:
    """Lets few begin at a time, so that the first are done before the last have begun.

    What computes shares one interpreter: begun together, all would end together, late. Who takes
    longer than that can mean mostly waits, for the network, and gives its place to the next.
    """

    def __init__(self, worker: Worker, places: int, seconds: float) -> None:
        """Let `places` begin at a time, for so many seconds at most, while `worker` has time."""
        self._worker = worker
        self._free = asyncio.Semaphore(places)
        self._seconds = seconds

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place for the block, or the first part of it."""
        await self._free.acquire()
        held = [True]

        def leave() -> None:
            if held:
                held.clear()
                self._free.release()

        try:
            await self._worker.spare()
            asyncio.get_running_loop().call_later(self._seconds, leave)
            yield
        finally:
            leave()


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
