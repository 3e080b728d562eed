"""Guest questions: `@bot tesla above 300 friday`, said in a chat that the bot is not in.

Telegram lets a bot answer such a message once, by the same results as inline queries have. Like
those they are not kept: after a restart nobody waits for them any more.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import Message
from telegram.error import TelegramError

from bot.answers.cards import InlineCard
from bot.errors import QuestionRefusedError, TooManyRequestsError
from bot.telegram.card_results import Asked, CardMaker, article
from bot.telegram.commands.questions import without_mention
from bot.telegram.several_results import Result
from bot.words.failures import failure
from bot.words.questions import examples, unread_title
from storage.errors import StorageError

log = logging.getLogger(__name__)

FETCH_WITHIN_SECONDS = 1.0
"""How long a ticker is waited for that nobody has asked for yet."""


class GuestQuestions:
    """Answers who calls the bot by name where it is no member."""

    def __init__(
        self,
        maker: CardMaker,
        forecast: Callable[[str], Awaitable[object]],
        spend: Callable[[int], None],
    ) -> None:
        """Take what it stands on.

        Args:
            maker: Reads texts and makes cards.
            forecast: Makes and keeps the forecast of a ticker.
            spend: Counts a person's question; refuses where they ask too much.
        """
        self._maker = maker
        self._forecast = forecast
        self._spend = spend
        self._at_work: set[asyncio.Future[Any]] = set()

    def begin(self, message: Message) -> None:
        """Answer, without anybody waiting for it."""
        self._hold(asyncio.create_task(self._safely(message)))

    async def stop(self) -> None:
        """Let go of what is not answered yet."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def answer(self, message: Message) -> None:
        """Answer a guest message with one card.

        Raises:
            TelegramError: Telegram did not take the answer.
            StorageError: What is kept cannot be read.
            TooManyRequestsError: The person asks too much.
        """
        person = message.from_user
        self._spend(person.id if person else message.chat_id)
        asked = await self._maker.read(person, without_mention(message), talk=True)
        await self._at_hand(asked)
        result = await self._result(message, asked)
        await message.get_bot().answer_guest_query(message.guest_query_id or "", result)

    async def _result(self, message: Message, asked: Asked) -> Result:
        words, name = asked.words, message.get_bot().username
        try:
            cards = await self._maker.desk.cards(asked.wish)
        except QuestionRefusedError as err:
            return article("refused", unread_title(words), "", failure(err, words))
        if not cards:
            return article("unread", unread_title(words), "", examples(words))
        await self._keep(message, cards[0])
        return (await self._maker.results(asked, cards[:1], name))[0]

    async def _keep(self, message: Message, card: InlineCard) -> None:
        """Write down a question before its answer leaves; who hides behind a chat asks unkept."""
        if card.given is not None and message.from_user is not None:
            await self._maker.desk.keep(card.given, message.from_user.id)

    async def _at_hand(self, asked: Asked) -> None:
        """Let a forecast be made that is not there, as long as that takes no longer than a second.

        What takes longer goes on, and is there for the next one who asks.
        """
        if not asked.wish.tickers:
            return
        work = asyncio.ensure_future(self._forecast(asked.wish.tickers[0]))
        self._hold(work)
        with suppress(TimeoutError, Exception):
            await asyncio.wait_for(asyncio.shield(work), FETCH_WITHIN_SECONDS)

    def _hold(self, work: asyncio.Future[Any]) -> None:
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)

    async def _safely(self, message: Message) -> None:
        try:
            await self.answer(message)
        except (TelegramError, StorageError, TooManyRequestsError) as err:
            log.info("guest-unanswered reason=%r", str(err))
        except Exception:
            log.exception("guest-failed")
