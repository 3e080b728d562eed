"""`python -m bot job NAME [--now ISO]`: one scheduled job, once, by hand."""

import asyncio
import logging
from datetime import UTC, datetime

from bot.background.jobs import ByHand
from bot.background.unattended import SENDING
from bot.cli.run import secrets_of
from bot.clock import Clock, ReplayClock
from bot.compose import compose
from bot.errors import UnusableSettingError
from bot.logs import set_up_logging
from bot.settings import Settings
from forecasting.errors import ForecastingError
from storage.errors import StorageError

log = logging.getLogger(__name__)


def run_job(settings: Settings, name: str, now: datetime | None) -> int:
    """Run one job and print what it did.

    Args:
        settings: Of this installation.
        name: `resolve`, `retrain`, `digest`, `recap` or `refit`.
        now: Instant to run it at, prices after it hidden; None for the present.

    Returns:
        0 where it ended well, 1 where it failed, 2 where it cannot be run.
    """
    set_up_logging(settings.log_level, secrets_of(settings), settings.log_format)
    if name in SENDING and settings.telegram_bot_token is None:
        log.error("%s needs TELEGRAM_BOT_TOKEN", name)
        return 2
    clock = ReplayClock(now) if now is not None else None
    try:
        runs = asyncio.run(_run(settings, name, clock))
    except (ForecastingError, StorageError, UnusableSettingError) as err:
        log.error("job-not-run name=%s reason=%r", name, str(err))  # noqa: TRY400 - it says it all
        return 1
    for run in runs:
        print(run.line)  # noqa: T201 - this is a command of the terminal
    return 0 if all(run.done for run in runs) else 1


def read_now(text: str) -> datetime:
    """Return an ISO instant, taken as UTC where it names no zone.

    Raises:
        ValueError: It is none.
    """
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


async def _run(settings: Settings, name: str, clock: Clock | None) -> tuple[ByHand, ...]:
    async with compose(settings, clock) as bot:
        if name not in SENDING:
            return await bot.work.run_job(name)
        async with bot.client:
            try:
                return await bot.work.run_job(name)
            finally:
                await bot.work.stop()
