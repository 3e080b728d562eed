"""Everything the bot sends unasked is first a row here, then a message.

States: pending -> sending -> sent, or dead. A row is claimed (leased to one owner) in a batch, set
to `sending` just before its request leaves, and to `sent` with Telegram's answer. A row found in
`sending` after a crash was maybe sent; a worker has one request in flight, so it is one row a kill.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.records import Place
from storage.work import Backlog, OutboxItem, OutboxRow


class OutboxStore(Protocol):
    """Messages on their way."""

    def enqueue(self, items: Sequence[OutboxItem], now: datetime) -> int:
        """Add messages and return how many; one with a known (place, kind, key) is passed over.

        What those added tell of is noted on their places' lists in the same transaction.
        """
        ...

    def claim_due(
        self, now: datetime, limit: int, lease_until: datetime, owner: str
    ) -> tuple[OutboxRow, ...]:
        """Lease due, pending rows of live chats to an owner, oldest due first.

        No row is handed to two owners while its lease holds.
        """
        ...

    def mark_sending(self, row_id: int, owner: str, now: datetime) -> bool:
        """Note that the request is about to leave; False: the lease was lost, do not send."""
        ...

    def mark_sent(self, row_id: int, message_ids: Sequence[int], now: datetime) -> None:
        """Note what Telegram answered."""
        ...

    def postpone(self, row_id: int, until: datetime, reason: str) -> None:
        """Put a row that was not sent back to pending, due at `until`."""
        ...

    def give_up(self, row_id: int, reason: str, now: datetime) -> None:
        """Note that a row will never be sent, and why."""
        ...

    def release(self, owner: str) -> int:
        """Give an owner's claimed but untouched rows back at once, for a clean stop."""
        ...

    def recover(self, owner: str, now: datetime, lease_until: datetime) -> tuple[OutboxRow, ...]:
        """Take over what a crash left: call at start, before the first claim.

        Leases of `owner` and expired ones on pending rows are lifted.

        Returns:
            The rows found in `sending` under such a lease: each was maybe sent. They are leased
            to `owner` until `postpone`, `mark_sent` or `give_up` decides.
        """
        ...

    def find_outbox(self, place: Place, kind: str, key: str) -> OutboxRow | None:
        """Return a message of the outbox in whatever state, or None."""
        ...

    def backlog(self, now: datetime) -> Backlog:
        """Count the outbox."""
        ...
