"""Writes that come together share a transaction: a calm bot writes at once, a busy one in bunches.

While a transaction is under way, whatever comes waits for the next one. A transaction costs ten
times what most writes in it do, and SQLite takes one at a time in any case.
"""

import asyncio
from collections.abc import Callable

from bot.worker import Worker
from storage.store import Store


class GroupCommit:
    """The queue of writes to one store."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self._store = store
        self._worker = worker
        self._waiting: list[tuple[Callable[[], None], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, write: Callable[[], None]) -> None:
        """Carry a write out and return when it is kept; raises what it raises."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[None] = loop.create_future()
        self._waiting.append((write, kept))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_all())
        await kept

    async def _write_all(self) -> None:
        while self._waiting:
            bunch, self._waiting = self._waiting, []
            errors = await self._errors_of([write for write, _ in bunch])
            for (_, kept), error in zip(bunch, errors, strict=True):
                if kept.done():
                    continue
                if error is None:
                    kept.set_result(None)
                else:
                    kept.set_exception(error)

    async def _errors_of(self, writes: list[Callable[[], None]]) -> list[Exception | None]:
        try:
            return await self._worker.wait(self._store.write_together, writes)
        except Exception as err:  # noqa: BLE001 - each of those who wait raises it
            return [err] * len(writes)
