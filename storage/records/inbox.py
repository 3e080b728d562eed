"""What the inbox takes and gives."""

from dataclasses import dataclass
from datetime import datetime

Numbers = tuple[int, int]
"""The newest message in a chat, and in all chats that are numbered together with it; 0: unknown."""

Done = tuple[int, tuple[int, ...]]
"""The number of an update that is answered, and the messages that answered it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as it came.

    Attributes:
        update_id: Telegram's number; another bot's updates have numbers of their own.
        chat_id: Where it happened, None where that is no chat.
        user_id: Who did it, None where Telegram names nobody.
        body: The update as Telegram's JSON.
        asked_at: When it was written or pressed, as far as Telegram tells; else when it was taken.
    """

    update_id: int
    chat_id: int | None
    user_id: int | None
    body: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Which process has rows in work, and until when it is taken to live if it says nothing."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Who answers an update, and which earlier ones of its chat are in its hands still."""

    owner: str
    before: frozenset[int]


@dataclass(frozen=True, slots=True)
class Leaving:
    """How far the answer to an update is: one more message is about to leave, or none is.

    Attributes:
        update_id: Of the update.
        answers: The messages that answered it before and arrived, in their order.
        after: The newest messages before it left; None where none is about to leave.
    """

    update_id: int
    answers: tuple[int, ...]
    after: Numbers | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An update that was taken and is not done.

    Attributes:
        arrival: The update.
        answers: The messages that answered it so far and surely arrived, in their order.
        after: What was known when one more left, of which nobody knows whether it arrived; None
            where none has left.
    """

    arrival: Arrival
    answers: tuple[int, ...]
    after: Numbers | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Which message numbers are others' than one that is looked for.

    Attributes:
        numbers: Surely others'.
        until: Above this one it may be another message that is on its way to the same chat; None
            where none is.
    """

    numbers: frozenset[int]
    until: int | None
