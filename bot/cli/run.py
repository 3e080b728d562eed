"""One run of the bot, from the first check to the clean end."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.compose import Installation, compose
from bot.errors import DeafError, TokenRefusedError, UnusableSettingError
from bot.garbage import settle
from bot.logs import set_up_logging
from bot.settings import Settings
from forecasting.charts.fan import warm_up
from forecasting.charts.palette import Theme
from forecasting.errors import ForecastingError
from storage.errors import StorageError

log = logging.getLogger(__name__)

NO_TELEGRAM = 3
"""Exit status of a bot that Telegram refuses or says nothing to: a supervisor starts it anew."""
_ANSWERS_FIRST_SECONDS = 2.0
_REST_AFTER_SECONDS = 1.0
"""So long after the start the rest is loaded, where nobody asks for anything."""
_LIKE_NOTHING_ELSE = 12
"""Characters of a password that the log can leave out without losing words of its own."""


async def run(settings: Settings) -> int:
    """Run the bot until it is asked to stop; return the exit status."""
    set_up_logging(settings.log_level, secrets_of(settings), settings.log_format)
    if settings.telegram_bot_token is None:
        log.error("no TELEGRAM_BOT_TOKEN")
        return 2
    try:
        async with compose(settings, whole=False) as bot, serving(bot) as begun:
            await _until_stopped(bot.telegram.watch(), begun)
    except (TokenRefusedError, DeafError) as err:
        log.error("ended reason=%r", str(err))  # noqa: TRY400 - the reason says it all
        return NO_TELEGRAM
    except (ForecastingError, StorageError, UnusableSettingError) as err:
        log.error("cannot-start reason=%r", str(err))  # noqa: TRY400 - the reason says it all
        return 1
    return 0


@asynccontextmanager
async def serving(bot: Installation) -> AsyncIterator[asyncio.Future[None]]:
    """Answer people and keep the schedule until the block ends.

    Yields:
        What loads the rest of the bot and begins the schedule, behind the first answer.
    """
    beginning: asyncio.Future[None] | None = None
    # The first picture waits for it, the first words do not.
    warming = asyncio.ensure_future(bot.store.worker.compute(warm_up, (Theme.LIGHT,)))
    try:
        async with _probes(bot):
            await bot.telegram.start()
            beginning = asyncio.ensure_future(_begin_rest(bot))
            yield beginning
    finally:
        warming.cancel()
        if beginning is not None:
            beginning.cancel()
            await asyncio.gather(beginning, return_exceptions=True)
        if bot.is_whole:
            await bot.schedule.stop()
        await bot.telegram.stop()


def _probes(bot: Installation) -> AbstractAsyncContextManager[None]:
    if bot.settings.metrics_address is None:
        return nullcontext()
    # Its server costs whoever has none a tenth of the time to the first answer.
    from bot.cli.probes import probed  # noqa: PLC0415

    return probed(bot)


async def _begin_rest(bot: Installation) -> None:
    """Load what the first answer does without, then begin the unattended work."""
    await bot.telegram.first_answers.over(within=_REST_AFTER_SECONDS)
    await bot.complete()
    bot.work.training.say_if_it_cannot()
    # Those who waited for the start are answered first.
    await asyncio.sleep(_ANSWERS_FIRST_SECONDS)
    settle()
    await bot.store.worker.compute(warm_up, (Theme.DARK,))
    await bot.schedule.start()


async def _until_stopped(watch: Coroutine[Any, Any, None], begun: asyncio.Future[None]) -> None:
    """Return when the process is asked to end; raise what `watch` or the beginning raises before.

    A part that cannot be loaded ends the process, in place of the first answer that needs it.
    """
    watching, asked = asyncio.ensure_future(watch), asyncio.ensure_future(stop_signal())
    ends = {watching, asked}
    done, _ = await asyncio.wait({*ends, begun}, return_when=asyncio.FIRST_COMPLETED)
    if done == {begun} and not begun.exception():
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in ends:
        if not task.done():
            task.cancel()
    await asyncio.wait(ends)
    _raise_of(watching)
    _raise_of(begun)


def _raise_of(task: asyncio.Future[None]) -> None:
    try:
        if task.done() and not task.cancelled():
            task.result()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def stop_signal() -> None:
    """Return when the process is asked to end (SIGINT, SIGTERM)."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return every secret of the settings, for the log to leave out."""
    secrets = (
        settings.telegram_bot_token,
        settings.alphavantage_api_key,
        settings.tiingo_api_key,
        settings.webhook_secret,
    )
    password = urlsplit(settings.database_url).password or ""
    # As it stands in the address, and as the server is told it. A short one may be any word.
    of_database = (password, unquote(password)) if len(password) >= _LIKE_NOTHING_ELSE else ()
    return (*(secret.get_secret_value() for secret in secrets if secret), *of_database)
