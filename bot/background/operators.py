"""Tells the operators what they must know: alarms once a day each, one summary a night."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.posts import Post
from bot.clock import Clock
from bot.errors import BotError
from bot.words.language import SOURCE, Html, Words
from bot.words.storage_trouble import cannot_write_alarm, damaged_alarm
from storage.errors import DamagedDatabaseError, StorageError
from storage.records.chats import Place
from storage.records.work import OutboxItem

log = logging.getLogger(__name__)

ALARM, SUMMARY = "alarm", "summary"
Saying = Callable[[Words], Html]
"""What is said, once the language is known."""


class Operators:
    """Writes to everybody in ADMIN_IDS, through the outbox like all that is unasked."""

    def __init__(
        self,
        ids: Sequence[int],
        store: AwaitableStore,
        clock: Clock,
        words: Callable[[str], Words],
        *,
        summaries: bool = True,
        directly: Callable[[int, Html], Awaitable[object]] | None = None,
    ) -> None:
        self._ids = tuple(ids)
        self._store = store
        self._clock = clock
        self._words = words
        self._summaries = summaries
        self._directly = directly
        self._told_directly: set[str] = set()

    def is_operator(self, user_id: int) -> bool:
        """Return whether a person runs this bot."""
        return user_id in self._ids

    async def alarm(self, name: str, text: Saying) -> None:
        """Tell of something that went wrong; of the same thing once a day."""
        log.error("alarm name=%s text=%r", name, text(self._words(SOURCE)).without_markup())
        now = self._clock.now()
        await self._tell(ALARM, f"{name} {now.date()}"[:120], text, now)

    async def database_fails(self, error: StorageError) -> None:
        """Tell of a database that takes nothing or is damaged, past the outbox that lies in it."""
        told = f"{type(error).__name__} {self._clock.now().date()}"
        if self._directly is None or told in self._told_directly:
            return
        self._told_directly.add(told)
        alarm = damaged_alarm if isinstance(error, DamagedDatabaseError) else cannot_write_alarm
        for chat_id in self._ids:
            words = self._words(await self._language_of(chat_id))
            try:
                await self._directly(chat_id, alarm(words, str(error)))
            except (BotError, StorageError, OSError) as err:
                log.warning("alarm-lost chat=%s reason=%r", chat_id, str(err))

    async def _language_of(self, chat_id: int) -> str:
        try:
            return (await self._store.settings(Place(chat_id))).language
        except StorageError:
            return SOURCE

    async def summary(self, key: str, text: Saying) -> None:
        """Tell how a night went, where that is wanted."""
        if self._summaries:
            await self._tell(SUMMARY, key, text, self._clock.now())

    async def _tell(self, kind: str, key: str, text: Saying, now: datetime) -> None:
        items = []
        for place in map(Place, self._ids):
            settings = await self._store.settings(place)
            post = Post(text(self._words(settings.language)), silent=kind == SUMMARY)
            items.append(OutboxItem(place, kind, key, now, post.encode()))
        if items:
            await self._store.enqueue(items, now)
