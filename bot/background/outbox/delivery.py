"""Sends what the outbox holds: each message once, in the pace Telegram allows, whatever happens.

Theory of operation. A row goes `pending` -> `sending` -> `sent`, or ends `dead`. `sending` is
written before its request leaves and `sent` after the answer, so that a crash leaves each row in
one of three places: `pending`, nobody has it; `sent`, somebody has; `sending`, nobody can say,
since Telegram knows no key by which a second copy would be refused. Those are sent again: nothing
is lost.

So each notes after which messages it left, and that one message is looked for (`arrivals`) before
it is sent again. Where it could not be found, in supergroups and before any number is known, no
two are on their way at once: a kill doubles one message at most, whatever the way.

Hands prepare messages (draw, upload, wait for the chat's turn) without touching the row; only
inside a lane is it marked, sent and marked again. Lanes open as the pace needs them.

A request whose answer is waited for in vain is another matter: Telegram took it and was slow, so it
counts as sent. Where the connection broke, or was never made, it is tried again after a back-off.
Rows that failed are put back when the run ends, or the same run would claim them at once; three in
a row say that it is the way that fails, not the message, and the run ends.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.concurrency import ConcurrencyLimit
from bot.background.outbox.due_rows import DueRows
from bot.background.outbox.posts import Post
from bot.background.outbox.refusals import Refusals
from bot.clock import Clock
from bot.errors import (
    ChatGoneError,
    ChatSilencedError,
    MaybeSentError,
    NotSentError,
    StalePictureError,
)
from storage.errors import StorageError
from storage.records.chats import Place
from storage.records.inbox import Numbers
from storage.records.work import OutboxRow

log = logging.getLogger(__name__)

_MORE_HANDS = 4
"""Messages that are prepared beside those that may leave at once."""
_UNREACHABLE_AFTER = 3
_FIRST_BACKOFF, _LONGEST_BACKOFF = timedelta(seconds=15), timedelta(minutes=15)


SendPost = Callable[[Place, Numbers | None], Awaitable[tuple[int, ...]]]
"""Sends a post, returns its messages' numbers; looks first where it may have arrived before."""


class PostSender(Protocol):
    """The way out, which knows how a post becomes a message."""

    def ready(self, post: Post) -> AbstractAsyncContextManager["SendPost"]:
        """Prepare a post and give what sends it.

        Raises:
            ChatGoneError, MaybeSentError, NotSentError, StalePictureError: It was not sent, or
                nobody knows.
        """
        ...

    def newest(self, chat_id: int) -> Numbers:
        """Return the newest messages that are known before one is sent to a chat."""
        ...

    def finds_in(self, chat_id: int) -> bool:
        """Return whether a message that leaves for a chat now can be found again by these."""
        ...


class Pace(Protocol):
    """How fast messages may leave."""

    @property
    def per_second(self) -> float:
        """How many may leave in a second, to all chats together."""
        ...

    @property
    def last_flight(self) -> float:
        """Seconds from the start of the newest request to its answer."""
        ...

    def wait_of(self, chat_id: int, weight: int = 1) -> float:
        """Return how many seconds a chat must not be sent to yet."""
        ...


_Failure = ChatGoneError | ChatSilencedError | MaybeSentError | NotSentError | StalePictureError
_FAILURES = (ChatGoneError, ChatSilencedError, MaybeSentError, NotSentError, StalePictureError)


@dataclass(slots=True)
class Delivered:
    """What one run did."""

    sent: int = 0
    unconfirmed: int = 0
    postponed: int = 0
    dead: int = 0

    def __str__(self) -> str:
        """Return the counts as a log line has them, each a field of its own."""
        return " ".join(f"{name}={getattr(self, name)}" for name in self.__slots__)


@dataclass(slots=True)
class _Run:
    due_rows: DueRows
    tally: Delivered = field(default_factory=Delivered)
    failed: list[tuple[OutboxRow, str]] = field(default_factory=list)
    failures_in_a_row: int = 0


