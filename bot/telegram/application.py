"""The composition root: joins storage, forecasting, delivery and Telegram into one running bot."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import cache
from urllib.parse import urlsplit

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import Application, ExtBot
from telegram.request import HTTPXRequest
from tenacity import AsyncRetrying, retry_if_exception, wait_exponential_jitter

from bot.answers.forecasts import ForecastDesk
from bot.answers.models import ModelShelf
from bot.answers.pictures import PictureDesk
from bot.answers.user_rate_limit import QuestionBudget
from bot.background.unattended import Unattended
from bot.clock import Clock
from bot.settings import Settings
from bot.telegram.commands.context import BotApplication, Services
from bot.telegram.commands.registry import register
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.sender import Sender
from bot.words.chart_words import chart_texts
from bot.words.help import commands
from bot.words.language import load_words
from bot.worker import Worker
from forecasting.announcements.build import AnnouncementOptions, build_announcements
from forecasting.announcements.cached import CachedAnnouncements
from forecasting.announcements.source import AnnouncementSource
from forecasting.prices.source import PriceSource
from storage.store import Store

log = logging.getLogger(__name__)

PacedBot = ExtBot[str]
"""The Telegram client whose requests take a lane of the limiter."""
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
AT_ONCE = 128
STOP_WITHIN_SECONDS = 4.0


def build_bot(settings: Settings, token: str) -> ExtBot[str]:
    """Return the Telegram client, paced and with time-outs that photos can live with."""
    root = settings.telegram_api_url
    # A proxy from the environment is for the internet, never for a server on this machine.
    local = urlsplit(root).hostname in ("127.0.0.1", "localhost", "::1")
    options = {"trust_env": not local}
    request = HTTPXRequest(
        # 16 carry 160 requests a second at 100 ms each; every idle one makes all others slower.
        connection_pool_size=16,
        read_timeout=20,
        write_timeout=20,
        connect_timeout=10,
        pool_timeout=30,
        media_write_timeout=60,
        httpx_kwargs=options,
    )
    polling = HTTPXRequest(connection_pool_size=2, read_timeout=30, httpx_kwargs=options)
    return ExtBot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request,
        get_updates_request=polling,
        rate_limiter=PacedLimiter(),
    )


def limiter_of(bot: PacedBot) -> PacedLimiter:
    """Return the pace of a client that `build_bot` made.

    Raises:
        TypeError: Another limiter was put in.
    """
    limiter = bot.rate_limiter
    if not isinstance(limiter, PacedLimiter):
        raise TypeError(f"the client is paced by {type(limiter).__name__}")
    return limiter


def build_services(
    settings: Settings,
    bot: ExtBot[str],
    store: Store,
    source: PriceSource,
    shelf: ModelShelf,
    clock: Clock,
    worker: Worker,
) -> Services:
    """Return everything that commands are made of."""
    words = cache(load_words)
    pictures = PictureDesk(store, worker, clock, chart_texts(words("en")), lambda: bot.id)
    return Services(
        settings=settings,
        clock=clock,
        worker=worker,
        store=store,
        forecasts=ForecastDesk(
            source, store, shelf.model_for, worker, clock, _announcements(settings)
        ),
        models=shelf,
        pictures=pictures,
        sender=Sender(bot, store, pictures, worker, clock),
        budget=QuestionBudget(),
        words=words,
        model_quality=shelf.verdict,
    )


def _announcements(settings: Settings) -> AnnouncementSource:
    """Return where announcements come from; what the network says is asked ahead and kept."""
    options = AnnouncementOptions(
        settings.announcement_files, settings.yahoo_url or None, settings.data_dir / "cache"
    )
    source = build_announcements(settings.announcer, options)
    if settings.announcer != "yahoo":
        return source
    return CachedAnnouncements(source, settings.data_dir / "announcements")


class RunningBot:
    """The Telegram application with its start and its clean end."""

    def __init__(self, bot: PacedBot, services: Services, work: Unattended) -> None:
        self._services = services
        self._settings = services.settings
        self.application: BotApplication = (
            Application.builder().bot(bot).concurrent_updates(AT_ONCE).job_queue(None).build()
        )
        register(self.application, services, work)

    async def start(self) -> None:
        """Reach Telegram, waiting for it if need be, and begin to take updates."""
        await _until_reached(self.application.initialize)
        await self._tell_commands(self.application.bot)
        await self.application.start()
        updater = self.application.updater
        if updater is None:
            return
        if self._settings.webhook_url:
            await self._listen()
        else:
            await updater.start_polling(
                timeout=25, bootstrap_retries=-1, allowed_updates=ALLOWED_UPDATES
            )
        log.info("started bot=%s sources=%s", self.application.bot.id, self._settings.sources)

    async def stop(self) -> None:
        """Take no more updates, finish the answers under way, and close."""
        updater = self.application.updater
        try:
            async with asyncio.timeout(STOP_WITHIN_SECONDS):
                if updater is not None and updater.running:
                    await updater.stop()
                if self.application.running:
                    await self.application.stop()
        except TimeoutError:
            log.warning("stopped-in-haste seconds=%s", STOP_WITHIN_SECONDS)
            # The application refuses to shut down while it runs; what is open are its connections.
            await self.application.bot.shutdown()
        else:
            await self.application.shutdown()
        log.info("stopped")

    async def _listen(self) -> None:
        updater, settings = self.application.updater, self._settings
        if updater is None or settings.webhook_secret is None:
            return
        host, port = settings.listen_address
        path = urlsplit(settings.webhook_url).path.strip("/")
        await updater.start_webhook(
            listen=host,
            port=port,
            url_path=path,
            webhook_url=settings.webhook_url,
            secret_token=settings.webhook_secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=-1,
        )

    async def _tell_commands(self, bot: Bot) -> None:
        words = self._services.words("en")
        menu = [
            BotCommand(command.name, command.description)
            for command in commands(words)
            if not command.operators_only
        ]
        for scope in (None, BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()):
            try:
                await bot.set_my_commands(menu, scope=scope)
            except TelegramError as err:
                log.warning("menu-not-set reason=%r", str(err))


async def _until_reached(call: Callable[[], Awaitable[None]]) -> None:
    tries = AsyncRetrying(
        retry=retry_if_exception(
            lambda err: isinstance(err, NetworkError) and not isinstance(err, BadRequest)
        ),
        wait=wait_exponential_jitter(multiplier=0.5, max=30),
        before_sleep=lambda state: log.warning(
            "telegram-unreachable try=%s reason=%r",
            state.attempt_number,
            str(state.outcome.exception()) if state.outcome else "",
        ),
    )
    await tries(call)


async def stop_signal() -> None:
    """Return when the process is asked to end (SIGINT, SIGTERM)."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    await asked.wait()
