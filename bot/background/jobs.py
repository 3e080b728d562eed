"""Scheduled work by name: each run is noted, done once for its key, and its failure is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from bot.awaitable_store import AwaitableStore
from bot.background.operators import Operators
from bot.clock import Clock
from bot.meters import Meters
from bot.words.operators import job_failed, job_ran_long
from storage.records.work import JobRun

log = logging.getLogger(__name__)

MOST_FAILURES = 3
"""How often a job that fails is tried for the same key."""
MOST_STARTS = 10
"""The same for one that never came to its end, as when the process is killed over it."""
LONG_SECONDS: Mapping[str, float] = {"retrain": 4 * 3600.0, "refit": 6 * 3600.0}
LONG_OTHERWISE_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class RunKey:
    """Which run of a job it is; as text, what storage knows it by.

    Attributes:
        exchange: Whose night; empty where it concerns all.
        day: The session, or the day that ended; None where it was asked for by hand.
        by_hand: When it was asked for.
    """

    exchange: str = ""
    day: date | None = None
    by_hand: datetime | None = None

    def __str__(self) -> str:
        which = f"by hand {self.by_hand.isoformat()}" if self.by_hand else str(self.day)
        return f"{self.exchange} {which}".strip()


Step = Callable[[RunKey, datetime], Awaitable[str]]
"""Work for a run at an instant; returns one line on what it did, for people and logs only."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What came of a run that was asked for by hand: a line to read, and whether it went well."""

    line: str
    done: bool


class Jobs:
    """Runs steps under their names; a run that was done is not done again."""

    def __init__(
        self,
        steps: Mapping[str, Step],
        store: AwaitableStore,
        clock: Clock,
        operators: Operators,
        meters: Meters | None = None,
    ) -> None:
        self._meters = meters or Meters()
        self._meters.expect_jobs(steps)
        self._steps = dict(steps)
        self._store = store
        self._clock = clock
        self._operators = operators
        self._turns = {name: asyncio.Lock() for name in steps}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all jobs."""
        return tuple(self._steps)

    def leave_out(self, name: str) -> None:
        """Do without a job from here on.

        Raises:
            KeyError: There is no such job.
        """
        del self._steps[name]

    async def run(self, name: str, key: RunKey) -> bool:
        """Run a job for a key unless that was done; one run of a name at a time.

        Returns:
            Whether it is done; False where it failed (the operators are told) or was tried often
            enough.
        """
        async with self._turns[name]:
            known = await self._store.find_job(name, str(key))
            if known is not None and _is_settled(known):
                return known.state == "done"
            await self._store.start_job(name, str(key), self._clock.now(), key.exchange)
            return await self._run(name, key)

    async def now(self, name: str, key: RunKey) -> ByHand:
        """Run a job whatever was done before; return what came of it.

        Raises:
            KeyError: There is no such job.
        """
        async with self._turns[name]:
            await self._store.start_job(name, str(key), self._clock.now(), key.exchange)
            done = await self._run(name, key)
            run = await self._store.find_job(name, str(key))
            return ByHand(f"{name} {key}: {run.state} {run.detail}" if run else "", done)

    async def _run(self, name: str, key: RunKey) -> bool:
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            detail = await self._steps[name](key, self._clock.now())
        except Exception as err:
            log.exception("job-failed name=%s key=%r", name, str(key))
            self._meters.job(name, done=False, seconds=loop.time() - start)
            await self._finish(name, key, ok=False, detail=repr(err)[:500])
            failed = partial(job_failed, name=name, key=str(key), error=err)
            await self._operators.alarm(f"failed {name}", failed)
            return False
        seconds = loop.time() - start
        self._meters.job(name, done=True, seconds=seconds)
        log.info("job-done name=%s key=%r seconds=%.1f %s", name, str(key), seconds, detail)
        await self._finish(name, key, ok=True, detail=detail)
        if seconds > LONG_SECONDS.get(name, LONG_OTHERWISE_SECONDS):
            long = partial(job_ran_long, name=name, seconds=seconds)
            await self._operators.alarm(f"long {name}", long)
        return True

    async def _finish(self, name: str, key: RunKey, *, ok: bool, detail: str) -> None:
        await self._store.finish_job(name, str(key), self._clock.now(), ok=ok, detail=detail)


def _is_settled(run: JobRun) -> bool:
    most = MOST_FAILURES if run.state == "failed" else MOST_STARTS
    return run.state == "done" or run.attempts >= most
