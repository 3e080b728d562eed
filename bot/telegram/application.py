"""The Telegram application: its start, its updates, its clean end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    Update,
)
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import Application, TypeHandler
from tenacity import AsyncRetrying, retry_if_exception, wait_exponential_jitter

from bot.settings import Settings
from bot.telegram.client import PacedBot
from bot.telegram.commands.chats import ChatEvents
from bot.telegram.commands.context import BotApplication, Commands
from bot.telegram.commands.error_handler import ErrorHandler
from bot.words.help import commands as help_of
from bot.words.language import Words

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
AT_ONCE = 128
STOP_WITHIN_SECONDS = 4.0
_SEEN_FIRST = -1


class RunningBot:
    """The Telegram application with its start and its clean end."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        bot: PacedBot,
        chats: ChatEvents,
        commands: Sequence[Commands],
        errors: ErrorHandler,
    ) -> None:
        """Make an application that takes no updates yet.

        Args:
            settings: Polling or webhook.
            words: For Telegram's menu of commands.
            bot: The client.
            chats: Sees every update before all others.
            commands: In the order in which they are tried; the first that fits takes an update.
            errors: Answers whatever they raise.
        """
        self._settings = settings
        self._words = words
        self.application: BotApplication = (
            Application.builder().bot(bot).concurrent_updates(AT_ONCE).job_queue(None).build()
        )
        self.application.add_error_handler(errors.on_error)
        self.application.add_handler(TypeHandler(Update, chats.see), group=_SEEN_FIRST)
        for command in (chats, *commands):
            self.application.add_handlers(command.handlers())

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
        menu = [
            BotCommand(command.name, command.description)
            for command in help_of(self._words)
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
