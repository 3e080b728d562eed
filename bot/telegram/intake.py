"""Writes updates down before Telegram may forget them, each for the process that answers it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from cachetools import LRUCache

from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.telegram.in_work import LEASE, InWork
from storage.errors import CannotWriteError
from storage.records.inbox import Arrival, Claim

_KEPT = timedelta(days=1)
"""How long the number of what was done is known, so that it is not done again."""
_SWEEP_EVERY = timedelta(hours=1)
_MOST_UNWRITTEN = 10_000


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of updates that were to be written down.

    Attributes:
        new: The numbers of those that this process has to answer.
        others_left: Whether another process has left this one what comes before them.
    """

    new: frozenset[int]
    others_left: bool = False


class Intake:
    """The rows of one process's updates, from their arrival on."""

    def __init__(
        self,
        bot_id: Callable[[], int],
        store: AwaitableStore,
        machine: Clock,
        owner: str,
        *,
        replicated: bool = False,
    ) -> None:
        """Keep nothing yet.

        Args:
            bot_id: Whose updates they are.
            store: Holds the rows.
            machine: The machine's time.
            owner: Name of this process, under which rows are taken.
            replicated: Whether a chat may be in work at another process, which its further updates
                are left to.
        """
        self._bot_id = bot_id
        self._store = store
        self.machine = machine
        self.owner = owner
        self.replicated = replicated
        self.in_work = InWork()
        """What this process has taken and not answered."""
        self._unwritten: LRUCache[int, bool] = LRUCache(_MOST_UNWRITTEN)
        self._swept_at = machine.now() - 2 * _SWEEP_EVERY

    @property
    def unwritten(self) -> frozenset[int]:
        """The numbers of what could not be written down, which nobody else can have."""
        return frozenset(self._unwritten)

    def claim(self) -> Claim:
        """Return this process's claim on rows, as of now."""
        return Claim(self.owner, self.machine.now() + LEASE)

    async def keep(self, arrivals: Sequence[Arrival]) -> TakenIn:
        """Write updates down, return the new ones; those that cannot be are answered all the same.

        A crash would lose those: better than that nobody is answered while a disk is full.

        Raises:
            StorageError: They could not be kept for another reason; take them again.
        """
        try:
            if self.replicated:
                kept = await self._in_turn(arrivals)
            else:
                rows = tuple(arrivals)
                kept = TakenIn(await self._store.take_in(self._bot_id(), rows, self.claim()))
        except CannotWriteError as err:
            await self._store.cannot_write(err)
            new = frozenset(a.update_id for a in arrivals) - self._unwritten.keys()
            self._unwritten.update(dict.fromkeys(new, True))
            return TakenIn(new)
        self._store.wrote()
        return kept

    async def _in_turn(self, arrivals: Sequence[Arrival]) -> TakenIn:
        """Write updates down, each for whoever has its chat in work."""
        new: set[int] = set()
        left = False
        keep, now = self._store.take_in_turn, self.machine.now()
        for arrival in arrivals:
            kept = await keep(self._bot_id(), arrival, self.claim(), now)
            if kept is not None and kept.owner == self.owner:
                new.add(arrival.update_id)
                left = left or not all(map(self.in_work.knows, kept.before))
        return TakenIn(frozenset(new), left)

    async def sweep_now_and_then(self) -> None:
        """Forget the numbers of what was done long ago, at most once an hour."""
        now = self.machine.now()
        if now - self._swept_at > _SWEEP_EVERY:
            self._swept_at = now
            with suppress(CannotWriteError):
                await self._store.sweep_inbox(now - _KEPT)
                await self._store.sweep_shared()
