"""A group became a supergroup: everything under its old id goes to the new one."""

from datetime import datetime

from sqlalchemy import Connection, Insert, Table, and_, delete, exists, select, update

from storage.database import Database
from storage.records.chats import DeadReason
from storage.tables import chats, inbox, league, questions, work

# Each table with chat ids, and what beside the chat makes its rows unique.
KEYS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (chats.places, ("topic_id",)),
    (chats.recent_tickers, ("topic_id", "user_id", "ticker")),
    (chats.subscriptions, ("topic_id", "ticker")),
    (chats.alerts, ("id",)),
    (work.outbox, ("topic_id", "kind", "key")),
    (chats.forecast_messages, ("message_id",)),
    (inbox.inbox, ("bot_id", "update_id")),
    (league.leagues, ("topic_id",)),
    (league.league_rounds, ("id",)),
    (questions.questions, ("topic_id", "forecast_id", "horizon", "relation", "low", "high")),
)


def move_chat(connection: Connection, db: Database, old: int, new: int) -> None:
    """Move all rows of a chat; where both ids have a row of the same key, the new chat's stays.

    Message ids begin anew in the supergroup, so the old ones are kept negated: they name a message
    that cannot be replied to.
    """
    for messages in (chats.forecast_messages, league.league_rounds):
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
    connection.execute(note_chat(db, new, dead=None))
    before = chats.chats.alias("before")
    spoken = select(before.c.language).where(before.c.chat_id == old).scalar_subquery()
    connection.execute(
        update(chats.chats)
        .where(chats.chats.c.chat_id == new, chats.chats.c.language.is_(None))
        .values(language=spoken)
    )
    connection.execute(note_chat(db, old, dead="migrated"))


def note_chat(
    db: Database, chat_id: int, *, dead: DeadReason | None, since: datetime | None = None
) -> Insert:
    """Return the statement that notes whether, why and since when nothing can be sent to a chat."""
    row = {"dead": dead, "dead_since": since}
    statement = db.insert(chats.chats).values(row | {"chat_id": chat_id})
    return statement.on_conflict_do_update(index_elements=["chat_id"], set_=row)
