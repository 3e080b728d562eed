"""What Telegram handed over, until it is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.inbox_records import Arrival, Unanswered


class InboxStore(Protocol):
    """What was taken from Telegram, by bot."""

    def take_in(self, bot_id: int, arrivals: Sequence[Arrival]) -> frozenset[int]:
        """Keep updates; return the numbers of those that were not known already."""
        ...

    def note_answers(self, bot_id: int, update_id: int, sent: Sequence[int]) -> None:
        """Note that one more message is about to leave, and which arrived before it."""
        ...

    def finish_update(self, bot_id: int, update_id: int, now: datetime) -> None:
        """Note that an update is answered, and forget what it said."""
        ...

    def unanswered(self, bot_id: int) -> tuple[Unanswered, ...]:
        """Return what is not done, in the order it came."""
        ...

    def sweep_inbox(self, before: datetime) -> int:
        """Delete what was done before an instant; return how many rows."""
        ...
