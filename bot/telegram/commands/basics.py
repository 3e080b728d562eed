"""`/start`, `/help`, `/disclaimer`, and what is said to words that are no command."""

from telegram import Update

from bot.errors import UsageError
from bot.telegram.commands.context import Context, Services, answer_way, message_of
from bot.telegram.commands.parsing import read_predict
from bot.telegram.commands.predict import PredictCommand
from bot.words.buttons import ticker_keyboard
from bot.words.help import disclaimer, help_text, private_hint, welcome

EXAMPLES = ("TSLA", "AAPL", "BTC-USD")
SAMPLE_EXAMPLES = ("GOOG", "^GSPC")


class BasicCommands:
    """Says what the bot is and does."""

    def __init__(self, services: Services, predict: PredictCommand) -> None:
        self._s = services
        self._predict = predict

    async def start(self, update: Update, context: Context) -> None:
        """Welcome a person; a deep link such as `?start=TSLA` asks for its ticker at once."""
        message = message_of(update)
        if context.args:
            await self._predict.answer(update, context, read_predict(context.args[:1]))
            return
        examples = SAMPLE_EXAMPLES if self._s.settings.sources == ("sample",) else EXAMPLES
        text = welcome(self._s.words("en"), examples[0])
        await self._s.sender.text(answer_way(message), text, ticker_keyboard(examples))

    async def help(self, update: Update, _context: Context) -> None:
        """List what the bot can do."""
        message = message_of(update)
        text = help_text(self._s.words("en"), in_group=message.chat.type != "private")
        await self._s.sender.text(answer_way(message), text)

    async def disclaimer(self, update: Update, _context: Context) -> None:
        """Say what a forecast is and is not."""
        message = message_of(update)
        await self._s.sender.text(answer_way(message), disclaimer(self._s.words("en")))

    async def other_text(self, update: Update, _context: Context) -> None:
        """Show the way to a person who wrote something that is no command."""
        message = message_of(update)
        await self._s.sender.text(answer_way(message), private_hint(self._s.words("en")))

    async def unknown(self, _update: Update, _context: Context) -> None:
        """Refuse a command that the bot does not have.

        Raises:
            UsageError: Always; its sentence names /help.
        """
        raise UsageError("unknown-command")
