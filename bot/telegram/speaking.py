"""The language of the answers to one update: a chosen one, else the person's or their group's.

As with `Answering` it is at hand everywhere while an update is carried out, without a parameter
through all commands.
"""

import logging
from contextvars import ContextVar

from cachetools import LRUCache
from telegram import ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.awaitable_store import AwaitableStore
from bot.words.language import SOURCE
from bot.words.languages import language_of
from storage.errors import StorageError
from storage.records.chats import Place, PlaceSettings

log = logging.getLogger(__name__)

_AWAY = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
_MOST_REMEMBERED = 4096
_language: ContextVar[str] = ContextVar("language", default=SOURCE)
_settings: ContextVar[PlaceSettings | None] = ContextVar("settings", default=None)


def speak(language: str) -> None:
    """Let what is said in this task from now on be in a language."""
    _language.set(language)


def spoken() -> str:
    """Return the language in which the update in work is answered."""
    return _language.get()


def settings_here() -> PlaceSettings | None:
    """Return how the place of the update in work was served as its turn came, None if unknown."""
    return _settings.get()


class Interpreter:
    """Finds the language of each update, and notes what chats are to be told in unasked."""

    def __init__(self, store: AwaitableStore) -> None:
        self._store = store
        self._noted: LRUCache[int, str] = LRUCache(_MOST_REMEMBERED)

    async def begin(self, update: Update) -> None:
        """Speak the language of the place an update comes from."""
        told = language_to_note(update)
        speak(told or SOURCE)
        _settings.set(None)
        try:
            speak(await self._language(update, told))
        except StorageError as err:
            # The command that follows meets the same fault, and says so.
            log.warning("language-unknown update=%s reason=%r", update.update_id, str(err))

    async def _language(self, update: Update, told: str | None) -> str:
        place = place_behind(update)
        if place is None:
            return told or SOURCE
        settings = await self._store.settings(place)
        _settings.set(settings)
        if told is None:
            return settings.language
        if self._is_new(place.chat_id, told, settings):
            await self._store.note_language(place.chat_id, told)
            self._noted[place.chat_id] = told
        return settings.language if settings.language_chosen else told

    def _is_new(self, chat_id: int, told: str, settings: PlaceSettings) -> bool:
        known = self._noted.get(chat_id, SOURCE)
        return known != told or (not settings.language_chosen and settings.language != told)


def language_to_note(update: Update) -> str | None:
    """Return the language an update tells of its chat, None where it tells none.

    A person alone with the bot speaks for themselves; whoever adds it to a group, for the group.
    """
    user, chat = update.effective_user, update.effective_chat
    alone = chat is None or chat.type == ChatType.PRIVATE
    if user is None or not (alone or _is_added(update.my_chat_member)):
        return None
    return language_of(user.language_code)


def place_behind(update: Update) -> Place | None:
    """Return the place an update comes from; of an inline question, its person's own chat."""
    message, chat = update.effective_message, update.effective_chat
    if isinstance(message, Message):
        topic = message.message_thread_id if message.is_topic_message else None
        return Place(message.chat_id, topic or 0)
    if chat is not None:
        return Place(chat.id)
    return Place(update.effective_user.id) if update.effective_user is not None else None


def _is_added(change: ChatMemberUpdated | None) -> bool:
    if change is None:
        return False
    return change.old_chat_member.status in _AWAY and change.new_chat_member.status not in _AWAY
