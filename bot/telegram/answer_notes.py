"""Writes down how far answers are: many at once in one transaction, each before its message leaves.

Notes that come together are two statements, however many they are, and those are one write among
the others that share a transaction (`bot/group_commit.py`).
"""

import asyncio
from collections.abc import Callable

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.group_commit import Bunches
from bot.telegram.done_order import DoneOrder
from storage.records.inbox import Arrival, Done, Leaving

_Note = Leaving | Done
"""One more message leaves, or an update is done."""


class AnswerNotes:
    """Notes on the answers to one bot's updates."""

    def __init__(self, store: AwaitableStore, machine: Clock, bot_id: Callable[[], int]) -> None:
        """Note nothing yet.

        Args:
            store: Holds the rows.
            machine: The machine's time.
            bot_id: Whose updates they are, which Telegram tells at the start.
        """
        self._store = store
        self._machine = machine
        self._bot_id = bot_id
        self._order = DoneOrder()
        self._sent: dict[int, tuple[int, ...]] = {}
        self._bunches: Bunches[_Note] = Bunches(self._write)

    async def leaving(self, note: Leaving) -> None:
        """Note that one more message is about to leave.

        Raises:
            StorageError: It could not be noted.
        """
        await self._bunches.put(note)

    def begin(self, arrival: Arrival) -> None:
        """Take an update as in work."""
        self._order.begin(arrival.chat_id, arrival.update_id)

    def drop(self, arrival: Arrival) -> None:
        """Forget an update that another process answers."""
        for number in self._order.drop(arrival.chat_id, arrival.update_id):
            self._sent.pop(number, None)

    async def done(self, arrival: Arrival, sent: tuple[int, ...], *, changes: bool) -> None:
        """Note that an update is answered, as soon as it counts as done (see `done_order`).

        Args:
            arrival: The update.
            sent: The messages that answered it.
            changes: Whether it changes what is kept.

        Raises:
            StorageError: It could not be noted.
        """
        number = arrival.update_id
        self._sent[number] = sent
        done = self._order.end(arrival.chat_id, number, changes=changes)
        notes: list[_Note] = [(one, self._sent.pop(one, ())) for one in done]
        if number not in done:
            notes.append(Leaving(number, sent, None))
        await asyncio.gather(*map(self._bunches.put, notes))

    async def _write(self, notes: list[_Note]) -> list[Exception | None]:
        leaving = [note for note in notes if isinstance(note, Leaving)]
        done = [note for note in notes if not isinstance(note, Leaving)]
        await self._store.note_answers(self._bot_id(), leaving, done, self._machine.now())
        return [None] * len(notes)
