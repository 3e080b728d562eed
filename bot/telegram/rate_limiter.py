"""Keeps every request within Telegram's flood limits, answers before broadcasts.

The library's own limiter has no limit for private chats, lets a group have twice its share in the
first minute, and re-opens the gate too early after a 429 (python-telegram-bot issues 3772, 5338).
"""

import asyncio
import heapq
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

OVERALL_PER_SECOND = 29.0
"""Telegram allows 30; the rest is for the jitter of the network."""
CHAT_BURST = 3
"""How many unasked messages a chat gets at once, before one a second."""
ANSWER_BURST = 20
"""The same for answers: a person who asks quickly is answered quickly, as Telegram tolerates."""
GROUP_PER_MINUTE = 19
LONGEST_WAIT = 120.0
_WINDOW = 1.0
_JITTER = 0.15
"""Seconds that a bunch may arrive later than it left: what follows it keeps this much more away."""
_MADE_GOOD = 0.1
"""Seconds that a broadcast may have been late and still catch up."""
BROADCAST = "broadcast"
_COUNTED = ("send", "copy", "forward", "edit")
_FREE = ("sendChatAction", "sendMessageDraft")


class PacedLimiter(BaseRateLimiter[str]):
    """One line for all that is sent: 29 a second, one a second and chat, 19 a minute and group.

    A request with the argument `broadcast` waits until no answer is waiting.
    """

    def __init__(self, per_second: float = OVERALL_PER_SECOND) -> None:
        self.per_second = per_second
        self._interval = 1.0 / per_second
        self._line: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._pump: asyncio.Task[None] | None = None
        self._most = max(1, int(per_second))
        self._handed: deque[float] = deque(maxlen=self._most)
        self._last_at = 0.0
        self._free_at = 0.0
        self._closed_until = 0.0
        self._chats: dict[int, _ChatPace] = defaultdict(_ChatPace)
        self._refused: dict[int, float] = {}
        self.last_flight = 0.0
        """Seconds from the start of the newest broadcast request to its answer."""

    async def initialize(self) -> None:
        """Nothing is needed before the first request."""

    async def shutdown(self) -> None:
        """Stop handing out turns."""
        if self._pump is not None:
            self._pump.cancel()
            with suppress(asyncio.CancelledError):
                await self._pump

    def wait_of(self, chat_id: int, weight: int = 1) -> float:
        """Return how many seconds a chat's own limit asks to wait before `weight` messages."""
        pace = self._chats.get(chat_id)
        if pace is None:
            return 0.0
        return pace.wait(asyncio.get_running_loop().time(), chat_id < 0, weight, CHAT_BURST)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Send one request when its turn comes; wait and repeat as often as Telegram asks to."""
        chat_id = data.get("chat_id")
        counted = (
            isinstance(chat_id, int) and endpoint.startswith(_COUNTED) and endpoint not in _FREE
        )
        waited = 0.0
        while True:
            if counted and isinstance(chat_id, int):
                weight = len(data.get("media") or ()) if endpoint == "sendMediaGroup" else 1
                await self._turn(chat_id, max(1, weight), rate_limit_args == BROADCAST)
            try:
                if rate_limit_args == BROADCAST:
                    return await self._timed(callback(*args, **kwargs))
                return await callback(*args, **kwargs)
            except RetryAfter as err:
                seconds = _seconds(err.retry_after)
                waited += seconds
                log.warning("flood-limit endpoint=%s chat=%s wait=%s", endpoint, chat_id, seconds)
                if waited > LONGEST_WAIT:
                    raise
                self._close(chat_id, seconds)
                await asyncio.sleep(seconds)

    async def _timed(self, request: Coroutine[Any, Any, Any]) -> Any:
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            return await request
        finally:
            self.last_flight = loop.time() - start

    def _close(self, chat_id: object, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        if not isinstance(chat_id, int):
            self._closed_until = max(self._closed_until, until)
            return
        pace = self._chats[chat_id]
        pace.closed_until = max(pace.closed_until, until)
        # One chat's refusal may be its own limit, and says nothing about the others; the refusal
        # of a second private chat while the first is closed can only be the limit of all.
        if chat_id > 0:
            now = asyncio.get_running_loop().time()
            self._refused = {c: t for c, t in self._refused.items() if t > now} | {chat_id: until}
            if len(self._refused) > 1:
                self._closed_until = max(self._closed_until, until)

    async def _turn(self, chat_id: int, weight: int, broadcast: bool) -> None:
        loop = asyncio.get_running_loop()
        burst = CHAT_BURST if broadcast else ANSWER_BURST
        pace = self._chats[chat_id]
        await asyncio.sleep(pace.reserve(loop.time(), chat_id < 0, weight, burst))
        for _ in range(weight):
            turn: asyncio.Future[None] = loop.create_future()
            heapq.heappush(self._line, (int(broadcast), next(self._numbers), turn))
            if self._pump is None or self._pump.done():
                self._pump = loop.create_task(self._hand_out())
            await turn

    async def _hand_out(self) -> None:
        loop = asyncio.get_running_loop()
        while self._line:
            wait = self._wait_for_turn(loop.time())
            if wait > 0:
                await asyncio.sleep(wait)
                continue
            is_broadcast, _, turn = heapq.heappop(self._line)
            if not turn.done():
                self._take(loop.time(), bool(is_broadcast))
                turn.set_result(None)
        self._forget_idle_chats(loop.time())

    def _wait_for_turn(self, now: float) -> float:
        """Return how many seconds the first in line must wait still."""
        waits = [self._closed_until - now]
        if len(self._handed) >= self._most:
            waits.append(self._handed[0] + _WINDOW - now)
        if self._line[0][0]:
            # A broadcast is spaced evenly; an answer leaves at once while the second has room.
            waits.append(self._free_at - now)
        return max(waits)

    def _take(self, now: float, is_broadcast: bool) -> None:
        bunched = not is_broadcast and now - self._last_at < self._interval / 2
        self._handed.append(now + _JITTER if bunched else now)
        self._last_at = now
        # Oversleeping and the claiming of a batch are made good, or the rate would stay below its
        # mark; the window above holds all the same.
        spare = min(_MADE_GOOD, 3 * self._interval)
        self._free_at = max(self._free_at, now - spare) + self._interval

    def _forget_idle_chats(self, now: float) -> None:
        for chat_id in [c for c, pace in self._chats.items() if pace.idle(now)]:
            del self._chats[chat_id]


class _ChatPace:
    """When one chat was, and may next be, sent to."""

    def __init__(self) -> None:
        self.closed_until = 0.0
        self._full_at = 0.0
        self._sent: deque[float] = deque()

    def reserve(self, now: float, is_group: bool, weight: int, burst: int) -> float:
        """Take the next place for `weight` messages; return how many seconds to wait for it."""
        wait = self.wait(now, is_group, weight, burst)
        start = now + wait
        if is_group:
            self._sent.extend([start] * weight)
        self._full_at = max(self._full_at, start) + weight
        return wait

    def wait(self, now: float, is_group: bool, weight: int, burst: int) -> float:
        """Return how many seconds to wait for the next place for `weight` messages."""
        # A bucket of `burst` tokens that refills by one a second (GCRA).
        spare = burst - min(weight, burst)
        start = max(now, self.closed_until, self._full_at - spare)
        if is_group:
            start = self._after_minute(start, weight)
        return start - now

    def _after_minute(self, start: float, weight: int) -> float:
        while self._sent and self._sent[0] <= start - 60:
            self._sent.popleft()
        excess = len(self._sent) + weight - GROUP_PER_MINUTE
        if excess <= 0 or not self._sent:
            return start
        return max(start, self._sent[min(excess, len(self._sent)) - 1] + 60)

    def idle(self, now: float) -> bool:
        """Return whether nothing about this chat needs to be remembered."""
        return max(self.closed_until, self._full_at) < now and (
            not self._sent or self._sent[-1] < now - 60
        )


def _seconds(retry_after: float | timedelta) -> float:
    if isinstance(retry_after, timedelta):
        return retry_after.total_seconds()
    return float(retry_after)
