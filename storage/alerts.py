"""What people asked to be told once."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from storage.records.chats import Alert, NewAlert, Place
from storage.store_part import StorePart
from storage.tables import chats

_SAME_NAME = tuple(f.name for f in fields(NewAlert) if f.name != "place")


class AlertStore(StorePart):
    """Band and probability alerts.

    To lose none and double none: enqueue the message under the alert's id first, then fire it.
    """

    def add_alert(self, wish: NewAlert, now: datetime) -> int:
        """Keep an alert and return its id; of an equal one that is open, that one's id.

        Raises:
            ConflictError: The forecast is not in the ledger.
        """
        values = _columns_of(wish)
        same = [chats.alerts.c[name].is_not_distinct_from(value) for name, value in values.items()]
        query = select(chats.alerts.c.id).where(chats.alerts.c.state == "open", *same)
        row = values | {"state": "open", "created_at": now}
        with self._db.writing() as connection:
            self._db.queue_up(connection, wish.place.chat_id)
            known = connection.execute(query.limit(1)).scalar()
            if known is not None:
                return int(known)
            statement = insert(chats.alerts).values(row).returning(chats.alerts.c.id)
            return int(connection.execute(statement).scalar_one())

    def open_alerts(self, ticker: str | None = None) -> tuple[Alert, ...]:
        """Return the open alerts of live chats, of one ticker or all, oldest first."""
        return self._open(*([] if ticker is None else [chats.alerts.c.ticker == ticker]))

    def alerts_in(self, place: Place) -> tuple[Alert, ...]:
        """Return a place's open alerts, oldest first."""
        return self._open(*_in_place(place))

    def fire_alert(self, alert_id: int, now: datetime) -> bool:
        """Close an alert that came to pass; False when it was closed already."""
        return self._close("fired", now, chats.alerts.c.id == alert_id)

    def cancel_alert(self, alert_id: int, place: Place, now: datetime) -> bool:
        """Close an alert nobody wants any more; False when that place has no such open alert."""
        return self._close("cancelled", now, chats.alerts.c.id == alert_id, *_in_place(place))

    def _open(self, *conditions: ColumnElement[bool]) -> tuple[Alert, ...]:
        query = select(chats.alerts).where(chats.alerts.c.state == "open", *conditions)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(chats.alerts.c.id)).mappings()
            return tuple(map(_alert, rows))

    def _close(self, state: str, now: datetime, *conditions: ColumnElement[bool]) -> bool:
        statement = (
            update(chats.alerts)
            .where(chats.alerts.c.state == "open", *conditions)
            .values(state=state, closed_at=now)
        )
        with self._db.writing() as connection:
            return connection.execute(statement).rowcount == 1


def _in_place(place: Place) -> list[ColumnElement[bool]]:
    return [chats.alerts.c.chat_id == place.chat_id, chats.alerts.c.topic_id == place.topic_id]


def _columns_of(wish: NewAlert) -> dict[str, Any]:
    place = {"chat_id": wish.place.chat_id, "topic_id": wish.place.topic_id}
    return place | {name: getattr(wish, name) for name in _SAME_NAME}


def _alert(row: RowMapping) -> Alert:
    place = Place(row["chat_id"], row["topic_id"])
    wish = NewAlert(place=place, **{name: row[name] for name in _SAME_NAME})
    return Alert(row["id"], wish, row["state"], row["created_at"], row["closed_at"])
