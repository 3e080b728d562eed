"""Writes that come together share a transaction: a calm bot writes at once, a busy one in bunches.

While a transaction is under way, whatever comes waits for the next one; where one follows the other
and several writers are at it, each waits a moment for company, which one answer's own writes, each
behind the other, would wait for in vain. A transaction costs ten times what most writes in it do,
and SQLite takes one at a time in any case.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.worker import Worker
from storage.store import Store

T = TypeVar("T")

_BUSY_BUNCHES, _BUSY_SECONDS, _BUSY_ITEMS = 8, 0.1, 10
"""So many within so long with so many in them: others write as well."""
_COMPANY_SECONDS = 0.008


class Bunches(Generic[T]):
    """A queue whose items are written together, in their order; who waits for one learns of it."""

    def __init__(self, write: Callable[[list[T]], Awaitable[Sequence[Exception | None]]]) -> None:
        """Make an empty queue.

        Args:
            write: Writes a bunch and returns, for each item, what went wrong. Where it raises, all
                of the bunch have failed.
        """
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._begun: deque[tuple[float, int]] = deque(maxlen=_BUSY_BUNCHES)
        """When the last bunches began, and how much was in each."""

    async def put(self, item: T) -> None:
        """Add an item and return when it is written; raises what went wrong."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._waiting.append((item, written))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_all())
        await written

    async def _write_all(self) -> None:
        while self._waiting:
            if self._is_busy():
                await asyncio.sleep(_COMPANY_SECONDS)
            bunch, self._waiting = self._waiting, []
            self._begun.append((asyncio.get_running_loop().time(), len(bunch)))
            errors = await self._errors_of([item for item, _ in bunch])
            for (_, written), error in zip(bunch, errors, strict=True):
                if written.done():
                    continue
                if error is None:
                    written.set_result(None)
                else:
                    written.set_exception(error)

    def _is_busy(self) -> bool:
        if len(self._begun) < _BUSY_BUNCHES:
            return False
        since = asyncio.get_running_loop().time() - self._begun[0][0]
        return since < _BUSY_SECONDS and sum(size for _, size in self._begun) >= _BUSY_ITEMS

    async def _errors_of(self, items: list[T]) -> Sequence[Exception | None]:
        try:
            return await self._write(items)
        except Exception as err:  # noqa: BLE001 - each of those who wait raises it
            return [err] * len(items)


class GroupCommit:
    """The queue of writes to one store."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self._store = store
        self._worker = worker
        self._bunches = Bunches(self._transaction)

    async def write(self, write: Callable[[], None]) -> None:
        """Carry a write out and return when it is kept; raises what it raises."""
        await self._bunches.put(write)

    async def _transaction(self, writes: list[Callable[[], None]]) -> list[Exception | None]:
        return await self._worker.wait(self._store.write_together, writes)
