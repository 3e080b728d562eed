"""The one place where an error becomes an answer: a sentence if foreseen, else an incident."""

import logging
import secrets
from contextlib import suppress
from typing import Literal

from cachetools import TTLCache
from telegram import Message, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, NetworkError, TelegramError

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.posts import Post
from bot.clock import Clock
from bot.errors import (
    BotError,
    ChatGoneError,
    ChatSilencedError,
    MaybeSentError,
    NotSentError,
    TooManyRequestsError,
    UnansweredError,
)
from bot.meters import Meters
from bot.telegram.answering import current_answering
from bot.telegram.commands.context import Context, answer_way, place_of
from bot.telegram.commands.editing import pop_up
from bot.telegram.errors import meaning_of
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.telegram.speaking import Interpreter
from bot.telegram.ways import Way
from bot.words.buttons import Keyboard
from bot.words.failures import (
    failure,
    has_sentence,
    incident,
    long_line,
    not_let_to_write,
    was_away,
    was_cut_off,
)
from bot.words.language import Html
from bot.words.storage_trouble import cannot_write, out_of_reach
from bot.words.ways_out import way_out
from forecasting.errors import ForecastingError
from storage.errors import CannotWriteError, StorageError
from storage.records.chats import Place
from storage.records.work import OutboxItem

log = logging.getLogger(__name__)
_OFFER_AGAIN_S = 600.0
_TELL_AGAIN_S = 86_400.0
_SILENT = (ChatGoneError, ChatSilencedError, MaybeSentError, NotSentError)


