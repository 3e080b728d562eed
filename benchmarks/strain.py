"""What a piece of work costs the process it runs in: processor, memory, and stalls of the loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.005
_STATUS, _REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Strain:
    """What it came to.

    Attributes:
        processor: Seconds of all threads of this process.
        clock: Seconds that passed.
        megabytes: The highest memory meanwhile, above that of before.
        stall: The longest time, in seconds, that the event loop came late.
        own: The same, but no longer than this process computed meanwhile: other processes on a full
            machine make a loop late, too.
    """

    processor: float
    clock: float
    megabytes: float
    stall: float
    own: float


async def strain_of(work: Callable[[], Awaitable[object]]) -> Strain:
    """Do a piece of work and return what it cost."""
    before = megabytes("VmRSS")
    _begin_anew()
    watch = _LoopWatch()
    watching = asyncio.ensure_future(watch.run())
    processor, clock = time.process_time(), time.perf_counter()
    try:
        await work()
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    return Strain(
        time.process_time() - processor,
        time.perf_counter() - clock,
        megabytes("VmHWM") - before,
        watch.stall,
        watch.own,
    )


class _LoopWatch:
    """Wakes up all the time and notes how late it does."""

    def __init__(self) -> None:
        self.stall = self.own = 0.0

    async def run(self) -> None:
        while True:
            clock, computed = time.perf_counter(), time.process_time()
            await asyncio.sleep(_EVERY)
            late = time.perf_counter() - clock - _EVERY
            self.stall = max(self.stall, late)
            self.own = max(self.own, min(late, time.process_time() - computed))


def _begin_anew() -> None:
    """Let the kernel's mark of the highest memory begin anew."""
    _REFERENCES.write_text("5")


def megabytes(name: str) -> float:
    """Return megabytes of this process, by the kernel's name for them."""
    lines = _STATUS.read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024
