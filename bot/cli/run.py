"""One run of the bot, from the first check to the clean end."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.answers.models import ModelShelf
from bot.background.nightly.accountable_steps import (
    BUDGET_SECONDS,
    REPLAY_BUDGET_SECONDS,
    Accounting,
    Parts,
)
from bot.background.replay import start_of_replay
from bot.background.schedule import Schedule
from bot.background.unattended import Unattended, build_unattended
from bot.clock import Clock, ReplayClock, SystemClock
from bot.logs import set_up_logging
from bot.settings import Settings
from bot.telegram.application import (
    PacedBot,
    RunningBot,
    build_bot,
    build_services,
    limiter_of,
    stop_signal,
)
from bot.telegram.commands.context import Services
from bot.worker import Worker
from forecasting.charts.fan import warm_up
from forecasting.errors import ForecastingError
from forecasting.model.serving import load_pretrained
from forecasting.prices.build import SourceOptions, build_source
from forecasting.prices.source import PriceSource
from storage.errors import StorageError
from storage.store import Store, open_store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Foundation:
    """What exists before Telegram is spoken to."""

    store: Store
    source: PriceSource
    shelf: ModelShelf
    clock: Clock
    worker: Worker


async def run(settings: Settings) -> int:
    """Run the bot until it is asked to stop; return the exit status."""
    token = settings.telegram_bot_token
    set_up_logging(settings.log_level, secrets_of(settings))
    if token is None:
        log.error("no TELEGRAM_BOT_TOKEN")
        return 2
    try:
        async with foundation(settings) as base:
            bot, services, work = assemble(settings, base, token.get_secret_value())
            running = RunningBot(bot, services, work)
            schedule = Schedule(work, services.words("en"))
            await base.worker.compute(warm_up)
            try:
                await running.start()
                await schedule.start()
                await stop_signal()
            finally:
                await schedule.stop()
                await running.stop()
    except (ForecastingError, StorageError) as err:
        log.error("cannot-start reason=%s", err)  # noqa: TRY400 - the reason says it all
        return 1
    return 0


@asynccontextmanager
async def foundation(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Foundation]:
    """Open what the bot stands on, and close it afterwards.

    Args:
        settings: Of this installation.
        clock: In place of the one that the settings ask for.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shelf_base = load_pretrained()
    store = open_store(settings.database)
    worker = Worker()
    try:
        source = build_source(settings.sources, source_options(settings), store)
        shelf = ModelShelf(shelf_base, store)
        yield Foundation(store, source, shelf, clock or clock_of(settings, store), worker)
    finally:
        worker.close()
        store.close()


def clock_of(settings: Settings, store: Store) -> Clock:
    """Return the machine's clock, or that of a replay where it was left."""
    if settings.replay_start is None:
        return SystemClock()
    return start_of_replay(store, settings.replay_start)


def assemble(
    settings: Settings, base: Foundation, token: str, *, summaries: bool = True
) -> tuple[PacedBot, Services, Unattended]:
    """Put the product together on what it stands on; nothing runs yet.

    Args:
        settings: Of this installation.
        base: What it stands on.
        token: The bot's.
        summaries: Whether the operators are told how each night went.
    """
    bot = build_bot(settings, token)
    services = build_services(
        settings, bot, base.store, base.source, base.shelf, base.clock, base.worker
    )
    replaying = isinstance(base.clock, ReplayClock)
    accounting = Accounting(
        Parts(
            store=base.store,
            source=base.source,
            shelf=base.shelf,
            worker=base.worker,
            words=services.words,
            cluster=settings.training_cluster,
            keep_trainer=replaying,
            budget_seconds=REPLAY_BUDGET_SECONDS if replaying else BUDGET_SECONDS,
        )
    )
    work = build_unattended(
        services,
        limiter_of(bot),
        base.source,
        base.shelf,
        lambda: bot.id,
        steps=accounting.steps(),
        summaries=summaries,
    )
    return bot, services, work


def source_options(settings: Settings) -> SourceOptions:
    """Return what the price sources need to know."""
    key = settings.alphavantage_api_key
    return SourceOptions(
        files=settings.price_files,
        yahoo_url=settings.yahoo_url,
        alphavantage_url=settings.alphavantage_url,
        alphavantage_key=key.get_secret_value() if key else "",
        cache_dir=settings.data_dir / "cache",
    )


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return every secret of the settings, for the log to leave out."""
    secrets = (
        settings.telegram_bot_token,
        settings.alphavantage_api_key,
        settings.webhook_secret,
    )
    return tuple(secret.get_secret_value() for secret in secrets if secret)
