"""A group became a supergroup: everything under its old id goes to the new one."""

from datetime import datetime

from sqlalchemy import Connection, Table, and_, delete, exists, select, update

from storage import tables as t
from storage import tables_work as w
from storage.database import Database

# Each table with chat ids, and what beside the chat makes its rows unique.
KEYS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (t.places, ("topic_id",)),
    (t.recent_tickers, ("topic_id", "user_id", "ticker")),
    (t.subscriptions, ("topic_id", "ticker")),
    (t.alerts, ("id",)),
    (w.outbox, ("topic_id", "kind", "key")),
    (t.forecast_messages, ("message_id",)),
)


def move_chat(connection: Connection, db: Database, old: int, new: int, now: datetime) -> None:
    """Move all rows of a chat; where both ids have a row of the same key, the new chat's stays.

    Message ids begin anew in the supergroup, so the old ones are kept negated: they name a message
    that cannot be replied to.
    """
    messages = t.forecast_messages
    connection.execute(
        update(messages)
        .where(messages.c.chat_id == old, messages.c.message_id > 0)
        .values(message_id=-messages.c.message_id)
    )
    for table, key in KEYS:
        there = table.alias("there")
        clash = exists().where(
            there.c.chat_id == new, and_(*(there.c[name] == table.c[name] for name in key))
        )
        moving = update(table).where(table.c.chat_id == old, ~clash).values(chat_id=new)
        connection.execute(moving)
        connection.execute(delete(table).where(table.c.chat_id == old))
    _mark_moved(connection, db, old, new, now)


def _mark_moved(connection: Connection, db: Database, old: int, new: int, now: datetime) -> None:
    query = select(t.chats.c.first_seen).where(t.chats.c.chat_id == old)
    since = connection.execute(query).scalar() or now
    heir = {"chat_id": new, "kind": "supergroup", "first_seen": since, "last_seen": now}
    gone = {"chat_id": old, "kind": "group", "first_seen": since, "last_seen": now}
    for row, dead in ((heir, None), (gone, "migrated")):
        statement = db.insert(t.chats).values(row | {"dead": dead})
        connection.execute(
            statement.on_conflict_do_update(index_elements=["chat_id"], set_={"dead": dead})
        )