class OutboxDelivery:
    """Delivers due rows; one run at a time."""

    def __init__(
        self,
        store: AwaitableStore,
        sender: PostSender,
        pace: Pace,
        clock: Clock,
        owner: str,
        refusals: Refusals,
        backoff: Callable[[int], timedelta] | None = None,
        on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make a delivery; nothing is sent before `deliver_due`.

        Args:
            store: Holds the outbox.
            sender: The way out.
            pace: Of the requests that `sender` makes.
            clock: What is due.
            owner: Name of this process, under which rows are claimed.
            refusals: Decides about what chats do not let in.
            backoff: How long after its n-th failure a row is tried again.
            on_duty: Whether it is still for this process to deliver: one that was stopped for a
                while leaves the rest to whoever has taken over.
        """
        self._store = store
        self._sender = sender
        self._pace = pace
        self._clock = clock
        self._owner = owner
        self._refusals = refusals
        self._backoff = backoff or doubled
        self._on_duty = on_duty
        self._lanes = ConcurrencyLimit(pace.per_second)
        self._running = asyncio.Lock()
        self._due_rows: DueRows | None = None
        self._stopped = False

    async def deliver_due(self) -> Delivered:
        """Send everything that is due and return when nothing is left that could be sent now.

        Raises:
            StorageError: The database failed; rows under way are found again by the next run.
        """
        async with self._running:
            run = _Run(self._rows_to_send())
            if not await self._store.has_unsent(self._clock.now()):
                return run.tally
            self._due_rows = run.due_rows
            if self._stopped:
                run.due_rows.stop()
            await run.due_rows.recover(self._owner)
            try:
                async with asyncio.TaskGroup() as hands:
                    for _ in range(self._lanes.most + _MORE_HANDS):
                        hands.create_task(self._work(run))
            except* StorageError as failures:
                raise failures.exceptions[0] from None
            finally:
                await self._put_back(run)
            if run.tally != Delivered():
                log.info("delivered lanes=%s %s", self._lanes.width, run.tally)
            return run.tally

    async def take_over(self, owner: str) -> None:
        """Free what another process, surely ended, had claimed or was sending."""
        async with self._running:
            await self._rows_to_send().recover(owner)

    async def stop(self) -> None:
        """Begin no more messages and wait for those under way."""
        self._stopped = True
        if self._due_rows is not None:
            self._due_rows.stop()
        async with self._running:
            pass

    def _rows_to_send(self) -> DueRows:
        store, wait_of, expired = self._store, self._pace.wait_of, self._refusals.expired
        return DueRows(store, wait_of, self._clock, self._owner, expired, self._on_duty)

    async def _put_back(self, run: _Run) -> None:
        # Only now, or a row that fails at once would be claimed again by the same run.
        for row, reason in run.failed:
            until = self._clock.now() + self._backoff(row.attempts + 1)
            await self._store.postpone(row.id, until, reason, self._owner, row.after)
        await self._store.release(self._owner)

    async def _work(self, run: _Run) -> None:
        while (claimed := await run.due_rows.take()) is not None:
            row, post = claimed
            try:
                await self._deliver(run, row, post)
            except _FAILURES as err:
                await self._settle(run, row, err)
            except StorageError:
                raise
            except Exception as err:
                # A fault in one message must not keep all others from their readers.
                log.exception("not-delivered row=%s", row.id)
                run.failed.append((row, repr(err)))
                run.tally.postponed += 1
            finally:
                run.due_rows.done(row)

    async def _deliver(self, run: _Run, row: OutboxRow, post: Post) -> None:
        loop, place = asyncio.get_running_loop(), row.item.place
        alone = not self._sender.finds_in(place.chat_id)
        # What is in doubt is looked for first, and nobody is to wait for that.
        lane = self._lanes.lane(alone=alone) if row.after is None else nullcontext()
        async with self._sender.ready(post) as send, lane:
            start, now = loop.time(), self._clock.now()
            after = row.after or self._sender.newest(place.chat_id)
            if not await self._store.mark_sending(row.id, self._owner, now, after):
                log.warning("claim-lost row=%s", row.id)
                return
            asked = loop.time()
            first, *_ = await send(place, row.after)
            answered = loop.time()
            await self._store.mark_sent(row.id, self._clock.now(), first)
            marking = (asked - start) + (loop.time() - answered)
            self._lanes.note(marking + self._pace.last_flight)
            run.tally.sent += 1
            run.failures_in_a_row = 0

    async def _settle(
        self,
        run: _Run,
        row: OutboxRow,
        error: _Failure,
    ) -> None:
        match error:
            case ChatGoneError():
                # Storage has ended the row with all others of the chat.
                run.tally.dead += 1
                await self._refusals.lost(error.chat_id)
            case StalePictureError():
                await self._store.postpone(
                    row.id, self._clock.now(), "picture forgotten", self._owner
                )
                run.due_rows.done(row, again=True)
            case MaybeSentError(cut_off=False):
                # Telegram took the request and was slow: a second copy would be the worse error.
                log.warning("unconfirmed row=%s chat=%s", row.id, row.item.place.chat_id)
                await self._store.mark_sent(row.id, self._clock.now())
                run.tally.unconfirmed += 1
            case ChatSilencedError():
                kept = await self._refusals.silenced(row, error.reason)
                run.tally.postponed += kept
                run.tally.dead += not kept
            case NotSentError(hopeless=True):
                run.tally.dead += 1
                await self._refusals.refused(row, error.reason)
            case _:
                self._failed(run, row, str(error))

    def _failed(self, run: _Run, row: OutboxRow, reason: str) -> None:
        log.warning("postponed row=%s chat=%s reason=%r", row.id, row.item.place.chat_id, reason)
        run.failed.append((row, reason))
        run.tally.postponed += 1
        run.failures_in_a_row += 1
        if run.failures_in_a_row >= _UNREACHABLE_AFTER:
            # It is not the message but the way: wait for the next run in place of trying them all.
            run.due_rows.stop()


def doubled(failures: int) -> timedelta:
    """Return how long to wait after the n-th failure: 15 s, doubled each time, 15 min at most."""
    return min(_LONGEST_BACKOFF, _FIRST_BACKOFF * (1 << min(failures - 1, 10)))


def at_next_run(_failures: int) -> timedelta:
    """Return no waiting, for a replay: its clock stands still, so the next run must try again."""
    return timedelta(0)
