"""What the inbox takes and gives."""

from dataclasses import dataclass
from datetime import datetime


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
        after: Numbers of the newest message in its chat, and in all chats that are numbered
            together with it, before it left; 0 for unknown. None where none is about to leave.
    """

    update_id: int
    answers: tuple[int, ...]
    after: tuple[int, int] | None


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
    after: tuple[int, int] | None