class ErrorHandler:
    """Tells the person one true line and the operator the rest."""

    def __init__(
        self,
        replies: Replies,
        store: AwaitableStore,
        clock: Clock,
        interpreter: Interpreter,
        meters: Meters,
    ) -> None:
        self._interpreter = interpreter
        self._meters = meters
        self._replies = replies
        self._store = store
        self._clock = clock
        self._offered: TTLCache[tuple[int, str | None], bool] = TTLCache(1024, _OFFER_AGAIN_S)
        self._told: TTLCache[tuple[int, int], bool] = TTLCache(4096, _TELL_AGAIN_S)

    async def on_error(self, update: object, context: Context) -> None:
        """Handle whatever a handler raised."""
        error = context.error
        if error is None:
            return
        if not isinstance(update, Update):
            self._note_connection(error)
            return
        chat_id = update.effective_chat.id if update.effective_chat else None
        error = await self._foreseen(error, chat_id or 0)
        if isinstance(error, UnansweredError):
            log.error("unanswered chat=%s update=%s", chat_id, update.update_id)
            await self._excuse_later(update)
            return
        if isinstance(error, _SILENT):
            log.warning("not-answered chat=%s reason=%r", chat_id, str(error))
            if isinstance(error, ChatSilencedError):
                await self._tell_in_private(update)
            return
        if isinstance(error, TooManyRequestsError):
            await self.refuse(update, error)
        elif isinstance(error, (BotError, ForecastingError)) and has_sentence(error):
            await self._refuse(update, error)
        elif isinstance(error, StorageError):
            log.error("not-answered chat=%s reason=%r", chat_id, str(error))
            await self._tell_of_storage(update, error)
        else:
            await self._tell_incident(update, error, chat_id)

    async def _foreseen(self, error: Exception, chat_id: int) -> Exception:
        """Return what an error means, after writing down what it says of the chat."""
        if isinstance(error, ChatMigrated):
            log.info("chat-migrated old=%s new=%s", chat_id, error.new_chat_id)
            await self._store.migrate_chat(chat_id, error.new_chat_id)
        meaning = meaning_of(error, chat_id)
        if isinstance(meaning, ChatGoneError) and isinstance(error, TelegramError):
            reason: Literal["kicked", "blocked"] = "kicked" if chat_id < 0 else "blocked"
            await self._store.mark_chat_dead(chat_id, reason, self._clock.now())
        return meaning

    async def _tell_incident(self, update: Update, error: Exception, chat_id: int | None) -> None:
        self._meters.incident()
        incident_id = secrets.token_hex(4)
        log.error("incident id=%s chat=%s", incident_id, chat_id, exc_info=error)
        await self._tell(update, incident(self._replies.words, incident_id))

    async def _tell_of_storage(self, update: Update, error: StorageError) -> None:
        say = cannot_write if isinstance(error, CannotWriteError) else out_of_reach
        await self._store.fails(error)
        # What it says must not wait for what it tells of.
        current_answering().note_no_more()
        await self._tell(update, say(self._replies.words))

    async def _refuse(self, update: Update, error: Exception) -> None:
        """Say what is wrong, with buttons that do what is to be done next."""
        words, query = self._replies.words, update.callback_query
        text, keyboard = failure(error, words), way_out(error, words, self._replies.examples)
        if query is None or not keyboard or not isinstance(query.message, Message):
            await self._tell(update, text, keyboard)
            return
        # A window has no buttons: they follow as a message, once in a while for the same press.
        pressed = (query.message.chat_id, query.data)
        writes = pressed not in self._offered
        self._offered[pressed] = True
        with suppress(BotError, TelegramError):
            await pop_up(query, text, or_write=not writes)
            if writes:
                await self._replies.text(Way(place_of(query.message)), text, keyboard)

    async def _tell(self, update: Update, text: Html, keyboard: Keyboard = ()) -> None:
        with suppress(BotError, TelegramError):
            if update.callback_query is not None:
                await pop_up(update.callback_query, text)
            elif update.effective_message is not None:
                await self._replies.text(answer_way(update.effective_message), text, keyboard)

    async def _tell_in_private(self, update: Update) -> None:
        """Tell who asked where nothing may be written, once a day, if they have started the bot."""
        message, person = update.message, update.effective_user
        asked_openly = message is not None and message.sender_chat is None
        if message is None or person is None or not asked_openly or message.chat_id == person.id:
            return
        told = (message.chat_id, person.id)
        if told not in self._told:
            self._told[told] = True
            with suppress(BotError, StorageError, TelegramError):
                if not await self._store.is_reachable(person.id):
                    return
                text = not_let_to_write(self._replies.words)
                await self._replies.text(Way(Place(person.id)), text)

    async def refuse(self, update: Update, error: TooManyRequestsError) -> None:
        """Tell a person once that they ask too much; a press is answered in any case."""
        if not error.told:
            await self._interpreter.begin(update)
            await self._tell(update, failure(error, self._replies.words))
        elif update.callback_query is not None:
            await acknowledge(update.callback_query)

    async def tell_line(self, update: Update, seconds: float) -> None:
        """Tell a group how long its line is, before all that waits in it."""
        message = update.effective_message
        if message is not None:
            await self._interpreter.begin(update)
            with suppress(BotError, TelegramError):
                text = long_line(self._replies.words, seconds)
                await self._replies.notice(Way(place_of(message)), text)

    async def say_away(self, update: Update) -> None:
        """Tell a chat that its questions came while the bot was not there."""
        await self._tell(update, was_away(self._replies.words))

    async def _excuse_later(self, update: Update) -> None:
        """Leave a line for when Telegram takes messages again; one for all lost answers."""
        message, now = update.effective_message, self._clock.now()
        if message is None:
            return
        post = Post(was_cut_off(self._replies.words))
        key = f"{now:%Y-%m-%dT%H}"
        item = OutboxItem(place_of(message), "unanswered", key, now, post.encode())
        await self._store.enqueue([item], now)

    def _note_connection(self, error: BaseException) -> None:
        if isinstance(error, Conflict):
            log.error("second-poller reason=%r", str(error))
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            log.warning("telegram-unreachable reason=%r", str(error))
        else:
            log.error("failure-outside-updates", exc_info=error)
