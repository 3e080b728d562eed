"""The messages that answer one update: which arrived already, so that a crash doubles none of them.

Before a message leaves it is noted after which others it does. Of one that was under way when the
process was killed, the next process thus knows where to look for it (`arrivals`).

While an update is carried out its `Answering` is at hand everywhere (a context variable, as asyncio
copies it into every task begun on the way), without a parameter through all commands.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from bot.telegram.crowds import Crowd
from storage.records.inbox import Arrival, Leaving, Numbers, Unanswered

RETRY_FOR = timedelta(minutes=10)
"""How long an answer that Telegram does not take is tried again."""
Note = Callable[[Leaving], Awaitable[None]]


class Answering:
    """The answers to one update, in the order in which they are sent."""

    def __init__(
        self,
        note: Note,
        row: Unanswered,
        crowd: Crowd | None = None,
        check: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Begin to answer.

        Args:
            note: Writes down which messages arrived, before the next one leaves.
            row: What is known of the update, and of messages that left before a crash.
            crowd: Those who ask the same, until the first message leaves.
            check: Ends the task if another process answers by now.
        """
        self._check = check
        self._crowd = crowd
        self._note = note
        self._update_id = row.arrival.update_id
        self._before = deque(row.answers)
        self._sent = list(row.answers)
        self._doubt = row.after

    @property
    def sent(self) -> tuple[int, ...]:
        """The messages that answered so far and surely arrived."""
        return tuple(self._sent)

    def sent_before(self) -> int | None:
        """Return the number of the message that is next to be sent, if it arrived already."""
        return self._before.popleft() if self._before else None

    async def leaving(self, after: Numbers) -> Numbers | None:
        """Note that a message leaves now, of which nobody may know later whether it arrived.

        Args:
            after: The newest messages that are known.

        Returns:
            After which messages it left before a crash, and is to be looked for; None where it
            leaves for the first time.
        """
        doubt, self._doubt = self._doubt, None
        if doubt is None:
            # Else the note stands that it left, until it is known what became of it.
            await self._note(Leaving(self._update_id, self.sent, after))
        return doubt

    def note_no_more(self) -> None:
        """Let what is sent from here on leave unnoted: the database takes nothing."""
        self._note = _nobody_notes

    async def refused(self) -> None:
        """Note that the message which left has not arrived: nobody needs to look for it."""
        await self._note(Leaving(self._update_id, self.sent, None))

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


async def _nobody_notes(_leaving: Leaving) -> None:
    pass


_NO_UPDATE = Unanswered(Arrival(0, None, None, "", datetime.min.replace(tzinfo=UTC)), (), None)

_current: ContextVar[Answering | None] = ContextVar("answering", default=None)


def begin_answering(answering: Answering) -> None:
    """Let what is sent in this task from now on count as an answer to one update."""
    _current.set(answering)


def current_answering() -> Answering:
    """Return the answers to the update in work; outside of one, answers that nobody notes."""
    return _current.get() or Answering(_nobody_notes, _NO_UPDATE)
