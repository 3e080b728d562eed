"""One line per chat, many chats at once: in which order updates are carried out.

The updates of one chat (in a forum: of one topic) begin in the order they came, one at a time;
chats do not wait for each other. Whoever must wait for a turn to send, or takes long, leaves the
line and its slot to the next, so that nothing waits while holding what others need:

- who waits to send has done what the update asked for, and all others may go on;
- who waits for a forecast or a picture leaves its slot alone: the chat's order is kept;
- who takes long may be in the middle of it, so that only other people of the chat go on.
"""

import asyncio
import logging
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram.ext import BaseUpdateProcessor

log = logging.getLogger(__name__)

AT_ONCE = 24
"""Updates that may be in work at once; those that wait to send are not counted."""
PATIENCE_SECONDS = 5.0
"""After so long in work, other people of the same chat go on."""
_UNLIMITED = 1_000_000
"""The library's own slots, of which a waiting update would hold one; here they are never short."""

CarryOut = Callable[[object, Awaitable[Any]], Coroutine[Any, Any, None]]
_current: ContextVar["_Turn | None"] = ContextVar("turn", default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an update queues.

    Attributes:
        line: Chat and topic, or whatever stands for them.
        person: Who is not overtaken by what they asked later.
    """

    line: Hashable
    person: Hashable


def leave_line() -> None:
    """Let the next update of the chat begin: what goes on here only waits for its turn to send."""
    turn = _current.get()
    if turn is not None:
        turn.leave()


def leave_slot() -> None:
    """Let another chat's update begin: what goes on here waits for what others do, too.

    The line of the chat is kept, so that its updates stay in order.
    """
    turn = _current.get()
    if turn is not None:
        turn.leave_slot()


class UpdateLines(BaseUpdateProcessor):
    """Carries updates out, each in the line of its chat."""

    def __init__(
        self,
        standing_of: Callable[[object], Standing],
        carry_out: CarryOut,
        *,
        at_once: int = AT_ONCE,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Make lines; they begin to move when the first update comes.

        Args:
            standing_of: Says where an update queues.
            carry_out: Does an update; the awaitable is the application's own part of it.
            at_once: How many may be in work, over all chats.
            patience_seconds: After how long other people of a chat need not wait any more.
        """
        super().__init__(_UNLIMITED)
        self._standing_of = standing_of
        self._carry_out = carry_out
        self._at_once = at_once
        self._patience = patience_seconds
        self._lines: dict[Hashable, _Line] = {}
        self._ready: OrderedDict[_Line, None] = OrderedDict()
        self._working = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Event()
        self._stopped = False

    async def initialize(self) -> None:
        """Nothing is needed before the first update."""

    async def shutdown(self) -> None:
        """Begin nothing more and end what is in work; what was not done is not marked as done."""
        self.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Put an update at the end of its line, and return at once."""
        if self._stopped:
            _drop(coroutine)
            return
        standing = self._standing_of(update)
        line = self._lines.setdefault(standing.line, _Line(standing.line))
        line.waiting.append(_Waiting(update, standing.person, coroutine))
        self._look_at(line)
        self._begin_what_can()

    @property
    def waiting(self) -> int:
        """How many updates have not begun."""
        return sum(len(line.waiting) for line in self._lines.values())

    @property
    def is_empty(self) -> bool:
        """Whether no chat is known any more, since nothing waits or is in work anywhere."""
        return not self._lines

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True
        for line in self._lines.values():
            while line.waiting:
                _drop(line.waiting.popleft().coroutine)
        self._ready.clear()

    async def until(self, fits: Callable[[], bool]) -> None:
        """Wait until something is true that changes as updates are done."""
        while not fits():
            self._moved.clear()
            await self._moved.wait()

    async def emptied(self) -> None:
        """Wait until nothing is in work, waiting to send included."""
        await self.until(lambda: not self._tasks)

    def _look_at(self, line: "_Line") -> None:
        if line.can_begin():
            self._ready[line] = None
        else:
            self._ready.pop(line, None)
            # A line that was forgotten while somebody waited to send may have a successor.
            if line.is_empty() and self._lines.get(line.key) is line:
                del self._lines[line.key]

    def _begin_what_can(self) -> None:
        while self._ready and self._working < self._at_once:
            line, _ = self._ready.popitem(last=False)
            turn = _Turn(self, line, line.take())
            self._working += 1
            task = asyncio.get_running_loop().create_task(self._work(turn))
            self._tasks.add(task)
            task.add_done_callback(self._forget)

    async def _work(self, turn: "_Turn") -> None:
        _current.set(turn)
        patience = asyncio.get_running_loop().call_later(self._patience, turn.overstay)
        try:
            await self._carry_out(turn.item.update, turn.item.coroutine)
        except Exception:
            # A fault in one update must not keep all others from being answered.
            log.exception("not-carried-out")
        finally:
            patience.cancel()
            turn.end()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._moved.set()

    def _next(self, line: "_Line", *, freed: bool) -> None:
        self._working -= freed
        self._moved.set()
        self._look_at(line)
        self._begin_what_can()


@dataclass(frozen=True, slots=True)
class _Waiting:
    update: object
    person: Hashable
    coroutine: Awaitable[Any]


class _Line:
    """The updates of one chat: those that wait, who is in work, and who left the line in work."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.waiting: deque[_Waiting] = deque()
        self.is_taken = False
        self.busy: Counter[Hashable] = Counter()

    def can_begin(self) -> bool:
        return not self.is_taken and any(not self.busy[item.person] for item in self.waiting)

    def is_empty(self) -> bool:
        return not (self.waiting or self.is_taken or self.busy.total())

    def take(self) -> _Waiting:
        item = next(item for item in self.waiting if not self.busy[item.person])
        self.waiting.remove(item)
        self.is_taken = True
        return item


class _Turn:
    """An update in work: at the head of its line, or already aside."""

    def __init__(self, lines: UpdateLines, line: _Line, item: _Waiting) -> None:
        self.item = item
        self._lines = lines
        self._line = line
        self._holds = self._has_slot = True
        self._is_busy = False

    def leave(self) -> None:
        """Give line and slot to whoever is next, the same person included."""
        held, self._holds = self._holds, False
        if held:
            self._line.is_taken = False
        self._free_person()
        self._next()

    def leave_slot(self) -> None:
        """Give the slot to another chat."""
        if self._has_slot:
            self._next()

    def overstay(self) -> None:
        """Give line and slot to whoever is next among the other people."""
        if self._holds:
            self._is_busy = True
            self._line.busy[self.item.person] += 1
            self._line.is_taken = self._holds = False
            self._next()

    def end(self) -> None:
        """Be done."""
        self.leave()

    def _next(self) -> None:
        freed, self._has_slot = self._has_slot, False
        self._lines._next(self._line, freed=freed)  # noqa: SLF001 - one thing in two classes

    def _free_person(self) -> None:
        if self._is_busy:
            self._is_busy = False
            self._line.busy[self.item.person] -= 1
            self._line.busy += Counter()  # forgets who is at zero


def _drop(coroutine: Awaitable[Any]) -> None:
    with suppress(RuntimeError):
        if isinstance(coroutine, Coroutine):
            coroutine.close()
