"""Where the bot is only called by name: inline queries, and messages to a guest."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Update

from bot.answers.cards import CardDesk
from bot.answers.user_rate_limit import QuestionBudget
from bot.clock import Clock
from bot.telegram.card_results import CardMaker
from bot.telegram.guests import GuestQuestions
from bot.telegram.inline import InlineQuestions
from bot.words.language import Words


@dataclass(frozen=True, slots=True)
class CalledByName:
    """Both of them; neither is kept in the inbox."""

    inline: InlineQuestions
    guests: GuestQuestions

    def takes(self, update: Update) -> bool:
        """Begin to answer an update of these kinds; return whether it is one."""
        if update.inline_query is not None:
            self.inline.begin(update.inline_query)
            return True
        if update.guest_message is not None:
            self.guests.begin(update.guest_message)
            return True
        return False

    async def stop(self) -> None:
        """Let go of what is not answered yet."""
        await self.inline.stop()
        await self.guests.stop()


def called_by_name(
    desk: CardDesk,
    words: Callable[[str], Words],
    clock: Clock,
    forecast: Callable[[str], Awaitable[object]],
    budget: QuestionBudget,
) -> CalledByName:
    """Return what answers wherever the bot is only called by name.

    Args:
        desk: Finds cards.
        words: The sentences of a language.
        clock: For the asker's day.
        forecast: Makes and keeps the forecast of a ticker.
        budget: What each person may ask; guests alone spend of it.
    """
    maker = CardMaker(desk, words, clock)

    def spend(person: int) -> None:
        budget.spend(person, asyncio.get_running_loop().time())

    return CalledByName(InlineQuestions(maker), GuestQuestions(maker, forecast, spend))
