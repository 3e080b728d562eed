"""Asks the other processes of the bot, through their database, whether a message may leave.

One question is under way at a time and takes along all that have come up meanwhile, so that a busy
process asks for many messages at once and an idle one for one. Where the database does not answer
each process goes by its own pace: what little can be answered then must not wait for it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from bot.awaitable_store import AwaitableStore
from bot.telegram.chat_lines import Turn
from bot.telegram.chat_pace import ANSWER_BURST, CHAT_BURST
from bot.telegram.flood_state import ALL, PAID, Departure, FloodState, Landed, Permission, names_of
from storage.errors import StorageError
from storage.shared_states import States

log = logging.getLogger(__name__)

_AT_ONCE = 60
_COMPANY_SECONDS = 0.4
"""So long what has landed waits for a question to go with: its slot is taken for longer anyway."""
SHORTEST_WAIT = 0.04
_STALE_SECONDS = 1.0
"""A slot that took longer to get is asked for again: the process may have stood still."""
_LOCK = 7_241_907_000_000_000


@dataclass(frozen=True, slots=True)
class Slot:
    """A message that may leave; `ask` is None where nobody was asked."""

    ask: Departure | None = None


class SharedPace:
    """This process's questions."""

    def __init__(
        self,
        store: AwaitableStore,
        name: str,
        bot_id: Callable[[], int],
        paid_per_second: int = 0,
    ) -> None:
        """Ask nothing yet.

        Args:
            store: Where all processes meet.
            name: Of this process.
            bot_id: Whose messages; another bot on the same database has limits of its own.
            paid_per_second: How many broadcasts have been paid for; 0: none.
        """
        self._store = store
        self._name = name
        self._bot_id = bot_id
        self._paid = paid_per_second
        self._numbers = count()
        self._asked: list[tuple[Departure, asyncio.Future[Permission | None]]] = []
        self._landed: list[tuple[Landed, float]] = []
        self._came = asyncio.Event()
        self._pumping: asyncio.Task[None] | None = None

    async def take(self, turn: Turn) -> Slot | Permission:
        """Return a slot for a message, or how long it must wait."""
        while True:
            begun, ask = _now(), self._ask_of(turn)
            verdict = await self._verdict(ask)
            if verdict is None:
                return Slot()
            if not verdict.may_leave:
                return verdict
            if _now() - begun < _STALE_SECONDS:
                return Slot(ask)
            self.landed(Slot(ask))

    def landed(self, slot: Slot, refused: float = 0.0) -> None:
        """Note that a message has its answer, or had none.

        Args:
            slot: Of the message.
            refused: Seconds that Telegram asked to wait; 0: it did not.
        """
        if slot.ask is not None:
            self._landed.append((Landed(slot.ask, 0.0, refused), _now()))
            self._pump()

    def stop(self) -> None:
        """Ask nothing more."""
        if self._pumping is not None:
            self._pumping.cancel()

    def _ask_of(self, turn: Turn) -> Departure:
        number, line = f"{self._name} {next(self._numbers)}", turn.line
        paid = turn.broadcast and self._paid > 0
        # Not what this process has learned: the others would read the state otherwise.
        burst = CHAT_BURST if turn.broadcast else ANSWER_BURST
        return Departure(number, line.name, line.is_group, turn.weight, burst, turn.broadcast, paid)

    async def _verdict(self, ask: Departure) -> Permission | None:
        answer: asyncio.Future[Permission | None] = asyncio.get_running_loop().create_future()
        self._asked.append((ask, answer))
        self._pump()
        return await answer

    def _pump(self) -> None:
        if self._asked:
            self._came.set()
        if self._pumping is None or self._pumping.done():
            self._pumping = asyncio.ensure_future(self._ask_all())

    async def _ask_all(self) -> None:
        while self._asked or self._landed:
            if not self._asked:
                await self._wait_for_company()
            asked, self._asked = self._asked[:_AT_ONCE], self._asked[_AT_ONCE:]
            landed, self._landed = self._landed, []
            verdicts = await self._exchange([ask for ask, _ in asked], landed)
            for (_, answer), verdict in zip(asked, verdicts, strict=True):
                if not answer.done():
                    answer.set_result(verdict)

    async def _wait_for_company(self) -> None:
        self._came.clear()
        try:
            async with asyncio.timeout(_COMPANY_SECONDS):
                await self._came.wait()
        except TimeoutError:
            return

    async def _exchange(
        self, asks: list[Departure], landed: list[tuple[Landed, float]]
    ) -> list[Permission | None]:
        """Write down what has landed and return what may leave; None: nobody can say."""
        now = _now()
        ago = [Landed(one.ask, now - at, one.refused) for one, at in landed]
        exchange = _Exchange(f"{self._bot_id()} ", self._paid, asks, ago)
        try:
            await self._store.change_shared(_LOCK + self._bot_id(), exchange.names, exchange)
        except StorageError as err:
            log.warning("pace-not-shared reason=%r", str(err))
            return [None] * len(asks)
        return [*exchange.verdicts]


class _Exchange:
    """One question to the other processes, as the store calls it."""

    def __init__(
        self, prefix: str, paid_per_second: int, asks: list[Departure], landed: list[Landed]
    ) -> None:
        self._prefix = prefix
        self._paid = paid_per_second
        self._asks = asks
        self._landed = landed
        needed = {n for ask in asks for n in names_of(ask)} | {ALL, PAID}
        needed |= {n for one in landed if one.refused for n in names_of(one.ask)}
        self.names = [prefix + name for name in sorted(needed)]
        self.verdicts: list[Permission] = []

    def __call__(self, now: float, states: States) -> dict[str, tuple[str, float]]:
        known = {name.removeprefix(self._prefix): value for name, value in states.items()}
        state = FloodState(now, known, self._paid)
        for one in self._landed:
            state.land(one)
        self.verdicts = [state.ask(ask) for ask in self._asks]
        return {self._prefix + name: kept for name, kept in state.written().items()}


def _now() -> float:
    return asyncio.get_running_loop().time()
