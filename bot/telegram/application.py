"""The Telegram application: its start, its updates, its clean end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import ChatMemberUpdated, Update
from telegram.error import BadRequest, InvalidToken, NetworkError
from telegram.ext import Application, TypeHandler
from tenacity import AsyncRetrying, retry_if_exception, wait_exponential_jitter

from bot.background.bulletins import Bulletins
from bot.clock import SystemClock
from bot.errors import TokenRefusedError
from bot.heartbeat import Heartbeat, Pulse, Signs
from bot.lasting_trouble import LastingTrouble
from bot.settings import Settings
from bot.telegram.client import PacedBot
from bot.telegram.commands.chats import ChatEvents
from bot.telegram.commands.context import BotApplication, Commands
from bot.telegram.commands.error_handler import ErrorHandler
from bot.telegram.first_answers import FirstAnswers
from bot.telegram.inbox import Inbox
from bot.telegram.polling import Poller
from bot.telegram.replica import Replica
from bot.telegram.standing import standing_of
from bot.telegram.update_lines import UpdateLines
from bot.telegram.webhook_address import webhook_address
from storage.errors import StorageError
from storage.inbox import FOR_ALL, FOR_ONE

if TYPE_CHECKING:
    from bot.telegram.called import CalledByName
    from bot.telegram.menus import Menus
    from bot.telegram.webhook import WebhookFront

log = logging.getLogger(__name__)

STOP_WITHIN_SECONDS = 4.0
_BEAT_SECONDS = 3.0
_SEEN_FIRST = -1
_MOST_WAITING = 2000
"""With so many updates waiting no more are fetched: Telegram keeps them."""


class RunningBot:
    """The Telegram application with its start and its clean end."""

    def __init__(
        self,
        settings: Settings,
        bot: PacedBot,
        inbox: Inbox,
        chats: ChatEvents,
        first: Commands,
        errors: ErrorHandler,
        signs: Signs,
        replica: Replica,
    ) -> None:
        """Make an application that takes no updates yet.

        Args:
            settings: Polling or webhook.
            bot: The client.
            inbox: Keeps updates until they are answered.
            chats: Sees every update before all others.
            first: The command that is answered before `complete`.
            errors: Answers whatever commands raise.
            signs: What the schedule says of itself.
            replica: What ties this process to others, and to the one before it.
        """
        self._replica = replica
        self._bulletins = replica.bulletins if settings.replicated else None
        self._settings = settings
        self._menus: Menus | None = None
        self._telling: asyncio.Task[None] | None = None
        self._looking: set[asyncio.Future[None]] = set()
        self._inbox = inbox
        self._called: CalledByName | None = None
        self._called_early: list[Update] = []
        self._signs = signs
        self._heart = Heartbeat(settings.data_dir)
        self._unwritten = LastingTrouble(log, "heartbeat-not-written")
        self._unkept = LastingTrouble(log, "claim-not-kept")
        self.first_answers = FirstAnswers(first.handlers(), inbox.carry_out)
        self._lines = UpdateLines(standing_of, self.first_answers.carry_out)
        self._poller = Poller(bot, self._take)
        self._webhook = self._front(bot)
        self._chats = chats
        inbox.hand_on_to(self._hand_on)
        self.application = _application(bot, self._lines, errors, chats, first)

    def complete(
        self,
        menus: "Menus",
        commands: Sequence[Commands],
        called: "CalledByName",
        greet: Callable[[ChatMemberUpdated], Awaitable[None]],
    ) -> None:
        """Take every kind of update from now on.

        Args:
            menus: Of commands, and what the bot says of itself, in each language.
            commands: In the order in which they are tried; the first that fits takes an update.
            called: Answers what is typed behind the bot's name in any chat.
            greet: Greets the chats that the bot is added to.
        """
        self._chats.greet, self._menus, self._called = greet, menus, called
        for command in (self._chats, *commands):
            self.application.add_handlers(command.handlers())
        for update in self._called_early:
            called.takes(update)
        self.first_answers.let_all_through()
        self._tell_menus()

    def _tell_menus(self) -> None:
        # Some forty calls, for which nobody is to wait.
        if self._menus is not None and self.application.running:
            self._telling = asyncio.create_task(self._menus.tell(self.application.bot))

    def _front(self, bot: PacedBot) -> "WebhookFront | None":
        address = webhook_address(self._settings)
        if address is None:
            return None
        # Its server costs whoever polls a tenth of the time to the first answer.
        from bot.telegram.webhook import WebhookFront  # noqa: PLC0415

        return WebhookFront(bot, address, self._take)

    async def start(self) -> None:
        """Reach Telegram, waiting for it if need be, and begin to take updates.

        Raises:
            TokenRefusedError: Telegram does not know the token.
            StorageError: What an earlier process left cannot be read.
        """
        bot = self.application.bot
        await _until_reached(self.application.initialize)
        await self.application.start()
        if self._bulletins is not None:
            self._follow(self._bulletins)
        await self._replica.recall()
        await self._inbox.take_up()
        if self._webhook is not None:
            await self._listen(self._webhook)
        else:
            await _until_reached(bot.delete_webhook)
            self._poller.start()
        self._tell_menus()
        log.info("started bot=%s sources=%s", bot.id, self._settings.sources)

    async def watch(self) -> None:
        """Return never, as long as the bot hears Telegram.

        Raises:
            TokenRefusedError: The token was revoked.
            DeafError: Nothing comes any more.
        """
        async with asyncio.TaskGroup() as watching:
            watching.create_task(self._beat())
            if self._webhook is None:
                watching.create_task(self._poller.watch())

    async def _beat(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._heart.beat, self.pulse())
            except OSError as err:
                # Whoever looks finds an old beat, and `/healthz` a new one.
                self._unwritten.met(err)
            else:
                self._unwritten.over()
            await self._look(self._inbox.keep)
            await asyncio.sleep(_BEAT_SECONDS)

    async def _look(self, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await look()
        except StorageError as err:
            self._unkept.met(err)
        else:
            self._unkept.over()

    def _follow(self, bulletins: Bulletins) -> None:
        """Take up at once what other processes leave, in place of finding it later."""
        name, left = self._inbox.owner, self._inbox.take_what_was_left
        bulletins.on(FOR_ONE, lambda who: self._soon(left) if who == name else None)
        bulletins.on(FOR_ALL, lambda _: self._soon(self._inbox.take_up))
        bulletins.on_missed(lambda: self._soon(self._inbox.keep))
        bulletins.start()

    def _soon(self, look: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(self._look(look))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    def pulse(self) -> Pulse:
        """Return what this process can say of itself at this moment."""
        now = SystemClock().now()
        silent = 0.0 if self._webhook is not None else self._poller.silent_for
        return self._signs.pulse(now, now - timedelta(seconds=silent))

    @property
    def waiting(self) -> int:
        """How many updates are taken and not answered."""
        return self._inbox.waiting

    async def stop(self) -> None:
        """Take no more updates, finish the answers under way, and close.

        What is not answered in time is answered by the next process.
        """
        if self._telling is not None:
            self._telling.cancel()
        await self._poller.stop()
        if self._webhook is not None:
            await self._webhook.stop()
        if self._called is not None:
            await self._called.stop()
        self._lines.stop()
        try:
            async with asyncio.timeout(STOP_WITHIN_SECONDS):
                if self.application.running:
                    await self.application.stop()
                await self._lines.emptied()
        except TimeoutError:
            log.info("left-for-the-next-start seconds=%s", STOP_WITHIN_SECONDS)
        await self.application.shutdown()
        await self._look(self._inbox.leave)
        if self._bulletins is not None:
            await self._bulletins.stop()
        self._heart.end()
        log.info("stopped")

    async def _take(self, updates: Sequence[Update]) -> None:
        await self._inbox.take([one for one in updates if not self._is_called(one)])
        await self._lines.until(lambda: self._lines.waiting < _MOST_WAITING)

    def _is_called(self, update: Update) -> bool:
        """Return whether an update only calls the bot by name, and see to it in time."""
        if self._called is not None:
            return self._called.takes(update)
        calls = update.inline_query is not None or update.guest_message is not None
        if calls:
            self._called_early.append(update)
            self.first_answers.ask_for_rest()
        return calls

    async def _hand_on(self, update: Update) -> None:
        self._chats.arrived(update)
        await self.application.update_queue.put(update)

    async def _listen(self, webhook: "WebhookFront") -> None:
        await webhook.start()
        await _until_reached(webhook.announce)


def _application(
    bot: PacedBot,
    lines: UpdateLines,
    errors: ErrorHandler,
    chats: ChatEvents,
    first: Commands,
) -> BotApplication:
    builder = Application.builder().bot(bot).updater(None).job_queue(None)
    application: BotApplication = builder.concurrent_updates(lines).build()
    application.add_error_handler(errors.on_error)
    application.add_handler(TypeHandler(Update, chats.see), group=_SEEN_FIRST)
    application.add_handlers(first.handlers())
    return application


async def _until_reached(call: Callable[[], Awaitable[object]]) -> None:
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
    try:
        await tries(call)
    except InvalidToken as err:
        raise TokenRefusedError from err
