"""What a person writes to the bot alone that is no command of its: `$TSLA`, a city, or anything."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.errors import UsageError
from bot.telegram.commands.context import TYPED, Context, Handlers, answer_way, message_of
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.commands.questions import QuestionCommands
from bot.telegram.commands.settings import SettingsCommands
from bot.telegram.replies import Replies
from bot.words.help import private_hint
from bot.words.language import join
from bot.words.ways_out import lead_on

_ALONE = TYPED & filters.ChatType.PRIVATE
_WORDLESS = ~(filters.TEXT | filters.StatusUpdate.ALL | filters.Document.ALL)
"""A sticker, a voice, a place; a file waits for the `/import` that follows."""


class PrivateTexts:
    """Takes what all other commands have left."""

    def __init__(
        self,
        replies: Replies,
        predict: PredictCommand,
        settings: SettingsCommands,
        questions: QuestionCommands,
    ) -> None:
        self._replies = replies
        self._predict = predict
        self._settings = settings
        self._questions = questions

    def handlers(self) -> Handlers:
        """Return what takes unknown commands, cashtags and all other texts."""
        return (
            MessageHandler(_ALONE & filters.COMMAND, self.unknown),
            MessageHandler(_ALONE & filters.Regex(r"^\s*\$"), self.cashtag),
            MessageHandler(_ALONE & filters.TEXT, self.text),
            MessageHandler(_ALONE & _WORDLESS, self.wordless),
        )

    async def unknown(self, _update: Update, _context: Context) -> None:
        """Refuse a command that the bot does not have.

        Raises:
            UsageError: Always; its sentence names /help.
        """
        raise UsageError("unknown-command")

    async def cashtag(self, update: Update, context: Context) -> None:
        """Answer a question about `$TSLA`, or the ticker alone."""
        if not await self._questions.take(update, context, message_of(update).text or ""):
            await self._predict.on_cashtag(update, context)

    async def text(self, update: Update, context: Context) -> None:
        """Answer a question in words or a name; take a city that the bot waits for; or help out."""
        message = message_of(update)
        if await self._questions.take(update, context, message.text or ""):
            return
        if not await self._settings.take_city(message):
            words = self._replies.words
            text = join(self._questions.unread(message.text or ""), private_hint(words))
            keyboard = lead_on(words, self._replies.examples)
            await self._replies.text(answer_way(message), text, keyboard)

    async def wordless(self, update: Update, _context: Context) -> None:
        """Say what can be asked to who sends no words at all."""
        words = self._replies.words
        keyboard = lead_on(words, self._replies.examples)
        await self._replies.text(answer_way(message_of(update)), private_hint(words), keyboard)
