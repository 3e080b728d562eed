"""What all processes of one bot have sent, and whether one more message may leave: pure reckoning.

A message takes a slot when it leaves and gives it back a second after its answer has come. Between
the two Telegram has counted it, at a moment that nobody knows; so no second of Telegram's has more
messages in it than there are slots, however late one of them arrives. A slot whose process has died
frees itself. Each chat has its pace, as in a single process.

While an answer waits anywhere every tenth slot is a broadcast's (`broadcast_share`): its message is
promised the next one that is free, and the answers leave that to it for a moment. Paid broadcasts
have slots of their own.

All instants are seconds of the one clock that all processes have in common, the database's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.telegram.broadcast_share import BroadcastShare
from bot.telegram.chat_pace import ChatPace

SLOTS = 30
"""Telegram's messages a second; no margin is needed, since no second can have more."""
_SECOND = 1.02
LONGEST_FLIGHT = 5.0
"""Seconds after which a message is taken to have arrived, or never to arrive."""
_ANSWERS_FIRST = 0.3
_PROMISED = 0.3
"""So long a free slot waits for the broadcast's message that was promised it."""
_KEPT = 60.0
ALL, PAID = "all", "paid"
_NOTHING = 0, 0.0
_EMPTY: dict[str, Any] = {"slots": {}, "answers_until": 0.0, "answers": 0, "promised": _NOTHING}


@dataclass(frozen=True, slots=True)
class Departure:
    """A message that would leave.

    Attributes:
        number: Names it, over all processes.
        chat: Which line: sends or edits of which chat.
        is_group: Whether the chat is one.
        weight: How many messages it counts as.
        burst: How many the chat may get at once.
        broadcast: Whether answers go first.
        paid: Whether it has slots of its own.
    """

    number: str
    chat: str
    is_group: bool
    weight: int
    burst: int
    broadcast: bool = False
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a message that had left.

    Attributes:
        ask: It.
        ago: Seconds since then.
        refused: Seconds that Telegram asked to wait before the next to its chat; 0: it took it.
    """

    ask: Departure
    ago: float
    refused: float = 0.0


@dataclass(frozen=True, slots=True)
class Permission:
    """How long to wait, for the chat's sake and for everybody's; may leave where both are 0."""

    chat: float = 0.0
    everybody: float = 0.0

    @property
    def may_leave(self) -> bool:
        """Whether the slot is taken."""
        return self.chat <= 0 and self.everybody <= 0


class FloodState:
    """The states as they were read, and as they are to be written."""

    def __init__(self, now: float, states: Mapping[str, str], paid_slots: int = 0) -> None:
        """Read the states.

        Args:
            now: This instant.
            states: Those of `names_of` that are known.
            paid_slots: Paid broadcasts a second.
        """
        self._now = now
        self._states = states
        self._most = {ALL: SLOTS, PAID: paid_slots}
        self._pools: dict[str, _Pool] = {}
        self._paces: dict[str, ChatPace] = {}

    def land(self, landed: Landed) -> None:
        """Note what became of a message."""
        ask = landed.ask
        pool = self._pool(ask)
        pool.slots[ask.number] = (ask.weight, self._now - landed.ago + _SECOND)
        if landed.refused:
            pace = self._pace(ask)
            pace.refused(self._now - landed.ago, ask.weight, landed.refused)

    def ask(self, ask: Departure) -> Permission:
        """Let a message leave, or say how long it must wait."""
        pool, pace = self._pool(ask), self._pace(ask)
        verdict = Permission(pace.wait(self._now, ask.weight, ask.burst), self._wait(pool, ask))
        if verdict.may_leave:
            pace.take(self._now, ask.weight)
            pool.take(ask, self._now + LONGEST_FLIGHT)
        elif verdict.everybody > 0 and not ask.broadcast:
            pool.answers_until = self._now + _ANSWERS_FIRST
        elif verdict.everybody > 0 and pool.share.is_owed:
            pool.promised = ask.weight, self._now + verdict.everybody + _PROMISED
        return verdict

    def written(self) -> dict[str, tuple[str, float]]:
        """Return what is to be kept, and until when."""
        pools = {name: (pool.written(), self._now + _KEPT) for name, pool in self._pools.items()}
        paces = {name: (json.dumps(p.state), p.idle_at) for name, p in self._paces.items()}
        return pools | paces

    def _wait(self, pool: "_Pool", ask: Departure) -> float:
        most = self._most[_pool_of(ask)]
        ends = sorted((end, weight) for weight, end in pool.slots.values())
        wanted, wait = ask.weight, 0.0
        if not ask.broadcast:
            wanted += pool.promised_at(self._now)
        elif not pool.share.is_owed:
            wait = pool.answers_until - self._now
        too_many = sum(weight for _, weight in ends) + min(wanted, most) - most
        for end, weight in ends:
            if too_many <= 0:
                break
            too_many -= weight
            # What is on its way has no end yet; a second after its answer, which may come now.
            wait = max(wait, min(end - self._now, _SECOND))
        return max(0.0, wait)

    def _pool(self, ask: Departure) -> "_Pool":
        name = _pool_of(ask)
        if name not in self._pools:
            self._pools[name] = _Pool(self._states.get(name), self._now)
        return self._pools[name]

    def _pace(self, ask: Departure) -> ChatPace:
        if ask.chat not in self._paces:
            pace = self._paces[ask.chat] = ChatPace(is_group=ask.is_group)
            if ask.chat in self._states:
                pace.state = json.loads(self._states[ask.chat])
        return self._paces[ask.chat]


class _Pool:
    """The slots that are taken, each with its weight and its end."""

    def __init__(self, state: str | None, now: float) -> None:
        known: dict[str, Any] = _EMPTY | (json.loads(state) if state else {})
        self.slots: dict[str, tuple[int, float]] = {
            number: (weight, end) for number, (weight, end) in known["slots"].items() if end > now
        }
        self.answers_until: float = known["answers_until"]
        self.share = BroadcastShare(known["answers"])
        weight, until = known["promised"]
        self.promised: tuple[int, float] = weight, until

    def promised_at(self, now: float) -> int:
        """Return how many slots are kept for a broadcast's message."""
        weight, until = self.promised
        return weight if until > now else 0

    def take(self, ask: Departure, until: float) -> None:
        self.slots[ask.number] = (ask.weight, until)
        self.share.left(ask.weight, broadcast=ask.broadcast)
        if ask.broadcast:
            self.promised = _NOTHING

    def written(self) -> str:
        return json.dumps(
            {
                "slots": self.slots,
                "answers_until": self.answers_until,
                "answers": self.share.answers,
                "promised": self.promised,
            }
        )


def names_of(ask: Departure) -> tuple[str, str]:
    """Return the names of the states that a message depends on."""
    return _pool_of(ask), ask.chat


def _pool_of(ask: Departure) -> str:
    return PAID if ask.paid else ALL
