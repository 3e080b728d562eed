"""What the processes on one database tell each other at once, in place of being asked.

PostgreSQL carries the bulletins (LISTEN and NOTIFY), so that no further server is needed. They are
hints: whatever matters is in the tables, and is looked up there whenever bulletins may have been
missed. On SQLite nobody listens and nothing is told.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from bot.awaitable_store import AwaitableStore
from storage.errors import StorageError

log = logging.getLogger(__name__)

Hear = Callable[[str], None]
_TOGETHER_SECONDS = 0.05
"""So long what is told waits for what is told next."""
_AGAIN_SECONDS = 1.0
_END_SECONDS = 3.0


class Bulletins:
    """This process's ear and mouth."""

    def __init__(self, store: AwaitableStore, name: str) -> None:
        """Neither tell nor hear anything yet.

        Args:
            store: Over the database that all share.
            name: Of this process, which does not hear what it told itself.
        """
        self._store = store
        self._name = name
        self._ears: dict[str, Hear] = {}
        self._missed: list[Callable[[], None]] = []
        self._told: list[str] = []
        self._telling: asyncio.Task[None] | None = None
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def on(self, kind: str, hear: Hear) -> None:
        """Let what is told under a name be heard: what stands behind it."""
        self._ears[kind] = hear

    def on_missed(self, look: Callable[[], None]) -> None:
        """Let something be looked up whenever bulletins may have been missed."""
        self._missed.append(look)

    def share(self, kind: str, hear: Callable[..., None]) -> Callable[..., None]:
        """Return what tells all other processes of a call, which happens there with its values."""

        def heard(text: str) -> None:
            name, *values = json.loads(text)
            if name != self._name:
                hear(*values)

        def tell(*values: Any) -> None:
            self._tell(f"{kind} {json.dumps([self._name, *values])}")

        self.on(kind, heard)
        return tell

    def start(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._listen, args=(loop,), daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Tell and hear nothing more."""
        self._end.set()
        thread, self._thread = self._thread, None
        if self._telling is not None:
            self._telling.cancel()
        if thread is not None:
            await asyncio.to_thread(thread.join, _END_SECONDS)

    def _tell(self, bulletin: str) -> None:
        if self._thread is None:
            return
        self._told.append(bulletin)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell_all())

    async def _tell_all(self) -> None:
        while self._told:
            await asyncio.sleep(_TOGETHER_SECONDS)
            told, self._told = self._told, []
            try:
                await self._store.tell_all(told)
            except StorageError as err:
                log.warning("bulletins-not-told count=%s reason=%r", len(told), str(err))

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        def post(call: Callable[..., None], *values: str) -> None:
            if not self._end.is_set():
                loop.call_soon_threadsafe(call, *values)

        while not self._end.is_set():
            try:
                self._store.blocking.listen(
                    lambda text: post(self._heard, text), lambda: post(self._ready), self._end
                )
            except StorageError as err:
                log.warning("bulletins-not-heard reason=%r", str(err))
            self._end.wait(_AGAIN_SECONDS)

    def _ready(self) -> None:
        for look in self._missed:
            look()

    def _heard(self, bulletin: str) -> None:
        kind, _, text = bulletin.partition(" ")
        hear = self._ears.get(kind)
        if hear is not None:
            hear(text)
