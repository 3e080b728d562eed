"""Recent tickers, and which message shows which forecast."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Executable, RowMapping, delete, func, select, update

from storage.records.chats import ForecastMessage, Place
from storage.store_part import StorePart, chunks
from storage.tables import chats


class MessageStore(StorePart):
    """What was asked for lately, and which message of the bot shows which forecast."""

    def remember_ticker(self, place: Place, user_id: int, ticker: str, now: datetime) -> None:
        """Note that a person asked for a ticker in a place."""
        row = {
            "chat_id": place.chat_id,
            "topic_id": place.topic_id,
            "user_id": user_id,
            "ticker": ticker,
            "asked_at": now,
        }
        with self._db.writing() as connection:
            connection.execute(self._remember, row)

    def recent_tickers(self, place: Place, limit: int = 6) -> tuple[str, ...]:
        """Return the tickers last asked for in a place, newest first, each once."""
        recent = chats.recent_tickers.c
        query = (
            select(recent.ticker)
            .where(recent.chat_id == place.chat_id, recent.topic_id == place.topic_id)
            .group_by(recent.ticker)
            .order_by(func.max(recent.asked_at).desc(), recent.ticker)
        )
        with self._db.reading() as connection:
            return tuple(connection.execute(query.limit(limit)).scalars())

    def save_forecast_message(self, message: ForecastMessage) -> None:
        """Note which forecast a message shows; a message already noted is replaced.

        Raises:
            ConflictError: The forecast is not in the ledger.
        """
        row = {
            "chat_id": message.place.chat_id,
            "message_id": message.message_id,
            "topic_id": message.place.topic_id,
            "forecast_id": message.forecast_id,
            "user_id": message.user_id,
            "sent_at": message.sent_at,
            "sessions": message.sessions,
        }
        with self._db.writing() as connection:
            connection.execute(self._show, row)

    # Those that run for every answer are built once.

    @cached_property
    def _remember(self) -> Executable:
        insert = self._db.insert(chats.recent_tickers)
        key = ["chat_id", "topic_id", "user_id", "ticker"]
        set_ = {"asked_at": insert.excluded.asked_at}
        return insert.on_conflict_do_update(index_elements=key, set_=set_)

    @cached_property
    def _show(self) -> Executable:
        insert = self._db.insert(chats.forecast_messages)
        rest = ("topic_id", "forecast_id", "user_id", "sent_at", "sessions")
        set_ = {name: insert.excluded[name] for name in rest}
        return insert.on_conflict_do_update(index_elements=["chat_id", "message_id"], set_=set_)

    def find_forecast_message(self, chat_id: int, message_id: int) -> ForecastMessage | None:
        """Return what a message of the bot shows, or None."""
        query = select(chats.forecast_messages).where(*_is(chat_id, message_id))
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        return message_of(row) if row else None

    def note_shown_sessions(self, chat_id: int, message_id: int, sessions: int) -> bool:
        """Note that a message was redrawn and how many sessions it shows now.

        Returns:
            False when the message is not known.
        """
        statement = update(chats.forecast_messages).where(*_is(chat_id, message_id))
        with self._db.writing() as connection:
            return connection.execute(statement.values(sessions=sessions)).rowcount == 1

    def drop_forecast_message(self, chat_id: int, message_id: int) -> None:
        """Forget a message, since it was deleted."""
        with self._db.writing() as connection:
            connection.execute(delete(chats.forecast_messages).where(*_is(chat_id, message_id)))

    def forecast_messages(self, forecast_ids: Sequence[int]) -> tuple[ForecastMessage, ...]:
        """Return the messages in live chats that show any of these forecasts, oldest first."""
        messages = chats.forecast_messages
        live = messages.outerjoin(chats.chats, chats.chats.c.chat_id == messages.c.chat_id)
        found: list[ForecastMessage] = []
        with self._db.reading() as connection:
            for part in chunks(sorted(set(forecast_ids))):
                query = (
                    select(messages)
                    .select_from(live)
                    .where(messages.c.forecast_id.in_(part), chats.chats.c.dead.is_(None))
                )
                found += map(message_of, connection.execute(query).mappings())
        return tuple(sorted(found, key=lambda message: (message.sent_at, message.message_id)))


def message_of(row: RowMapping) -> ForecastMessage:
    """Return the message in a row of `forecast_messages`."""
    return ForecastMessage(
        place=Place(row["chat_id"], row["topic_id"]),
        message_id=row["message_id"],
        forecast_id=row["forecast_id"],
        user_id=row["user_id"],
        sent_at=row["sent_at"],
        sessions=row["sessions"],
    )


def _is(chat_id: int, message_id: int) -> list[ColumnElement[bool]]:
    messages = chats.forecast_messages.c
    return [messages.chat_id == chat_id, messages.message_id == message_id]
