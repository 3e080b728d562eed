"""Chats and the settings of their places."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.sql.expression import FromClause

from storage.chat_migration import move_chat, note_chat
from storage.database import Database
from storage.records.chats import DeadReason, LostChat, Place, PlaceSettings
from storage.store_part import StorePart
from storage.tables import chats, league, work

# Those that run for every update are built once.
_SETTINGS = (
    select(chats.places)
    .where(
        chats.places.c.chat_id == bindparam("chat"),
        chats.places.c.topic_id.in_([0, bindparam("topic")]),
    )
    .order_by(chats.places.c.topic_id.desc())
    .limit(1)
)
_SPOKEN = select(chats.chats.c.language).where(chats.chats.c.chat_id == bindparam("chat"))


class ChatStore(StorePart):
    """Who the bot talks to, and how each place wants to be served."""

    def see_chat(self, chat_id: int) -> None:
        """Note that a chat exists and can be reached; one that was dead lives again."""
        with self._db.writing() as connection:
            connection.execute(note_chat(self._db, chat_id, dead=None))

    def is_reachable(self, chat_id: int) -> bool:
        """Return whether a chat was ever seen and has not shut the bot out since."""
        one = chats.chats.c
        with self._db.reading() as connection:
            found = select(one.chat_id).where(one.chat_id == chat_id, one.dead.is_(None))
            return connection.execute(found).first() is not None

    def mark_chat_dead(self, chat_id: int, reason: DeadReason, now: datetime) -> LostChat:
        """Note that nothing can be sent to a chat any more.

        Its unsent outbox rows die with it, its open alerts are cancelled, its subscriptions
        deleted, and the league asks it nothing any more. Calling it again changes nothing.

        Returns:
            How many subscriptions and unsent messages were lost.
        """
        out, alerts, lists = work.outbox.c, chats.alerts.c, chats.subscriptions.c
        unsent = and_(out.chat_id == chat_id, out.state.in_(["pending", "sending"]))
        died = {"state": "dead", "reason": reason, "owner": None, "finished_at": now}
        waiting = and_(alerts.chat_id == chat_id, alerts.state == "open")
        off = {"state": "cancelled", "closed_at": now}
        with self._db.writing() as connection:
            connection.execute(note_chat(self._db, chat_id, dead=reason, since=now))
            connection.execute(update(chats.alerts).where(waiting).values(off))
            dropped = connection.execute(update(work.outbox).where(unsent).values(died))
            connection.execute(delete(league.leagues).where(league.leagues.c.chat_id == chat_id))
            lost = connection.execute(delete(chats.subscriptions).where(lists.chat_id == chat_id))
        return LostChat(subscriptions=lost.rowcount, unsent=dropped.rowcount)

    def migrate_chat(self, old: int, new: int) -> None:
        """Move everything of a group to the id it got when it became a supergroup.

        Where both ids have a row of the same key, the new chat's row stays. The old id remains as
        a chat that is dead by `migrated`. Calling it again changes nothing.
        """
        with self._db.writing() as connection:
            move_chat(connection, self._db, old, new)

    def settings(self, place: Place) -> PlaceSettings:
        """Return a place's settings; of a topic never set its chat's, else the defaults."""
        with self._db.reading() as connection:
            return _settings_in(connection, place)

    def note_language(self, chat_id: int, language: str) -> None:
        """Note what a chat is spoken to in until its people choose a language."""
        statement = self._db.insert(chats.chats).values(chat_id=chat_id, language=language)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["chat_id"], set_={"language": language}
                )
            )

    def save_settings(self, place: Place, settings: PlaceSettings, now: datetime) -> None:
        """Replace a place's settings."""
        with self._db.writing() as connection:
            values = _columns_of(settings)
            self._write_settings(connection, place, values, values.keys(), now)

    def change_settings(self, place: Place, fields: Mapping[str, Any], now: datetime) -> None:
        """Change some of a place's settings, and those only: others may change the rest just now.

        Args:
            place: Whose; a topic that was never set begins with what its chat has.
            fields: Of `PlaceSettings`, with their new values.
            now: When.
        """
        changed = {column for field in fields for column in _KEPT_IN.get(field, (field,))}
        with self._db.writing() as connection:
            values = _columns_of(replace(_settings_in(connection, place), **fields))
            self._write_settings(connection, place, values, changed, now)

    def _write_settings(
        self,
        connection: Connection,
        place: Place,
        values: Mapping[str, Any],
        changed: Collection[str],
        now: datetime,
    ) -> None:
        """Write a row of settings; where there is one, only what is changed."""
        key = {"chat_id": place.chat_id, "topic_id": place.topic_id}
        row = {**values, "changed_at": now}
        insert = self._db.insert(chats.places).values(key | row)
        written = insert.on_conflict_do_update(
            index_elements=list(key), set_={name: row[name] for name in (*changed, "changed_at")}
        ).returning(chats.places.c.zone, chats.places.c.digest_at)
        zone, digest_at = connection.execute(written).one()
        note_slot(self._db, connection, zone, digest_at)


