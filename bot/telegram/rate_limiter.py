"""Keeps every request within Telegram's flood limits, answers before broadcasts.

The library's own limiter has no limit for private chats, lets a group have twice its share in the
first minute, and re-opens the gate too early after a 429 (python-telegram-bot issues 3772, 5338).

Theory of operation. A request that makes a message waits at its place in its chat's line
(`chat_lines`): answers before broadcasts, else in order of arrival, one on its way at a time. Of
the lines that have somebody, the head leaves that is due and came first; while answers wait, every
tenth message is one of a broadcast all the same (`broadcast_share`). A head is due when

1. its chat's pace allows it (`chat_pace`): a bucket that holds a burst and refills by one a second,
   and for groups a window over the last minute's sendings, and one over its edits;
2. the 29th sending before it is more than a second ago (`overall_pace`), which bounds every window
   of a second, not only those that begin on a full one;
3. no refusal closes the way for all; and for a broadcast its even spacing has passed, so that
   answers find room at any moment.

Sendings are counted when they *leave*, those of the minute before a restart in groups, too; a turn
that was given counts until its message does. A bunch of answers may arrive closer together than it
left, the next ones sooner after it: hence a jitter, added once to what left in a bunch. Who waits
behind a full second leaves in no bunch.

A refusal (429) names seconds. It closes its own chat, whose message goes back to its place; two
private chats that are closed at the same time can only mean the limit of all.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from math import inf
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.meters import Meters
from bot.telegram.chat_lines import Turn
from bot.telegram.counting import counted
from bot.telegram.overall_pace import OverallPace
from bot.telegram.request_kinds import BROADCAST, LineKey, Pacing, line_of, seconds_of
from bot.telegram.shared_pace import SHORTEST_WAIT, SharedPace, Slot
from bot.telegram.tolerance import Tolerance
from bot.telegram.update_lines import leave_line
from bot.telegram.waiting_lines import WaitingLines

log = logging.getLogger(__name__)

OVERALL_PER_SECOND = 29.0
"""Telegram allows 30; the rest is for the jitter of the network."""
LONGEST_WAIT = 120.0
_BEFORE_ALL = 1 << 62


class PacedLimiter(BaseRateLimiter[Pacing]):
    """All that is sent, in order: 29 a second, one a second and chat, 19 a minute and group.

    A request with the argument `broadcast` lets nine answers go first. The messages of a chat
    leave one after the other, so that one that Telegram refuses for now keeps its place. An edit
    changes what is there already and is not held up by the messages that wait.
    """

    def __init__(
        self,
        per_second: float = OVERALL_PER_SECOND,
        *,
        free: bool = False,
        meters: Meters | None = None,
        paid_per_second: int = 0,
    ) -> None:
        """Make a limiter.

        Args:
            per_second: Messages a second over all chats.
            free: Whether the server has no limits, as the local chat: chats are not paced then.
            meters: Count what becomes of each request.
            paid_per_second: Broadcasts a second that are paid for, beside the others; 0: none.
        """
        self._meters = meters or Meters()
        self.per_second = max(per_second, paid_per_second)
        """Broadcasts a second over all chats."""
        self._overall = OverallPace(per_second, paid_per_second)
        self._shared: SharedPace | None = None
        self.check: Callable[[bool], Awaitable[None]] = _anything
        """Called last, with whether it is a broadcast; raises where it is not this process's."""
        self._numbers = count()
        self._tolerance = Tolerance()
        self._lines = WaitingLines(self._tolerance, free=free)
        self._timer: asyncio.TimerHandle | None = None
        self.last_flight = 0.0
        """Seconds from the start of the newest broadcast request to its answer."""

    async def initialize(self) -> None:
        """Nothing is needed before the first request."""

    async def shutdown(self) -> None:
        """Stop handing out turns."""
        if self._timer is not None:
            self._timer.cancel()

    def share(self, pace: SharedPace) -> None:
        """Ask before a message leaves: other processes send for the same bot."""
        self._shared = pace
        self._overall.share()

    def recall(self, key: LineKey, ago: float) -> None:
        """Count what left for a chat so many seconds ago, before this process began."""
        self._lines.of(key).pace.take(_now() - ago, 1)

    def wait_of(self, chat_id: int, weight: int = 1) -> float:
        """Return how many seconds a chat's own limit asks to wait before `weight` messages."""
        line = self._lines.known(("sends", chat_id))
        return line.wait_unasked(_now(), weight) if line else 0.0

    def line_seconds(self, chat_id: int) -> float:
        """Return how long a message that is asked for now would wait in its chat's line."""
        line = self._lines.known(("sends", chat_id))
        return line.seconds_to_end(_now()) if line else 0.0

    @asynccontextmanager
    async def booked(self, chat_id: int, *, urgent: bool = False) -> AsyncIterator[Turn]:
        """Wait for a chat's turn and hold it for one message, given on as `rate_limit_args`.

        What only one may hold at a time, such as a picture to upload, is taken after the turn, or
        a chat that must wait would keep all others waiting.
        """
        turn = await self._enter(("sends", chat_id), weight=1, broadcast=False, urgent=urgent)
        try:
            yield turn
        finally:
            self._leave(turn)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Pacing | None,
    ) -> Any:
        """Send one request when its turn comes; wait and repeat as often as Telegram asks to."""
        chat_id = data.get("chat_id")
        key = line_of(endpoint, chat_id)
        call = partial(callback, *args, **kwargs)
        if key is None:
            return await self._patiently(call, endpoint, chat_id, None)
        if isinstance(rate_limit_args, Turn):
            return await self._patiently(call, endpoint, chat_id, rate_limit_args)
        weight = max(1, len(data.get("media") or ())) if endpoint == "sendMediaGroup" else 1
        broadcast = rate_limit_args == BROADCAST
        turn = await self._enter(key, weight=weight, broadcast=broadcast)
        try:
            request = self._timed(call) if broadcast else call
            return await self._patiently(request, endpoint, chat_id, turn)
        finally:
            self._leave(turn)

    async def _patiently(
        self,
        call: Callable[[], Coroutine[Any, Any, Any]],
        endpoint: str,
        chat_id: object,
        turn: Turn | None,
    ) -> Any:
        waited = 0.0
        while True:
            try:
                async with self._slot(turn):
                    return await counted(self._meters, endpoint, call)
            except RetryAfter as err:
                seconds = seconds_of(err)
                waited += seconds
                log.warning("flood-limit endpoint=%s chat=%s wait=%s", endpoint, chat_id, seconds)
                if turn is None or not self._was_hasty(turn, seconds):
                    self._overall.refused(_now(), chat_id, seconds)
                if waited > LONGEST_WAIT:
                    raise
                if turn is None:
                    leave_line()
                    await asyncio.sleep(seconds)
                else:
                    await self._again(turn)

    def _was_hasty(self, turn: Turn, seconds: float) -> bool:
        pace, paces = turn.line.pace, self._lines.paces()
        return self._tolerance.refused(_now(), pace, turn.weight, seconds, paces)

    @asynccontextmanager
    async def _slot(self, turn: Turn | None) -> AsyncIterator[None]:
        """Hold one of the slots that all processes share while a message is on its way."""
        slot, refused = await self._take_slot(turn), 0.0
        try:
            if turn is not None:
                await self.check(turn.broadcast)
                self._overall.leaves(_now(), turn)
            yield
        except RetryAfter as err:
            refused = seconds_of(err)
            raise
        finally:
            if self._shared is not None:
                self._shared.landed(slot, refused)

    async def _take_slot(self, turn: Turn | None) -> Slot:
        while turn is not None and self._shared is not None:
            taken = await self._shared.take(turn)
            if isinstance(taken, Slot):
                return taken
            now = _now()
            turn.line.pace.hold_back(turn.weight, now + taken.chat)
            self._overall.give_back(turn)
            self._overall.hold_back(turn, now + max(taken.everybody, SHORTEST_WAIT))
            await self._again(turn)
        return Slot()

    def _timed(
        self, call: Callable[[], Coroutine[Any, Any, Any]]
    ) -> Callable[[], Coroutine[Any, Any, Any]]:
        async def timed() -> Any:
            start = _now()
            try:
                return await call()
            finally:
                self.last_flight = _now() - start

        return timed

    async def _enter(
        self, key: LineKey, *, weight: int, broadcast: bool, urgent: bool = False
    ) -> Turn:
        number = next(self._numbers) - (_BEFORE_ALL if urgent else 0)
        turn = Turn(self._lines.of(key), number, weight, broadcast=broadcast)
        await self._again(turn)
        return turn

    async def _again(self, turn: Turn) -> None:
        """Wait for a turn; one that was refused is before all that came after it."""
        given = turn.line.queue_up(turn)
        self._lines.note_head(turn.line)
        self._hand_out()
        if not given.done():
            leave_line()
        try:
            await given
        except asyncio.CancelledError:
            self._leave(turn)
            raise

    def _leave(self, turn: Turn) -> None:
        turn.line.drop(turn)
        self._overall.drop(turn)
        self._lines.note_head(turn.line)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give all turns that are due, and come back when the next one is."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        while True:
            now = _now()
            pace, owed = self._overall, self._overall.owes_broadcast(now)
            soonest, due = self._lines.due(now, pace.wait, owed=owed)
            if not due:
                break
            _, turn = min(due)  # no two have one order: turns are not compared
            pace.take(now, turn)
            turn.line.give(now)
            self._lines.note_head(turn.line)
        self._lines.forget_idle(now)
        if soonest < inf:
            self._timer = asyncio.get_running_loop().call_later(soonest, self._hand_out)


async def _anything(_broadcast: bool) -> None:
    pass


def _now() -> float:
    return asyncio.get_running_loop().time()
