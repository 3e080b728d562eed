"""Inline questions, `@bot tesla 5` and `@bot tesla above 300 friday`: answered at once.

They come with each letter and are worth nothing a second later, so they are not kept, not delayed
and not repeated after a restart.
"""

import asyncio
import logging

from telegram import InlineQuery, InlineQueryResultsButton
from telegram.error import TelegramError

from bot.errors import QuestionRefusedError
from bot.telegram.card_results import CardMaker
from bot.words.cards import ASK, ask_in_private
from storage.errors import StorageError

log = logging.getLogger(__name__)


class InlineQuestions:
    """Answers what is typed behind the bot's name in any chat."""

    def __init__(self, maker: CardMaker) -> None:
        self._maker = maker
        self._at_work: set[asyncio.Task[None]] = set()

    def begin(self, query: InlineQuery) -> None:
        """Answer, without anybody waiting for it."""
        task = asyncio.create_task(self._safely(query))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def stop(self) -> None:
        """Let go of what is not answered yet."""
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def answer(self, query: InlineQuery) -> None:
        """Answer with a card for each ticker that the text may mean.

        Raises:
            TelegramError: Telegram did not take the answer; as a rule the next letter was faster.
            StorageError: What is kept cannot be read.
        """
        asked = await self._maker.read(query.from_user, query.query)
        try:
            cards = await self._maker.desk.cards(asked.wish)
        except QuestionRefusedError:
            cards = []
        words, name = asked.words, query.get_bot().username
        await query.answer(
            await self._maker.results(asked, cards, name),
            cache_time=self._maker.desk.fresh_seconds(cards),
            is_personal=True,
            button=None if cards else InlineQueryResultsButton(ask_in_private(words), None, ASK),
        )

    async def _safely(self, query: InlineQuery) -> None:
        try:
            await self.answer(query)
        except (TelegramError, StorageError) as err:
            log.info("inline-unanswered reason=%r", str(err))
        except Exception:
            log.exception("inline-failed")
