"""Hands out the rows to be sent next: due ones, and of these such whose chat may be sent to now."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.posts import Post, read_post
from bot.clock import Clock
from storage.records.work import OutboxRow

log = logging.getLogger(__name__)

BATCH = 60
"""Rows claimed at once: about two seconds' worth."""
LEASE = timedelta(minutes=10)
_MOST_HELD = 240
_LOOK_AGAIN_SECONDS = 0.5
Claimed = tuple[OutboxRow, Post]


class DueRows:
    """The rows of one run. A chat in need of a pause keeps its place, and others go ahead."""

    def __init__(
        self,
        store: AwaitableStore,
        wait_of: Callable[[int, int], float],
        clock: Clock,
        owner: str,
        expired: Callable[[OutboxRow], Awaitable[None]],
        on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        """Begin a run; nothing is claimed before `take`.

        Args:
            store: Holds the outbox.
            wait_of: Seconds that a chat must not be sent to yet, by chat and number of messages.
            clock: What is due.
            owner: Under which name rows are claimed.
            expired: Ends a row that is of no use any more.
            on_duty: Whether it is still for this process to deliver.
        """
        self._store = store
        self._wait_of = wait_of
        self._clock = clock
        self._owner = owner
        self._expired = expired
        self._on_duty = on_duty
        self._held: list[Claimed] = []
        self._in_hand: set[int] = set()
        self._one_at_a_time = asyncio.Lock()
        self._changed = asyncio.Event()
        self._more = True
        self._stopped = False

    def stop(self) -> None:
        """Hand out no more."""
        self._stopped = True
        self._changed.set()

    def done(self, row: OutboxRow, *, again: bool = False) -> None:
        """Say that a row is no longer in hand; `again`: that it is due anew."""
        self._in_hand.discard(row.item.place.chat_id)
        self._more = self._more or again
        self._changed.set()

    async def recover(self, owner: str) -> None:
        """Make what a crash left under `owner` due again, what was maybe sent included."""
        now = self._clock.now()
        maybe_sent = await self._store.recover(owner, now, now + LEASE)
        for row in maybe_sent:
            log.warning("looks-again row=%s chat=%s", row.id, row.item.place.chat_id)
            await self._store.postpone(row.id, now, "maybe sent before a crash", after=row.after)

    async def take(self) -> Claimed | None:
        """Return the next row, waiting for its chat's turn if need be; None when there is none."""
        async with self._one_at_a_time:
            while not self._stopped and self._on_duty():
                waits = [self._wait(row, post) for row, post in self._held]
                ready = next((i for i, wait in enumerate(waits) if wait <= 0), None)
                if ready is not None:
                    claimed = self._held.pop(ready)
                    self._in_hand.add(claimed[0].item.place.chat_id)
                    return claimed
                if self._more and len(self._held) < _MOST_HELD:
                    await self._claim()
                elif not waits:
                    return None
                else:
                    await self._pause(min(waits))
            return None

    def _wait(self, row: OutboxRow, post: Post) -> float:
        chat_id = row.item.place.chat_id
        # One message at a time and chat: the pace of the next is known when that one has left.
        if chat_id in self._in_hand:
            return _LOOK_AGAIN_SECONDS
        return self._wait_of(chat_id, post.weight)

    async def _pause(self, seconds: float) -> None:
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), min(seconds, _LOOK_AGAIN_SECONDS))

    async def _claim(self) -> None:
        now = self._clock.now()
        rows = await self._store.claim_due(now, BATCH, now + LEASE, self._owner)
        self._more = len(rows) == BATCH
        for row in rows:
            try:
                post = read_post(row.item.payload)
            except ValueError as err:
                log.error("unreadable-post row=%s reason=%r", row.id, str(err))  # noqa: TRY400
                await self._store.give_up(row.id, str(err), now)
                continue
            if post.expires is not None and post.expires <= now:
                await self._expired(row)
                continue
            self._held.append((row, post))
