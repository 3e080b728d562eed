"""Chats and the settings of their places."""

from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, select, update
from sqlalchemy.sql.expression import FromClause

from storage import tables as t
from storage import tables_work as w
from storage.chat_migration import move_chat
from storage.records import ChatKind, DeadReason, Place, PlaceSettings
from storage.store_part import StorePart
from storage.work import LostChat


class ChatStore(StorePart):
    """Who the bot talks to, and how each place wants to be served."""

    def see_chat(self, chat_id: int, kind: ChatKind, now: datetime) -> None:
        """Note that a chat exists and can be reached; one that was dead lives again."""
        row = {"chat_id": chat_id, "kind": kind, "first_seen": now, "last_seen": now}
        seen = {"kind": kind, "last_seen": now, "dead": None}
        statement = self._db.insert(t.chats).values(row | {"dead": None})
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["chat_id"], set_=seen)
            )

    def mark_chat_dead(self, chat_id: int, reason: DeadReason, now: datetime) -> LostChat:
        """Note that nothing can be sent to a chat any more.

        Its unsent outbox rows die with it, its open alerts are cancelled and its subscriptions
        deleted. Calling it again changes nothing.

        Returns:
            How many subscriptions and unsent messages were lost.
        """
        kind = "private" if chat_id > 0 else "group"
        row = {"chat_id": chat_id, "kind": kind, "first_seen": now, "last_seen": now}
        chat = self._db.insert(t.chats).values(row | {"dead": reason})
        chat = chat.on_conflict_do_update(index_elements=["chat_id"], set_={"dead": reason})
        unsent = and_(w.outbox.c.chat_id == chat_id, w.outbox.c.state.in_(["pending", "sending"]))
        died = {"state": "dead", "reason": reason, "owner": None, "finished_at": now}
        alerts = and_(t.alerts.c.chat_id == chat_id, t.alerts.c.state == "open")
        with self._db.writing() as connection:
            connection.execute(chat)
            connection.execute(
                update(t.alerts).where(alerts).values(state="cancelled", closed_at=now)
            )
            dropped = connection.execute(update(w.outbox).where(unsent).values(died))
            lost = connection.execute(
                delete(t.subscriptions).where(t.subscriptions.c.chat_id == chat_id)
            )
        return LostChat(subscriptions=lost.rowcount, unsent=dropped.rowcount)

    def migrate_chat(self, old: int, new: int, now: datetime) -> None:
        """Move everything of a group to the id it got when it became a supergroup.

        Where both ids have a row of the same key, the new chat's row stays. The old id remains as
        a chat that is dead by `migrated`. Calling it again changes nothing.
        """
        with self._db.writing() as connection:
            move_chat(connection, self._db, old, new, now)

    def settings(self, place: Place) -> PlaceSettings:
        """Return a place's settings; of a topic never set its chat's, else the defaults."""
        query = select(t.places).where(
            t.places.c.chat_id == place.chat_id, t.places.c.topic_id.in_([0, place.topic_id])
        )
        with self._db.reading() as connection:
            row = connection.execute(query.order_by(t.places.c.topic_id.desc())).mappings().first()
        return settings_of(row)

    def save_settings(self, place: Place, settings: PlaceSettings, now: datetime) -> None:
        """Replace a place's settings."""
        values = _columns_of(settings) | {"changed_at": now}
        key = {"chat_id": place.chat_id, "topic_id": place.topic_id}
        statement = self._db.insert(t.places).values(key | values)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_=values)
            )


_SAME_NAME = (
    "theme",
    "sessions",
    "digest_at",
    "zone",
    "sound",
    "paused",
    "closed_note",
    "replies",
    "anyone_may_change",
    "language",
)


def settings_join(holder: FromClause) -> ColumnElement[bool]:
    """Return the condition that joins `places` to a table of places by the settings that hold.

    Topic ids are positive, so that the larger of a topic's own row and its chat's is its own.
    """
    own = t.places.alias("own")
    topic = select(func.max(own.c.topic_id)).where(
        own.c.chat_id == holder.c.chat_id, own.c.topic_id.in_([0, holder.c.topic_id])
    )
    return and_(
        t.places.c.chat_id == holder.c.chat_id, t.places.c.topic_id == topic.scalar_subquery()
    )


def settings_of(row: RowMapping | None) -> PlaceSettings:
    """Return the settings in a row of `places`; the defaults where there was none to join."""
    if row is None or row["theme"] is None:
        return PlaceSettings()
    quiet = (row["quiet_from"], row["quiet_until"])
    return PlaceSettings(
        days=tuple(int(day) for day in row["days"]),
        quiet=None if None in quiet else cast("tuple[time, time]", quiet),
        **{name: row[name] for name in _SAME_NAME},
    )


def _columns_of(settings: PlaceSettings) -> dict[str, Any]:
    quiet_from, quiet_until = settings.quiet or (None, None)
    return {name: getattr(settings, name) for name in _SAME_NAME} | {
        "days": "".join(str(day) for day in settings.days),
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