def served_by_defaults(db: Database, connection: Connection, chat_id: int, now: datetime) -> None:
    """Give a chat a row of settings where it has none, so that its slot finds it by an index."""
    settings = PlaceSettings()
    row = _columns_of(settings) | {"chat_id": chat_id, "topic_id": 0, "changed_at": now}
    connection.execute(db.insert(chats.places).values(row).on_conflict_do_nothing())
    note_slot(db, connection, settings.zone, settings.digest_at)


def note_slot(db: Database, connection: Connection, zone: str | None, digest_at: time) -> None:
    """Note that some place wants its digest at a local time."""
    slot = {"zone": zone or "", "digest_at": digest_at}
    connection.execute(db.insert(chats.digest_slots).values(slot).on_conflict_do_nothing())


_SAME_NAME = (
    "theme",
    "sessions",
    "digest_at",
    "zone",
    "sound",
    "paused",
    "closed_note",
    "replies",
    "recap",
    "cashtags",
    "anyone_may_change",
)

_KEPT_IN = {"quiet": ("quiet_from", "quiet_until"), "language_chosen": ("language",)}
"""Settings that are not columns of the same name."""


def settings_join(holder: FromClause) -> ColumnElement[bool]:
    """Return the condition that joins `places` to a table of places by the settings that hold.

    Topic ids are positive, so that the larger of a topic's own row and its chat's is its own.
    """
    own = chats.places.alias("own")
    topic = select(func.max(own.c.topic_id)).where(
        own.c.chat_id == holder.c.chat_id, own.c.topic_id.in_([0, holder.c.topic_id])
    )
    return and_(
        chats.places.c.chat_id == holder.c.chat_id,
        chats.places.c.topic_id == topic.scalar_subquery(),
    )


def _settings_in(connection: Connection, place: Place) -> PlaceSettings:
    here = {"chat": place.chat_id, "topic": place.topic_id}
    row = connection.execute(_SETTINGS, here).mappings().first()
    return settings_of(row, connection.execute(_SPOKEN, here).scalar())


def settings_of(row: RowMapping | None, spoken: str | None) -> PlaceSettings:
    """Return the settings in a row of `places`; the defaults where there was none to join.

    Args:
        row: Of `places`, joined or not.
        spoken: The language noted for the chat, which holds where none was chosen.
    """
    unchosen = spoken or PlaceSettings().language
    if row is None or row["theme"] is None:
        return PlaceSettings(language=unchosen)
    quiet = (row["quiet_from"], row["quiet_until"])
    return PlaceSettings(
        days=tuple(int(day) for day in row["days"]),
        quiet=None if None in quiet else cast("tuple[time, time]", quiet),
        language=row["language"] or unchosen,
        language_chosen=row["language"] is not None,
        **{name: row[name] for name in _SAME_NAME},
    )


def _columns_of(settings: PlaceSettings) -> dict[str, Any]:
    quiet_from, quiet_until = settings.quiet or (None, None)
    return {name: getattr(settings, name) for name in _SAME_NAME} | {
        "days": "".join(str(day) for day in settings.days),
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "language": settings.language if settings.language_chosen else None,
    }
