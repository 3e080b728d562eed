"""What is let in: who has asked too much is told so once, and equal questions are put together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.constants import ChatType

from bot.answers.user_rate_limit import QuestionBudget
from bot.errors import TooManyRequestsError
from bot.telegram.crowds import Crowds
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.standing import person_behind
from bot.telegram.urgency import wants_answer

log = logging.getLogger(__name__)

BUSY_SECONDS = 3.0
"""A group whose next message waits so long has used what Telegram allows it."""
LONG_LINE_SECONDS = 60.0
Refuse = Callable[[Update, TooManyRequestsError], Awaitable[None]]
TellLine = Callable[[Update, float], Awaitable[None]]


class Door:
    """Lets an update in or not, before any command sees it."""

    def __init__(
        self, budget: QuestionBudget, pace: PacedLimiter, refuse: Refuse, tell_line: TellLine
    ) -> None:
        """Make a door.

        Args:
            budget: Who may ask how much.
            pace: Knows how long a group's line is.
            refuse: Tells a person that it is too much.
            tell_line: Tells a group how long its line is, in seconds.
        """
        self._budget = budget
        self._pace = pace
        self._refuse = refuse
        self._tell_line = tell_line
        self._told_line: set[int] = set()
        self.crowds = Crowds()

    async def admit(self, update: Update) -> bool:
        """Return whether an update is to be carried out."""
        if not (update.callback_query or wants_answer(update)):
            return True
        group = self._group_of(update)
        now = asyncio.get_running_loop().time()
        try:
            self._budget.spend(person_behind(update), now)
            if group is not None and self._joins(update, group):
                return False
            if group is not None:
                self._budget.spend_in_group(group, now)
        except TooManyRequestsError as err:
            await self._refuse(update, err)
            return False
        if group is not None:
            await self._note_line(update, group)
        return True

    def _joins(self, update: Update, group: int) -> bool:
        busy = self._pace.line_seconds(group) > BUSY_SECONDS
        return busy and self.crowds.join(update)

    async def _note_line(self, update: Update, group: int) -> None:
        seconds = self._pace.line_seconds(group)
        if seconds <= LONG_LINE_SECONDS:
            self._told_line.discard(group)
        elif group not in self._told_line:
            self._told_line.add(group)
            await self._tell_line(update, seconds)

    def _group_of(self, update: Update) -> int | None:
        chat = update.effective_chat
        if chat is None or chat.type == ChatType.PRIVATE or update.callback_query is not None:
            return None
        return chat.id
