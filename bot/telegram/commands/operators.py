"""`/next` and `/status`: for the operators named in ADMIN_IDS."""

import re

from telegram import Update
from telegram.constants import ChatAction
from telegram.ext import CommandHandler

from bot.background.replay import MOST_SESSIONS
from bot.background.unattended import Unattended
from bot.errors import NotAllowedError
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    at_work,
    message_of,
)
from bot.telegram.commands.parsing import words_of
from bot.telegram.replies import Replies
from bot.words.buttons import typed_keyboard
from bot.words.operators import next_usage, replay_reached, status_text


class OperatorCommands:
    """What only operators may ask."""

    def __init__(self, replies: Replies, work: Unattended) -> None:
        self._replies = replies
        self._work = work

    def handlers(self) -> Handlers:
        """Return what takes `/next` and `/status`."""
        return (
            CommandHandler("next", self.next, filters=TYPED),
            CommandHandler("status", self.status, filters=TYPED),
        )

    async def next(self, update: Update, context: Context) -> None:
        """Move the replay on by one session or some.

        Raises:
            NotAllowedError: The person is no operator, or this is no replay.
        """
        self._require_operator(update)
        if self._work.replay is None:
            raise NotAllowedError("replay-only")
        message, words = message_of(update), self._replies.words
        sessions = read_next(words_of(message.text or ""))
        if sessions is None:
            way = answer_way(message)
            await self._replies.text(
                way, next_usage(words, MOST_SESSIONS), typed_keyboard("/next", "/next 5")
            )
            return
        async with at_work(self._replies, update, context, action=ChatAction.TYPING):
            reached = await self._work.replay.advance(sessions)
        text = replay_reached(words, reached, sessions)
        await self._replies.text(answer_way(message), text)

    async def status(self, update: Update, _context: Context) -> None:
        """Tell the state of things.

        Raises:
            NotAllowedError: The person is no operator.
        """
        self._require_operator(update)
        text = status_text(self._replies.words, await self._work.status())
        await self._replies.text(answer_way(message_of(update)), text)

    def _require_operator(self, update: Update) -> None:
        user = update.effective_user
        if user is None or not self._work.operators.is_operator(user.id):
            raise NotAllowedError("operators-only")


def read_next(words: list[str]) -> int | None:
    """Return how many sessions `/next` asks for, None where it cannot be read."""
    if not words:
        return 1
    if len(words) > 1 or not re.fullmatch(r"\d{1,3}", words[0]):
        return None
    sessions = int(words[0])
    return sessions if 1 <= sessions <= MOST_SESSIONS else None
