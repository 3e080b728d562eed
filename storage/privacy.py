"""What is kept about a place or a person, and its end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Update, and_, delete, func, or_, select, update

from storage import tables as t
from storage import tables_work as w
from storage.alerts import AlertStore
from storage.chats import ChatStore
from storage.hash_chain import LedgerRow
from storage.ledger import issued_of
from storage.messages import MessageStore
from storage.records import Place
from storage.subscriptions import SubscriptionStore
from storage.tables_inbox import inbox
from storage.work import Erased, PlaceExport, ShownForecast, Swept


class PrivacyStore(ChatStore, MessageStore, SubscriptionStore, AlertStore):
    """Export, erasure and clean-up, over the groups that keep personal data.

    The ledger holds nothing personal and is never touched.
    """

    def export_place(self, place: Place, limit: int = 1000) -> PlaceExport:
        """Return everything kept about a place, of its forecasts the `limit` newest."""
        return PlaceExport(
            place=place,
            settings=self.settings(place),
            subscriptions=self.subscriptions(place),
            alerts=self.alerts_in(place),
            recent=self.recent_tickers(place, limit),
            forecasts=self._shown(place, limit),
        )

    def forget_user(self, user_id: int, now: datetime) -> Erased:  # noqa: ARG002
        """Erase a person's data: their private chat and all in it, their alerts, recent tickers.

        What groups keep (a list entry they made, a forecast they asked for) loses their id.
        """
        with self._db.writing() as connection:
            counts = [
                (name, connection.execute(statement).rowcount)
                for name, statement in _erasures(user_id)
            ]
        return Erased(tuple((name, count) for name, count in counts if count))

    def sweep(self, before: datetime) -> Swept:
        """Delete what nobody needs any more.

        Finished outbox rows, job items and photos from before an instant, alerts that fired or were
        cancelled before it, and unknown tickers whose time has passed by then. The newest alert
        stays, so that no number is given out twice: messages are enqueued under it.
        """
        out, unknown, alerts = w.outbox.c, w.unknown_tickers.c, t.alerts.c
        # SQLite would give the highest number, once deleted, to the next alert.
        newest = select(func.max(alerts.id)).scalar_subquery()
        statements = [
            delete(w.outbox).where(out.state.in_(["sent", "dead"]), out.finished_at < before),
            delete(w.photos).where(w.photos.c.saved_at < before),
            delete(w.unknown_tickers).where(unknown.until < before),
            delete(w.job_items).where(w.job_items.c.finished_at < before),
            delete(t.alerts).where(
                alerts.state != "open", alerts.closed_at < before, alerts.id < newest
            ),
        ]
        with self._db.writing() as connection:
            return Swept(*(connection.execute(statement).rowcount for statement in statements))

    def _shown(self, place: Place, limit: int) -> tuple[ShownForecast, ...]:
        messages = t.forecast_messages
        query = (
            select(messages.c.message_id, messages.c.sent_at, messages.c.sessions, t.forecasts)
            .join_from(messages, t.forecasts)
            .where(messages.c.chat_id == place.chat_id, messages.c.topic_id == place.topic_id)
            .order_by(messages.c.sent_at.desc(), messages.c.message_id.desc())
            .limit(limit)
        )
        with self._db.reading() as connection:
            return tuple(_shown_forecast(dict(row)) for row in connection.execute(query).mappings())


def _erasures(user_id: int) -> list[tuple[str, Delete | Update]]:
    """Return the statements that erase a person; a private chat has its person's id."""
    recent, alerts = t.recent_tickers.c, t.alerts.c
    lists, messages = t.subscriptions.c, t.forecast_messages.c
    made = and_(lists.added_by == user_id, lists.chat_id != user_id)
    asked = and_(messages.user_id == user_id, messages.chat_id != user_id)
    whose = or_(recent.user_id == user_id, recent.chat_id == user_id)
    own_alerts = or_(alerts.user_id == user_id, alerts.chat_id == user_id)
    return [
        ("recent_tickers", delete(t.recent_tickers).where(whose)),
        ("alerts", delete(t.alerts).where(own_alerts)),
        ("subscriptions", delete(t.subscriptions).where(lists.chat_id == user_id)),
        ("group_subscriptions", update(t.subscriptions).where(made).values(added_by=None)),
        ("forecast_messages", delete(t.forecast_messages).where(messages.chat_id == user_id)),
        ("group_messages", update(t.forecast_messages).where(asked).values(user_id=None)),
        ("outbox", delete(w.outbox).where(w.outbox.c.chat_id == user_id)),
        ("inbox", delete(inbox).where(or_(inbox.c.user_id == user_id, inbox.c.chat_id == user_id))),
        ("settings", delete(t.places).where(t.places.c.chat_id == user_id)),
        ("chats", delete(t.chats).where(t.chats.c.chat_id == user_id)),
    ]


def _shown_forecast(row: dict[str, Any]) -> ShownForecast:
    shown = {name: row.pop(name) for name in ("message_id", "sent_at", "sessions")}
    issued = issued_of(LedgerRow(**row))
    return ShownForecast(id=issued.id, forecast=issued.forecast, **shown)
