"""`/export`, `/import`, `/forgetme`, `/privacy`: what is kept of people is theirs."""

import asyncio
import re

from telegram import Document, Message, Update
from telegram.constants import ChatAction
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.answers.exports import MOST_IMPORT_BYTES, read_tickers
from bot.answers.privacy import PrivacyDesk
from bot.answers.watchlist import Watchlists
from bot.background.nightly.night_steps import KEPT
from bot.errors import ImportRefusedError, NotAllowedError
from bot.telegram.commands.context import (
    BotApplication,
    Context,
    Services,
    acting,
    answer_way,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.permissions import is_nameless, person_of, require_change
from bot.telegram.errors import calling
from bot.words.preferences import zone_keyboard, zone_question
from bot.words.privacy import (
    erased_text,
    export_caption,
    forget_keyboard,
    forget_question,
    kept_text,
    privacy_text,
    read_erase_button,
)
from bot.words.watchlist import added_text, suggestion_keyboard

_TYPED = filters.UpdateType.MESSAGE
_CAPTION = re.compile(r"^/import\b", re.IGNORECASE)
_MOST_AN_IMPORT_COSTS = 15


class DataCommands:
    """Hands out, takes back and erases data."""

    def __init__(self, services: Services, desk: PrivacyDesk, lists: Watchlists) -> None:
        self._s = services
        self._desk = desk
        self._lists = lists

    async def privacy(self, update: Update, _context: Context) -> None:
        """Say what is kept."""
        message = message_of(update)
        await self._s.sender.text(answer_way(message), privacy_text(self._s.words("en"), KEPT.days))

    async def export(self, update: Update, context: Context) -> None:
        """Send what is kept of the place as two files."""
        message = message_of(update)
        self._spend(message, 1)
        words, way = self._s.words("en"), answer_way(message)
        async with acting(context.bot, place_of(message), ChatAction.UPLOAD_DOCUMENT):
            files = await self._desk.export(place_of(message))
        day = self._s.clock.now().date().isoformat()
        for kind, content in (("csv", files.csv), ("json", files.json)):
            caption = export_caption(words, kind, files.subscriptions, files.forecasts)
            await self._s.sender.document(way, f"tickercast-{day}.{kind}", content, caption)

    async def import_file(self, update: Update, context: Context) -> None:
        """Put the subscriptions of a file on the list."""
        message = message_of(update)
        document = document_of(message)
        settings = await self._s.worker.wait(self._s.store.settings, place_of(message))
        await require_change(message, person_of(message), settings)
        self._spend(message, 1)
        async with acting(context.bot, place_of(message), ChatAction.TYPING):
            tickers = read_tickers(await _content(document))
            self._spend(message, min(len(tickers), _MOST_AN_IMPORT_COSTS))
            addition = await self._lists.subscribe(place_of(message), person_of(message), tickers)
        words, way = self._s.words("en"), answer_way(message)
        text = added_text(words, addition, self._s.clock.now())
        await self._s.sender.text(way, text, suggestion_keyboard(addition))
        if addition.asks_zone:
            await self._s.sender.text(way, zone_question(words, settings), zone_keyboard(words))

    async def forgetme(self, update: Update, _context: Context) -> None:
        """Ask whether to erase a person's data."""
        message = message_of(update)
        if is_nameless(message):
            raise NotAllowedError("anonymous")
        words, keyboard = (
            self._s.words("en"),
            forget_keyboard(self._s.words("en"), person_of(message)),
        )
        await self._s.sender.text(answer_way(message), forget_question(words), keyboard)

    async def on_press(self, update: Update, _context: Context) -> None:
        """Erase the data of the person who asked and now pressed."""
        query = update.callback_query
        if query is None:
            return
        choice = read_erase_button(query.data or "")
        if choice.user_id != query.from_user.id:
            raise NotAllowedError("not-yours")
        words = self._s.words("en")
        if choice.yes:
            erased = await self._desk.forget(query.from_user.id)
            await edit_text(query, erased_text(words, erased))
        else:
            await edit_text(query, kept_text(words))
        await query.answer()

    def _spend(self, message: Message, questions: int) -> None:
        now = asyncio.get_running_loop().time()
        self._s.budget.spend(person_of(message), now, questions=questions)


def document_of(message: Message) -> Document:
    """Return the file of a message, or of the one it replies to.

    Raises:
        ImportRefusedError: There is none, or it is too large.
    """
    replied = message.reply_to_message
    document = message.document or (replied.document if replied else None)
    if document is None:
        raise ImportRefusedError("no-file")
    if (document.file_size or 0) > MOST_IMPORT_BYTES:
        raise ImportRefusedError("too-large")
    return document


async def _content(document: Document) -> bytes:
    file = await calling(document.get_file)
    if (file.file_size or 0) > MOST_IMPORT_BYTES:
        raise ImportRefusedError("too-large")
    return bytes(await calling(file.download_as_bytearray))


def register_mydata(
    application: BotApplication, services: Services, desk: PrivacyDesk, lists: Watchlists
) -> None:
    """Add the handlers of people's data."""
    commands = DataCommands(services, desk, lists)
    for name, callback in (
        ("export", commands.export),
        ("import", commands.import_file),
        ("forgetme", commands.forgetme),
        ("privacy", commands.privacy),
    ):
        application.add_handler(CommandHandler(name, callback, filters=_TYPED))
    captioned = _TYPED & filters.Document.ALL & filters.CaptionRegex(_CAPTION)
    application.add_handler(MessageHandler(captioned, commands.import_file))
    application.add_handler(CallbackQueryHandler(commands.on_press, pattern=r"^v1:e:"))
