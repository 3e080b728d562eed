"""`/verify ID`: the row of a forecast, its hash, and the chain to a published head."""

import re

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.answers.verification import heads, prove
from bot.errors import UsageError
from bot.telegram.commands.context import BotApplication, Context, Services, answer_way, message_of
from bot.telegram.commands.parsing import words_of
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


class VerifyCommand:
    """Answers `/verify`."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def on_command(self, update: Update, _context: Context) -> None:
        """Show the proof of one forecast; without a number, the published heads."""
        message = message_of(update)
        typed = words_of(message.text or "")
        words = self._s.words("en")
        if typed:
            forecast_id = read_forecast_id(typed[0])
            text = proof_text(words, await self._s.worker.wait(prove, self._s.store, forecast_id))
        else:
            text = heads_text(words, await self._s.worker.wait(heads, self._s.store))
        await self._s.sender.text(answer_way(message), text)


def register_verify(application: BotApplication, services: Services) -> None:
    """Add `/verify` to the application."""
    callback = VerifyCommand(services).on_command
    application.add_handler(CommandHandler("verify", callback, filters=filters.UpdateType.MESSAGE))
