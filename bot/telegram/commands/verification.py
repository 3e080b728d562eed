"""`/verify ID`: the row of a forecast, its hash, and the chain to a published head."""

import re

from telegram import Update
from telegram.ext import CommandHandler

from bot.answers.verification import heads, prove
from bot.awaitable_store import AwaitableStore
from bot.errors import UsageError
from bot.telegram.commands.context import TYPED, Context, Handlers, answer_way, message_of
from bot.telegram.commands.parsing import words_of
from bot.telegram.replies import Replies
from bot.words.verification import heads_text, proof_text

_ID = re.compile(r"#?F?(\d{1,15})", re.IGNORECASE)


def read_forecast_id(text: str) -> int:
    """Return the number in `12`, `F12` or `#F12`.

    Raises:
        UsageError: There is none.
    """
    match = _ID.fullmatch(text)
    if match is None:
        raise UsageError("forecast-id", text)
    return int(match[1])


class VerificationCommand:
    """Answers `/verify`."""

    def __init__(self, replies: Replies, store: AwaitableStore) -> None:
        self._replies = replies
        self._store = store

    def handlers(self) -> Handlers:
        """Return what takes `/verify`."""
        return (CommandHandler("verify", self.on_command, filters=TYPED),)

    async def on_command(self, update: Update, _context: Context) -> None:
        """Show the proof of one forecast; without a number, the published heads."""
        message = message_of(update)
        typed = words_of(message.text or "")
        words = self._replies.words
        if typed:
            forecast_id = read_forecast_id(typed[0])
            text = proof_text(words, await self._store.run(prove, forecast_id))
        else:
            text = heads_text(words, await self._store.run(heads))
        await self._replies.text(answer_way(message), text)
