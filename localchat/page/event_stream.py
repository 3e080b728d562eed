"""What happens in the chat, numbered, for every open page: server-sent events with a memory."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from localchat.page import page_json
from localchat.state import changes
from localchat.state.world_state import World

_REMEMBERED = 2_000
_BEAT_SECONDS = 15.0


class EventLog:
    """Turns changes of the world into events and hands them to all pages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._recent: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)
        self._listeners: set[asyncio.Queue[tuple[int, str] | None]] = set()
        self.last = 0
        world.observe(self._note)

    def add(self, kind: str, body: Any) -> None:
        """Tell all pages something."""
        self.last += 1
        event = (self.last, json.dumps({"kind": kind, "body": body}, ensure_ascii=False))
        self._recent.append(event)
        for queue in self._listeners:
            queue.put_nowait(event)

    def close(self) -> None:
        """Send all pages away."""
        for queue in self._listeners:
            queue.put_nowait(None)

    async def listen(self, after: int) -> AsyncIterator[bytes]:
        """Yield server-sent events behind a number, then as they happen.

        A page that knows a number of another run, or one long past, is told to load anew.

        Args:
            after: Number of the last event that the page knows.
        """
        queue: asyncio.Queue[tuple[int, str] | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            oldest = self._recent[0][0] if self._recent else self.last + 1
            if after > self.last or after < oldest - 1:
                yield _frame(self.last, '{"kind": "reload", "body": null}')
            else:
                for number, data in tuple(self._recent):
                    if number > after:
                        yield _frame(number, data)
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _BEAT_SECONDS)
                except TimeoutError:
                    yield b": beat\n\n"
                    continue
                if event is None:
                    return
                yield _frame(*event)
        finally:
            self._listeners.discard(queue)

    def _note(self, change: changes.Change) -> None:
        world = self._world
        match change:
            case changes.MessageSaved(message):
                self.add("message", page_json.message(world, message))
            case changes.ChatSaved(chat):
                self.add("chat", page_json.chat(chat))
            case changes.CommandsSaved():
                self.add("menus", page_json.menus(world))
            case changes.ActionShown(chat_id, thread_id, action):
                self.add("action", {"chat": chat_id, "thread": thread_id, "action": action})
            case changes.QueryChanged(query):
                self.add("query", page_json.query(query))
            case changes.InlineChanged(query):
                self.add("inline", page_json.inline(world, query))


def _frame(number: int, data: str) -> bytes:
    return f"id: {number}\ndata: {data}\n\n".encode()
