"""`/start`, `/help`, `/disclaimer`: what the bot is."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.telegram.commands.context import TYPED, Context, Handlers, answer_way, message_of
from bot.telegram.commands.parsing import read_predict
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.replies import Replies
from bot.words.buttons import ticker_keyboard
from bot.words.help import disclaimer, help_text, welcome


class BasicCommands:
    """Says what the bot is and does."""

    def __init__(
        self, replies: Replies, predict: PredictCommand, examples: tuple[str, ...]
    ) -> None:
        self._replies = replies
        self._predict = predict
        self._examples = examples

    def handlers(self) -> Handlers:
        """Return what takes `/start`, `/help` and `/disclaimer`."""
        return (
            CommandHandler("start", self.start, filters=TYPED),
            CommandHandler("help", self.help, filters=TYPED),
            CommandHandler("disclaimer", self.disclaimer, filters=TYPED),
        )

    async def start(self, update: Update, context: Context) -> None:
        """Welcome a person; a deep link such as `?start=TSLA` asks for its ticker at once."""
        message = message_of(update)
        if context.args:
            await self._predict.answer(update, context, read_predict(context.args[:1]))
            return
        text = welcome(self._replies.words, self._examples[0])
        await self._replies.text(answer_way(message), text, ticker_keyboard(self._examples))

    async def help(self, update: Update, _context: Context) -> None:
        """List what the bot can do."""
        message = message_of(update)
        text = help_text(self._replies.words, in_group=message.chat.type != "private")
        await self._replies.text(answer_way(message), text)

    async def disclaimer(self, update: Update, _context: Context) -> None:
        """Say what a forecast is and is not."""
        message = message_of(update)
        await self._replies.text(answer_way(message), disclaimer(self._replies.words))
