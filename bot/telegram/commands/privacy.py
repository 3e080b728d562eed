"""`/export`, `/import`, `/forgetme`, `/privacy`: what is kept of people is theirs."""

import re

from telegram import Document, Message, Update
from telegram.constants import ChatAction
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.answers.exports import MOST_IMPORT_BYTES, read_tickers
from bot.answers.privacy import PrivacyDesk
from bot.answers.watchlist import Watchlists
from bot.awaitable_store import AwaitableStore
from bot.background.nightly.night_steps import KEPT
from bot.clock import Clock
from bot.errors import ImportRefusedError, NotAllowedError
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    at_work,
    message_of,
    place_of,
)
from bot.telegram.commands.editing import edit_text
from bot.telegram.commands.permissions import (
    is_nameless,
    person_of,
    require_change,
    require_group_admin,
)
from bot.telegram.errors import repeating
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
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

_CAPTION = re.compile(r"^/import\b", re.IGNORECASE)
_MOST_AN_IMPORT_COSTS = 15


class PrivacyCommands:
    """Hands out, takes back and erases data."""

    def __init__(
        self,
        replies: Replies,
        desk: PrivacyDesk,
        lists: Watchlists,
        store: AwaitableStore,
        clock: Clock,
    ) -> None:
        self._replies = replies
        self._desk = desk
        self._lists = lists
        self._store = store
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes the commands of people's data and their buttons."""
        captioned = TYPED & filters.Document.ALL & filters.CaptionRegex(_CAPTION)
        return (
            CommandHandler("export", self.export, filters=TYPED),
            CommandHandler("import", self.import_file, filters=TYPED),
            CommandHandler("forgetme", self.forgetme, filters=TYPED),
            CommandHandler("privacy", self.privacy, filters=TYPED),
            MessageHandler(captioned, self.import_file),
            CallbackQueryHandler(self.on_press, pattern=r"^v1:e:"),
        )

    async def privacy(self, update: Update, _context: Context) -> None:
        """Say what is kept."""
        message = message_of(update)
        await self._replies.text(answer_way(message), privacy_text(self._replies.words, KEPT.days))

    async def export(self, update: Update, context: Context) -> None:
        """Send what is kept of the place as two files."""
        message = message_of(update)
        await require_group_admin(message, person_of(message))
        words, way = self._replies.words, answer_way(message)
        async with at_work(self._replies, update, context, action=ChatAction.UPLOAD_DOCUMENT):
            files = await self._desk.export(place_of(message))
        day = self._clock.now().date().isoformat()
        for kind, content in (("csv", files.csv), ("json", files.json)):
            caption = export_caption(words, kind, files.subscriptions, files.forecasts)
            await self._replies.document(way, f"tickercast-{day}.{kind}", content, caption)

    async def import_file(self, update: Update, context: Context) -> None:
        """Put the subscriptions of a file on the list."""
        message = message_of(update)
        document = document_of(message)
        settings = await self._store.settings(place_of(message))
        await require_change(message, person_of(message), settings)
        async with at_work(self._replies, update, context, action=ChatAction.TYPING):
            tickers = read_tickers(await _content(document))
            self._replies.spend(person_of(message), min(len(tickers), _MOST_AN_IMPORT_COSTS))
            addition = await self._lists.subscribe(place_of(message), person_of(message), tickers)
        words, way = self._replies.words, answer_way(message)
        text = added_text(words, addition, self._clock.now())
        await self._replies.text(way, text, suggestion_keyboard(addition))
        if addition.asks_zone:
            await self._replies.text(way, zone_question(words, settings), zone_keyboard(words))

    async def forgetme(self, update: Update, _context: Context) -> None:
        """Ask whether to erase a person's data."""
        message = message_of(update)
        if is_nameless(message):
            raise NotAllowedError("anonymous")
        words, keyboard = (
            self._replies.words,
            forget_keyboard(self._replies.words, person_of(message)),
        )
        await self._replies.text(answer_way(message), forget_question(words), keyboard)

    async def on_press(self, update: Update, _context: Context) -> None:
        """Erase the data of the person who asked and now pressed."""
        query = update.callback_query
        if query is None:
            return
        choice = read_erase_button(query.data or "")
        if choice.user_id != query.from_user.id:
            raise NotAllowedError("not-yours")
        words = self._replies.words
        if choice.yes:
            erased = await self._desk.forget(query.from_user.id)
            await edit_text(query, erased_text(words, erased))
        else:
            await edit_text(query, kept_text(words))
        await acknowledge(query)


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
    file = await repeating(document.get_file)
    if (file.file_size or 0) > MOST_IMPORT_BYTES:
        raise ImportRefusedError("too-large")
    return bytes(await repeating(file.download_as_bytearray))
