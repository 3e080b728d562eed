"""What is kept about a place or a person, and its end."""

from datetime import datetime
from typing import Protocol

from storage.records import Place
from storage.work import Erased, PlaceExport, Swept


class PrivacyStore(Protocol):
    """Export, erasure and clean-up. The ledger holds nothing personal and is never touched."""

    def export_place(self, place: Place, limit: int = 1000) -> PlaceExport:
        """Return everything kept about a place, of its forecasts the `limit` newest."""
        ...

    def forget_user(self, user_id: int, now: datetime) -> Erased:
        """Erase a person's data: their private chat and all in it, their alerts, recent tickers.

        What groups keep (a list entry they made, a forecast they asked for) loses their id.
        """
        ...

    def sweep(self, before: datetime) -> Swept:
        """Delete what nobody needs any more.

        Finished outbox rows, job items and photos from before an instant, alerts that fired or were
        cancelled before it, and unknown tickers whose time has passed by then. The newest alert
        stays, so that no number is given out twice: messages are enqueued under it.
        """
        ...
