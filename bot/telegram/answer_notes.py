"""Writes down how far answers are: many at once in one transaction, each before its message leaves.

While a transaction is under way, whatever comes waits for the next one, together. A calm bot writes
at once; a busy one writes few and large ones, which is what a database is good at.
"""

import asyncio
from collections.abc import Sequence

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from storage.records.inbox import Done, Leaving

_Note = Leaving | Done
"""One more message leaves, or an update is done."""


class AnswerNotes:
    """Notes on the answers to one bot's updates."""

    def __init__(self, store: AwaitableStore, machine: Clock) -> None:
        self._store = store
        self._machine = machine
        self._waiting: list[tuple[_Note, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def leaving(self, bot_id: int, note: Leaving) -> None:
        """Note that one more message is about to leave.

        Raises:
            StorageError: It could not be noted.
        """
        await self._write(bot_id, note)

    async def done(self, bot_id: int, done: Done) -> None:
        """Note that an update is answered, and by which messages.

        Raises:
            StorageError: It could not be noted.
        """
        await self._write(bot_id, done)

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
