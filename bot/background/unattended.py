"""What the bot does unasked, as the schedule, the operators and a replay call for it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.awaitable_store import AwaitableStore
from bot.background.digest.price_alarm import WatchedDigests
from bot.background.jobs import ByHand, Jobs, RunKey
from bot.background.league import WeeklyLeague
from bot.background.nightly.nights import REFIT, Nights
from bot.background.nightly.training_step import TrainingStep
from bot.background.operators import Operators
from bot.background.outbox.delivery import Delivered, OutboxDelivery
from bot.background.recap.recaps import RecapDesk
from bot.background.replay import Replay
from bot.background.schedule_lease import RENEW_SECONDS, ScheduleLease
from bot.background.slots import KnownSlots
from bot.clock import Clock, SystemClock
from bot.heartbeat import Signs
from bot.words.operators import Status
from storage.errors import StorageError
from storage.store import Store

log = logging.getLogger(__name__)

SENDING = ("digest", "recap")
"""The jobs that send something, so that they need Telegram."""


@dataclass(slots=True)
class Unattended:
    """The unattended work of one process; `replay` is None in real time.

    Attributes:
        model: Returns the version of the model of all tickers, for the operators.
        sources: Where prices come from, for the operators.
        on_interrupted: Called when the database ended a delivery, for it to be begun again soon.
        training: The step that trains, for whoever shows how far it is.
    """

    store: AwaitableStore
    clock: Clock
    operators: Operators
    jobs: Jobs
    nights: Nights
    digests: WatchedDigests
    recaps: RecapDesk
    league: WeeklyLeague
    delivery: OutboxDelivery
    lease: ScheduleLease
    replay: Replay | None
    model: Callable[[], str]
    sources: tuple[str, ...]
    training: TrainingStep
    signs: Signs = field(default_factory=Signs)
    on_interrupted: Callable[[], None] | None = None
    _delivering: asyncio.Task[Delivered] | None = field(default=None, init=False)
    _known_slots: KnownSlots = field(default_factory=KnownSlots, init=False)

    async def tick(self) -> Delivered:
        """Enqueue digests and recaps that are due, deliver all that is; return when it is done."""
        await self._enqueue_due()
        return await self.delivery.deliver_due()

    async def _enqueue_due(self) -> None:
        now = self.clock.now()
        work = await self.store.due_work(now)
        slots = self._known_slots
        if not slots.hold(now, work.slots):
            slots = self._known_slots = KnownSlots(await self.store.digest_slots(), now)
        await self.digests.enqueue_due(slots.slots)
        await self.league.tick(work)
        await self.recaps.enqueue_due(slots.slots)

    async def begin_tick(self) -> None:
        """Do the same, but leave the delivering, which may take minutes, to itself.

        Raises:
            Exception: Whatever ended the delivering that an earlier tick began.
        """
        self.signs.ticks(SystemClock().now())
        if self.replay is None:
            await self._enqueue_due()
        ended = self._delivering
        if ended is not None and not ended.done():
            return
        self._delivering = asyncio.ensure_future(self.delivery.deliver_due())
        self._delivering.add_done_callback(self._on_delivered)
        # What ended an earlier one is told after the next has begun: no tick is spent on it.
        if ended is not None and not isinstance(ended.exception(), StorageError):
            ended.result()

    def _on_delivered(self, delivering: "asyncio.Task[Delivered]") -> None:
        if delivering.cancelled():
            return
        error = delivering.exception()
        if isinstance(error, StorageError):
            log.warning("delivery-waits-for-database reason=%r", str(error))
            if self.on_interrupted is not None:
                self.on_interrupted()

    async def renew_lease(self) -> bool:
        """Keep the schedule; take over what its former holder left. Return whether newly taken."""
        try:
            previous = await self.store.worker.wait(self.lease.renew)
        finally:
            # That it was asked for is a sign of life, whatever the database said.
            self.signs.asked_for_schedule(SystemClock().now(), held=self.lease.held)
        if previous:
            await self.delivery.take_over(previous)
        return previous is not None

    async def stop(self) -> None:
        """Finish the messages under way, begin no others, and let another process take over."""
        await self.delivery.stop()
        if self.replay is not None:
            await self.replay.stop()
        if self._delivering is not None:
            await asyncio.wait([self._delivering])
        await self.store.worker.wait(self.lease.give_up)

    async def run_job(self, name: str) -> tuple[ByHand, ...]:
        """Run one job now, whether or not it ran before; return what came of it, by exchange.

        Raises:
            KeyError: There is no such job.
        """
        if name in SENDING:
            return (ByHand(await self._sent_by_hand(name), done=True),)
        now = self.clock.now()
        if name == REFIT:
            return (await self.jobs.now(name, RunKey(by_hand=now)),)
        exchanges = await self.nights.exchanges()
        return tuple([await self.jobs.now(name, RunKey(one, by_hand=now)) for one in exchanges])

    async def _sent_by_hand(self, name: str) -> str:
        recap = name == "recap"
        added = await (self.recaps.enqueue_newest() if recap else self.digests.enqueue_due())
        await self.store.worker.wait(self.lease.renew)
        if not self.lease.held:
            return f"enqueued={added}; the running bot delivers them"
        keeping = asyncio.ensure_future(self._keep_lease())
        try:
            return f"enqueued={added} {await self.delivery.deliver_due()}"
        finally:
            keeping.cancel()

    async def _keep_lease(self) -> None:
        """Renew the lease for as long as a delivery by hand takes."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self.store.worker.wait(self.lease.renew)

    async def status(self) -> Status:
        """Return the state of things."""
        return await self.store.run(self._status, self.clock.now())

    def _status(self, store: Store, now: datetime) -> Status:
        tickers, places = store.count_watched()
        runs = store.job_runs(self.jobs.names, limit=10)
        # One's own lease that ran out, as on a full disk, is nobody's.
        known = self.lease.known_holder
        others = known if known != self.lease.holder else None
        return Status(
            now=now,
            on_duty=self.lease.held,
            holder=str(others or ""),
            replay=self.replay is not None,
            model=self.model(),
            sources=self.sources,
            tickers=tickers,
            places=places,
            backlog=store.backlog(now),
            runs=tuple(reversed(runs)),
        )
