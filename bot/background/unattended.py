"""Everything the bot does unasked, put together: outbox, digests, nights, replay, duty."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.answers.models import ModelShelf
from bot.background.digest.digests import DigestDesk
from bot.background.digest.news import NewsDesk
from bot.background.jobs import Jobs, Step
from bot.background.nightly.night_steps import NightSteps
from bot.background.nightly.nights import DAY_END, Nights, weekly
from bot.background.operators import Operators
from bot.background.outbox.delivery import LOST_CHATS, Delivered, OutboxDelivery, at_next_run
from bot.background.outbox.post_pictures import Gallery
from bot.background.replay import Replay
from bot.background.schedule_lease import Duty, process_name
from bot.clock import Clock, ReplayClock, SystemClock
from bot.telegram.commands.context import Services
from bot.telegram.post_sender import Poster
from bot.telegram.rate_limiter import PacedLimiter
from bot.words.chart_words import chart_texts
from bot.words.operators import Status
from forecasting.prices.source import PriceSource

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What unattended work is made of; `replay` is None in real time."""

    services: Services
    operators: Operators
    jobs: Jobs
    nights: Nights
    digests: DigestDesk
    delivery: OutboxDelivery
    duty: Duty
    shelf: ModelShelf
    replay: Replay | None


class Unattended:
    """The unattended work of one process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.operators = parts.operators
        self.nights = parts.nights
        self.duty = parts.duty
        self.replay = parts.replay
        self._delivering: asyncio.Task[Delivered] | None = None

    async def tick(self) -> Delivered:
        """Enqueue the digests that are due and deliver all that is; return when it is done."""
        await self.enqueue_due()
        return await self._parts.delivery.deliver_due()

    async def enqueue_due(self) -> int:
        """Put the digests that are due into the outbox; return how many were new."""
        return await self._parts.digests.enqueue_due()

    async def begin_tick(self) -> None:
        """Do the same, but leave the delivering, which may take minutes, to itself.

        Raises:
            Exception: Whatever ended the delivering that an earlier tick began.
        """
        if self._parts.replay is None:
            await self.enqueue_due()
        if self._delivering is not None and self._delivering.done():
            ended, self._delivering = self._delivering, None
            ended.result()
        if self._delivering is None:
            self._delivering = asyncio.ensure_future(self._parts.delivery.deliver_due())

    async def renew_duty(self) -> bool:
        """Keep the schedule; take over what its former holder left. Return whether newly taken."""
        worker = self._parts.services.worker
        previous = await worker.wait(self.duty.renew)
        if previous:
            await self._parts.delivery.take_over(previous)
        return previous is not None

    async def stop(self) -> None:
        """Finish the messages under way, begin no others, and let another process take over."""
        await self._parts.delivery.stop()
        if self._delivering is not None:
            await asyncio.wait([self._delivering])
        await self._parts.services.worker.wait(self.duty.give_up)

    async def run_job(self, name: str) -> str:
        """Run one job now, whether or not it ran before; return what it did.

        Raises:
            KeyError: There is no such job.
        """
        services = self._parts.services
        now = services.clock.now()
        if name == "digest":
            added = await self._parts.digests.enqueue_due()
            if not await services.worker.wait(self._may_deliver):
                return f"enqueued={added}; the running bot delivers them"
            return f"enqueued={added} {await self._parts.delivery.deliver_due()}"
        keys = [f"{x} by hand {now.isoformat()}" for x in await self.nights.exchanges()]
        done = [await self._parts.jobs.now(name, key) for key in keys]
        return "\n".join(done)

    def leave_out(self, name: str) -> None:
        """Do without a job: a replay that is to be quick does not train.

        Raises:
            KeyError: There is no such job.
        """
        self._parts.jobs.leave_out(name)

    async def status(self) -> Status:
        """Return the state of things."""
        services = self._parts.services
        return await services.worker.wait(self._status, services.clock.now())

    def _may_deliver(self) -> bool:
        self.duty.renew()
        return self.duty.held

    def _status(self, now: datetime) -> Status:
        store = self._parts.services.store
        names = self._parts.jobs.names
        runs = [run for run in store.job_runs(limit=200) if run.name in names]
        return Status(
            now=now,
            on_duty=self.duty.held,
            holder=self.duty.known_holder,
            replay=self.replay is not None,
            model=self._parts.shelf.base.version,
            sources=self._parts.services.settings.sources,
            tickers=len(store.watched_tickers()),
            places=len(store.subscribers()),
            backlog=store.backlog(now),
            runs=tuple(reversed(runs[:10])),
        )


def build_unattended(
    services: Services,
    limiter: PacedLimiter,
    source: PriceSource,
    shelf: ModelShelf,
    bot_id: Callable[[], int],
    steps: dict[str, Step] | None = None,
    *,
    summaries: bool = True,
) -> Unattended:
    """Put the unattended work together.

    Args:
        services: The parts that commands are made of.
        limiter: The pace of the Telegram client in `services.sender`.
        source: Prices.
        shelf: Models.
        bot_id: Telegram's number of this bot.
        steps: Further steps of a night by name: `replies`, `retrain`.
        summaries: Whether the operators are told how each night went.
    """
    store, worker, clock = services.store, services.worker, services.clock
    operators = Operators(services.settings.admin_ids, store, worker, clock, summaries=summaries)
    night = NightSteps(
        store, source, services.forecasts, worker, operators, services.words, LOST_CHATS
    )
    words = services.words("en")
    jobs = Jobs(_steps(night, steps or {}, clock), store, worker, clock, operators, words)
    nights = Nights(jobs, store, worker, clock, operators, words)
    news = NewsDesk(services.forecasts, store, worker, clock)
    digests = DigestDesk(store, news, worker, clock, services.words)
    duty = Duty(store, process_name(), SystemClock())
    delivery = _delivery(services, limiter, duty.holder, bot_id)

    async def tick() -> None:
        await digests.enqueue_due()
        await delivery.deliver_due()

    replay = None
    if isinstance(clock, ReplayClock):
        replay = Replay(clock, store, nights, worker, tick, digests.retry_at)
    return Unattended(
        Parts(services, operators, jobs, nights, digests, delivery, duty, shelf, replay)
    )


def _delivery(
    services: Services, limiter: PacedLimiter, owner: str, bot_id: Callable[[], int]
) -> OutboxDelivery:
    texts = chart_texts(services.words("en"))
    gallery = Gallery(services.forecasts, services.worker, texts, bot_id)
    return OutboxDelivery(
        services.store,
        Poster(services.sender, services.pictures, gallery),
        limiter,
        services.worker,
        services.clock,
        owner,
        backoff=at_next_run if isinstance(services.clock, ReplayClock) else None,
    )


def _steps(night: NightSteps, further: dict[str, Step], clock: Clock) -> dict[str, Step]:
    known: dict[str, Step] = {
        "resolve": night.resolve,
        "band-alerts": night.band_alerts,
        "forecasts": night.new_forecasts,
        DAY_END: night.end_day,
    }
    steps = known | further
    if isinstance(clock, ReplayClock) and "retrain" in steps:
        steps["retrain"] = weekly(steps["retrain"])
    return steps
