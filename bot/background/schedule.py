"""When the unattended work runs: the one home of APScheduler.

Its own store of jobs is in memory: what is due is always found in the database, and what a
downtime left undone is caught up from there when the schedule begins.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.background.clock_watch import watch_clock
from bot.background.nightly.nights import REFIT, next_night
from bot.background.schedule_lease import RENEW_SECONDS
from bot.background.unattended import Unattended
from bot.clock import SystemClock
from bot.lasting_trouble import LastingTrouble
from bot.words.operators import job_failed, job_missed
from forecasting.errors import CalendarError
from storage.errors import StorageError

log = logging.getLogger(__name__)

GRACE = timedelta(hours=6)
"""How late a job may still run when the process was busy or the machine asleep."""
_AGAIN_SECONDS = 5
_CLOSE = "close "
_OFTEN = ("lease", "tick", "exchanges")
_LOOK_FOR_EXCHANGES = 10
"""Minutes; a new exchange's next close is further off, or is caught up."""


class CloseTrigger(BaseTrigger):  # type: ignore[misc] # the library has no types
    """Fires after each close of an exchange, half days and holidays as its calendar has them."""

    def __init__(self, exchange: str) -> None:
        self.exchange = exchange

    def get_next_fire_time(
        self, _previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """Return the next night of the exchange after `now`, None where its calendar ends."""
        try:
            return next_night(self.exchange, now.astimezone(UTC))
        except CalendarError:
            return None


class Schedule:
    """Runs the unattended work by the clock while this process holds the lease."""

    def __init__(self, work: Unattended, *, refits: bool = False) -> None:
        """Begin nothing yet.

        Args:
            work: What is run.
            refits: Whether the base is fitted anew once a month.
        """
        self._work = work
        work.on_interrupted = self._tick_soon
        self._refits = refits
        self._watching: asyncio.Future[None] | None = None
        self._waiting: dict[str, LastingTrouble] = {}
        self._telling: set[asyncio.Future[Any]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={
                "misfire_grace_time": int(GRACE.total_seconds()),
                "coalesce": True,
                "max_instances": 1,
            },
        )
        self._scheduler.add_listener(
            self._on_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        )

    async def start(self) -> None:
        """Begin; what is due already is done in a moment."""
        self._add("lease", self._keep_lease, IntervalTrigger(seconds=RENEW_SECONDS))
        self._add("tick", self._while_holding(self.tick), CronTrigger(second=0, timezone=UTC))
        if self._work.replay is None:
            nights = self._work.nights
            self._add(
                "day-end",
                self._while_holding(nights.end_day),
                CronTrigger(hour=0, minute=5, timezone=UTC),
            )
            self._add(
                "exchanges",
                self._while_holding(self.exchanges),
                IntervalTrigger(minutes=_LOOK_FOR_EXCHANGES),
            )
            if self._refits:
                # Each night asks; only the first of a month that succeeds has anything to do.
                at_night = CronTrigger(hour=1, minute=30, timezone=UTC)
                self._add(REFIT, self._while_holding(nights.refit_month), at_night)
            self._add("catch-up", self._while_holding(nights.catch_up), IntervalTrigger(minutes=15))
        self._scheduler.start()
        self._watching = asyncio.ensure_future(watch_clock(SystemClock(), self.follow_clock))
        self.once("lease", self._keep_lease)

    def follow_clock(self) -> None:
        """Reckon all times anew after the machine's clock was moved.

        The library keeps instants: with the clock an hour back nothing would run for an hour.
        """
        for job in self._scheduler.get_jobs():
            trigger = job.trigger
            if isinstance(trigger, IntervalTrigger):
                trigger = IntervalTrigger(seconds=trigger.interval.total_seconds())
            elif isinstance(trigger, DateTrigger):
                trigger = DateTrigger(SystemClock().now())
            self._scheduler.reschedule_job(job.id, trigger=trigger)

    async def stop(self) -> None:
        """End; messages under way are finished first."""
        if self._watching is not None:
            self._watching.cancel()
        if self._scheduler.running:
            self._scheduler.pause()
        await self._work.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    @property
    def jobs(self) -> tuple[str, ...]:
        """The names of the jobs that wait for their time."""
        return tuple(job.id for job in self._scheduler.get_jobs())

    def once(
        self, name: str, run: Callable[[], Awaitable[Any]], at: datetime | None = None
    ) -> None:
        """Run something one time.

        Args:
            name: Under which the operators hear of its failure.
            run: What is to be done.
            at: When, aware; at once if not given. Too long ago counts as missed.
        """
        self._scheduler.add_job(
            run, "date", run_date=at, id=f"{name} at once", name=name, replace_existing=True
        )

    async def _keep_lease(self) -> None:
        """Renew; who takes over does at once what is due, not at the next full minute.

        Who waits for another's lease to end asks at that instant, not at the next renewal.
        """
        if await self._renew_lease():
            await self._on_taken()
        elif (end := self._work.lease.others_end) is not None:
            self.once("lease", self._keep_lease, end)

    async def _renew_lease(self) -> bool:
        try:
            taken = await self._work.renew_lease()
        except StorageError as err:
            await self._note_storage("lease", err)
            return False
        self._waits("lease").over()
        return taken

    def _waits(self, name: str) -> LastingTrouble:
        named = f"schedule-waits-for-database job={name}"
        return self._waiting.setdefault(name, LastingTrouble(log, named))

    async def _note_storage(self, name: str, error: StorageError) -> None:
        """Write one line: what is due stays due, and is found again when the database is back."""
        self._waits(name).met(error)
        await self._work.store.fails(error)

    async def _on_taken(self) -> None:
        self.once("tick", self._while_holding(self.tick))
        if self._work.replay is None:
            self.once("exchanges", self._while_holding(self.exchanges))
            self.once("catch-up", self._while_holding(self._work.nights.catch_up))

    async def tick(self) -> None:
        """Begin a tick; one that the database does not let begin is tried again in 5 s."""
        try:
            await self._work.begin_tick()
        except StorageError as err:
            await self._note_storage("tick", err)
            self._tick_soon()
        else:
            self._waits("tick").over()

    def _tick_soon(self) -> None:
        """Try again in some seconds what the database did not let be done, not in a minute."""
        soon = SystemClock().now() + timedelta(seconds=_AGAIN_SECONDS)
        self.once("tick", self._while_holding(self.tick), soon)

    async def exchanges(self) -> None:
        """Follow each exchange that watched tickers trade on, and no other."""
        wanted = {f"{_CLOSE}{name}" for name in await self._work.nights.exchanges()}
        known = {name for name in self.jobs if name.startswith(_CLOSE)}
        for name in wanted - known:
            exchange = name.removeprefix(_CLOSE)
            night = partial(self._work.nights.after_close, exchange)
            self._add(name, self._while_holding(night), CloseTrigger(exchange))
        for name in known - wanted:
            self._scheduler.remove_job(name)

    def _add(self, name: str, run: Callable[[], Awaitable[Any]], trigger: BaseTrigger) -> None:
        self._scheduler.add_job(run, trigger, id=name, name=name, replace_existing=True)

    def _while_holding(self, run: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
        name = getattr(run, "__name__", "night")

        async def holds_lease() -> None:
            try:
                if self._work.lease.held:
                    await run()
                    self._waits(name).over()
            except StorageError as err:
                await self._note_storage(name, err)
            except asyncio.CancelledError:
                # Only the scheduler's end cancels, and it would log this as a failure.
                log.info("interrupted: the next process begins it again")

        return holds_lease

    def _on_trouble(self, event: JobExecutionEvent) -> None:
        name = event.job_id.removesuffix(" at once")
        alarm = f"schedule {name}"
        if isinstance(getattr(event, "exception", None), asyncio.CancelledError):
            return  # the process ends; what was cut off is begun again by the next
        if event.code == EVENT_JOB_ERROR:
            log.error("schedule-failed job=%s", name, exc_info=event.exception)
            text = partial(job_failed, name=name, key="-", error=event.exception)
        elif name in _OFTEN:
            # The next one is due in a moment and does what this one did not.
            self._waits(name).met("the one before has not ended")
            return
        else:
            moment = getattr(event, "scheduled_run_time", None) or event.scheduled_run_times[0]
            log.error("schedule-missed job=%s due=%s", name, moment)
            text = partial(job_missed, name=name, moment=moment)
            if name.startswith(_CLOSE):
                # So the catch-up calls it, too: of the two one alarm is sent.
                alarm = name.replace(_CLOSE, "missed ")
        telling = asyncio.ensure_future(self._work.operators.alarm(alarm, text))
        self._telling.add(telling)
        telling.add_done_callback(self._told)

    def _told(self, telling: "asyncio.Future[None]") -> None:
        self._telling.discard(telling)
        if not telling.cancelled() and (err := telling.exception()) is not None:
            log.error("alarm-lost", exc_info=err)
