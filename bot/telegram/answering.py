"""The messages that answer one update: which arrived already, so that a crash doubles at most one.

While an update is carried out its `Answering` is at hand everywhere (a context variable, as asyncio
copies it into every task begun on the way), without a parameter through all commands.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from datetime import timedelta

from bot.telegram.crowds import Crowd

RETRY_FOR = timedelta(minutes=10)
"""How long an answer that Telegram does not take is tried again."""


class Answering:
    """The answers to one update, in the order in which they are sent."""

    def __init__(
        self,
        note: Callable[[Sequence[int]], Awaitable[None]],
        before: Sequence[int] = (),
        crowd: Crowd | None = None,
        check: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Begin to answer.

        Args:
            note: Writes down which messages arrived, before the next one leaves.
            before: Those that arrived before a crash, and are not sent again.
            crowd: Those who ask the same, until the first message leaves.
            check: Ends the task if another process answers by now.
        """
        self._check = check
        self._crowd = crowd
        self._note = note
        self._before = deque(before)
        self._sent = list(before)
        self._noted = len(self._sent)

    def sent_before(self) -> int | None:
        """Return the number of the message that is next to be sent, if it arrived already."""
        return self._before.popleft() if self._before else None

    async def leaving(self) -> None:
        """Note what has arrived: of the message that leaves now, nobody may know later."""
        if len(self._sent) > self._noted:
            await self._note(tuple(self._sent))
            self._noted = len(self._sent)

    async def check(self) -> None:
        """End the task if another process has taken over: this one had stood still for long."""
        if self._check is not None:
            await self._check()

    def askers(self) -> int:
        """Return how many people the message that leaves now is for; later ones ask anew."""
        crowd, self._crowd = self._crowd, None
        return crowd.close() if crowd is not None else 1

    def arrived(self, message_id: int) -> None:
        """Take a message as sent."""
        self._sent.append(message_id)


async def _nobody_notes(_sent: Sequence[int]) -> None:
    pass


_current: ContextVar[Answering | None] = ContextVar("answering", default=None)


def begin_answering(answering: Answering) -> None:
    """Let what is sent in this task from now on count as an answer to one update."""
    _current.set(answering)


def current_answering() -> Answering:
    """Return the answers to the update in work; outside of one, answers that nobody notes."""
    return _current.get() or Answering(_nobody_notes)
