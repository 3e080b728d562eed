"""Which place follows which ticker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.records import DigestSlot, Place, Subscriber, Subscription, WatchedTicker


class SubscriptionStore(Protocol):
    """The watchlists; limits are the caller's."""

    def subscribe(
        self, place: Place, tickers: Sequence[str], user_id: int, now: datetime
    ) -> tuple[str, ...]:
        """Put tickers on a place's list and return those that were not on it."""
        ...

    def unsubscribe(self, place: Place, tickers: Sequence[str]) -> tuple[str, ...]:
        """Take tickers off a place's list and return those that were on it."""
        ...

    def subscriptions(self, place: Place) -> tuple[Subscription, ...]:
        """Return a place's list in the order it was made."""
        ...

    def count_by_user(self, user_id: int) -> int:
        """Return how many subscriptions a person has made, over all live chats."""
        ...

    def watched_tickers(self) -> tuple[WatchedTicker, ...]:
        """Return every ticker that a live chat subscribes to, most watched first."""
        ...

    def digest_slots(self) -> tuple[DigestSlot, ...]:
        """Return the distinct (zone, local time) pairs of unpaused subscribers."""
        ...

    def subscribers(self, slot: DigestSlot | None = None) -> tuple[Subscriber, ...]:
        """Return the live, unpaused places with subscriptions, in a slot or all, with their lists.

        A topic whose own settings were never set is served by those of its chat.
        """
        ...
