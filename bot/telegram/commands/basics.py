"""`/start`, `/help`, `/disclaimer`: what the bot is."""

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.telegram.commands.context import TYPED, Context, Handlers, answer_way, message_of
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.parsing import read_predict
from bot.telegram.commands.permissions import in_group, pressed_message
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.buttons import ticker_keyboard
from bot.words.cards import CARRYING_START, read_start
from bot.words.help import (
    START_HELP,
    disclaimer,
    help_keyboard,
    help_text,
    read_help_button,
    welcome,
)


class BasicCommands:
    """Says what the bot is and does."""

    def __init__(self, replies: Replies, predict: PredictCommand) -> None:
        self._replies = replies
        self._predict = predict

    def handlers(self) -> Handlers:
        """Return what takes `/start`, `/help` and `/disclaimer`."""
        return (
            CommandHandler("start", self.start, filters=TYPED & ~filters.Regex(CARRYING_START)),
            CommandHandler("help", self.help, filters=TYPED),
            CommandHandler("disclaimer", self.disclaimer, filters=TYPED),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:h\b"),
        )

    async def start(self, update: Update, context: Context) -> None:
        """Welcome a person; a link such as `?start=predict-TSLA-20` asks for its ticker at once."""
        message = message_of(update)
        if context.args == [START_HELP]:
            await self.help(update, context)
            return
        asked = read_start(context.args[0]) if context.args else []
        if asked:
            await self._predict.answer(update, context, read_predict(asked))
            return
        text = welcome(self._replies.words, self._replies.examples[0])
        await self._replies.text(answer_way(message), text, ticker_keyboard(self._replies.examples))

    async def help(self, update: Update, _context: Context) -> None:
        """List what the bot can do."""
        message = message_of(update)
        await self._show_help(message, answer_way(message))

    async def on_press(self, update: Update, _context: Context) -> None:
        """Show a topic of the help in place, or the help as a message of its own."""
        query = update.callback_query
        if query is None:
            return
        topic, words = read_help_button(query.data or ""), self._replies.words
        message, place = pressed_message(query)
        if topic is None:
            await self._show_help(message, Way(place))
        else:
            await edit_text(query, help_text(words, topic), help_keyboard(words))
        await acknowledge(query)

    async def _show_help(self, message: Message, way: Way) -> None:
        words = self._replies.words
        text = help_text(words, in_group=in_group(message))
        await self._replies.text(way, text, help_keyboard(words))

    async def disclaimer(self, update: Update, _context: Context) -> None:
        """Say what a forecast is and is not."""
        message = message_of(update)
        await self._replies.text(answer_way(message), disclaimer(self._replies.words))
