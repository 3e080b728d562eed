"""Column types that both databases keep alike, and the columns that many tables have."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

# SQLite counts up only a column whose type is exactly INTEGER (which is 64 bits wide there).
RowId = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept and returned in UTC.

    SQLite drops the zone of what it is given without converting, so that naive values and other
    zones must never reach it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive instants and convert the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        """Return what was stored as an aware instant in UTC."""
        if value is None:
            return None
        known: datetime
        known = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return known


def place() -> list[Column[int]]:
    """Return the columns that say whose a row is: a chat, and its topic or 0."""
    return [Column(name, BigInteger, nullable=False) for name in ("chat_id", "topic_id")]
