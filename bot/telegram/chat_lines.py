"""The messages that wait to be sent to one chat, in their order."""

import asyncio
import heapq
from collections.abc import Callable, Collection, Iterable
from math import inf

from bot.telegram.chat_pace import CHAT_BURST, ChatPace, FreePace
from bot.telegram.tolerance import Tolerance

_STUCK_SECONDS = 3.0
"""A message that is on its way for so long does not keep up those behind it any more."""


class Turn:
    """One message's place in its chat's line; once given, the message may leave."""

    def __init__(self, line: "ChatLine", number: int, weight: int, *, broadcast: bool) -> None:
        self.line = line
        self.weight = weight
        self.broadcast = broadcast
        self.order = (broadcast, number)
        """Answers go before broadcasts, and what came first goes first."""
        self.given: asyncio.Future[None] | None = None

    @property
    def burst(self) -> int:
        """How many messages the chat may get at once."""
        return CHAT_BURST if self.broadcast else self.line.answer_burst


Entry = tuple[tuple[bool, int], Turn]
"""A turn behind its place in the order of all."""


class ChatLine:
    """One message on its way at a time: an order that Telegram's refusals cannot upset."""

    def __init__(
        self, name: str, tolerance: Tolerance, *, is_group: bool, free: bool = False
    ) -> None:
        self.name = name
        self._tolerance = tolerance
        self.is_group = is_group
        self.pace = FreePace(is_group=is_group) if free else ChatPace(is_group=is_group)
        self._waiting: list[Entry] = []
        self._on_its_way: Turn | None = None
        self._left_at = 0.0

    @property
    def answer_burst(self) -> int:
        """How many answers the chat may get at once."""
        return self._tolerance.burst(asyncio.get_running_loop().time())

    def queue_up(self, turn: Turn) -> "asyncio.Future[None]":
        """Let a turn wait at its place, also one that was given and refused by Telegram."""
        if self._on_its_way is turn:
            self._on_its_way = None
        turn.given = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (turn.order, turn))
        return turn.given

    def drop(self, turn: Turn) -> None:
        """End a turn, whether it was given or not."""
        if self._on_its_way is turn:
            self._on_its_way = None
        self._waiting = [entry for entry in self._waiting if entry[1] is not turn]
        heapq.heapify(self._waiting)

    def head(self) -> Turn | None:
        """Return who is next."""
        return self._waiting[0][1] if self._waiting else None

    def give(self, now: float) -> None:
        """Give the turn to who is next."""
        _, turn = heapq.heappop(self._waiting)
        self.pace.take(now, turn.weight)
        self._on_its_way, self._left_at = turn, now
        if turn.given is not None and not turn.given.done():
            turn.given.set_result(None)

    def wait(self, now: float, head: Turn) -> float:
        """Return how many seconds the next one must wait for this chat's sake."""
        free = self._left_at + _STUCK_SECONDS - now if self._on_its_way else 0.0
        return max(free, self.pace.wait(now, head.weight, head.burst))

    def wait_unasked(self, now: float, weight: int) -> float:
        """Return how many seconds messages that nobody asked for must wait."""
        return self.pace.wait(now, weight, CHAT_BURST)

    def seconds_to_end(self, now: float) -> float:
        """Return how long one more answer would wait."""
        waiting = sum(turn.weight for _, turn in self._waiting)
        return self.pace.wait(now, 1, self._tolerance.burst(now)) + waiting * self.pace.spacing

    def is_idle(self, now: float) -> bool:
        """Return whether nothing waits and nothing needs to be remembered."""
        return not self._waiting and self._on_its_way is None and self.pace.is_idle(now)


def heads_due(
    lines: Collection[ChatLine],
    now: float,
    wait_of_all: Callable[[float, Turn], float],
    *,
    owed: bool = False,
) -> tuple[float, list[Entry]]:
    """Return after how many seconds to look again, and the heads of lines that may leave.

    Args:
        lines: Of chats.
        now: Seconds of the event loop.
        wait_of_all: How long a turn must wait whatever its chat.
        owed: Whether a broadcast's message is next, if there is one: all others wait for it.
    """
    if owed and (first := _first_broadcast(lines, now)) is not None:
        lines = [first.line]
    soonest, due, waits = inf, list[Entry](), dict[tuple[bool, int], float]()
    for line in lines:
        if (head := line.head()) is None:
            continue
        kind = (head.broadcast, head.weight)
        if kind not in waits:
            waits[kind] = wait_of_all(now, head)
        # While nobody of a kind may send, no chat need be asked: hundreds may wait.
        wait = waits[kind] if waits[kind] > 0 else line.wait(now, head)
        soonest = min(soonest, wait)
        if wait <= 0:
            due.append((head.order, head))
    return soonest, due


def _first_broadcast(lines: Iterable[ChatLine], now: float) -> Turn | None:
    """Return the broadcast's message that came first, of those that their chats let in now."""
    heads = [head for line in lines if (head := line.head()) is not None and head.broadcast]
    ready = [head for head in heads if head.line.wait(now, head) <= 0]
    return min(ready, key=lambda head: head.order, default=None)
