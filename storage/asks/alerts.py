"""What people asked to be told once."""

from datetime import datetime
from typing import Protocol

from storage.records import Alert, NewAlert, Place


class AlertStore(Protocol):
    """Band and probability alerts.

    To lose none and double none: enqueue the message under the alert's id first, then fire it.
    """

    def add_alert(self, wish: NewAlert, now: datetime) -> int:
        """Keep an alert and return its id; of an equal one that is open, that one's id.

        Raises:
            ConflictError: The forecast is not in the ledger.
        """
        ...

    def open_alerts(self, ticker: str | None = None) -> tuple[Alert, ...]:
        """Return the open alerts of live chats, of one ticker or all, oldest first."""
        ...

    def alerts_in(self, place: Place) -> tuple[Alert, ...]:
        """Return a place's open alerts, oldest first."""
        ...

    def fire_alert(self, alert_id: int, now: datetime) -> bool:
        """Close an alert that came to pass; False when it was closed already."""
        ...

    def cancel_alert(self, alert_id: int, place: Place, now: datetime) -> bool:
        """Close an alert nobody wants any more; False when that place has no such open alert."""
        ...
