"""Writes down how far answers are: many at once in one transaction, each before its message leaves.

While a transaction is under way, whatever comes waits for the next one, together. A calm bot writes
at once; a busy one writes few and large ones, which is what a database is good at.
"""

import asyncio
from collections.abc import Sequence

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.telegram.done_order import DoneOrder
from storage.records.inbox import Arrival, Done, Leaving

_Note = Leaving | Done
"""One more message leaves, or an update is done."""


class AnswerNotes:
    """Notes on the answers to one bot's updates."""

    def __init__(self, store: AwaitableStore, machine: Clock) -> None:
        self._store = store
        self._machine = machine
        self._order = DoneOrder()
        self._sent: dict[int, tuple[int, ...]] = {}
        self._waiting: list[tuple[_Note, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def leaving(self, bot_id: int, note: Leaving) -> None:
        """Note that one more message is about to leave.

        Raises:
            StorageError: It could not be noted.
        """
        await self._write(bot_id, note)

    def begin(self, arrival: Arrival) -> None:
        """Take an update as in work."""
        self._order.begin(arrival.chat_id, arrival.update_id)

    def drop(self, arrival: Arrival) -> None:
        """Forget an update that another process answers."""
        for number in self._order.drop(arrival.chat_id, arrival.update_id):
            self._sent.pop(number, None)

    async def done(
        self, bot_id: int, arrival: Arrival, sent: tuple[int, ...], *, changes: bool
    ) -> None:
        """Note that an update is answered, as soon as it counts as done (see `done_order`).

        Args:
            bot_id: Whose update.
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
        await asyncio.gather(*(self._write(bot_id, note) for note in notes))

    async def _write(self, bot_id: int, note: _Note) -> None:
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._waiting.append((note, written))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_all(bot_id))
        await written

    async def _write_all(self, bot_id: int) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            error = await self._one_transaction(bot_id, [note for note, _ in together])
            for _, written in together:
                if written.done():
                    continue
                if error is None:
                    written.set_result(None)
                else:
                    written.set_exception(error)

    async def _one_transaction(self, bot_id: int, notes: Sequence[_Note]) -> Exception | None:
        leaving = [note for note in notes if isinstance(note, Leaving)]
        done = [note for note in notes if not isinstance(note, Leaving)]
        try:
            await self._store.note_answers(bot_id, leaving, done, self._machine.now())
        except Exception as err:  # noqa: BLE001 - each of those who wait raises it
            return err
        return None
