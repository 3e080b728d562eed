"""Tables of people's side, as the newest migration leaves them.

Rows of chats have no foreign key to `chats`: a message may be noted before its chat is. What hangs
on a forecast has one, to the ledger's table.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Time,
    UniqueConstraint,
)

from storage.columns import Instant, RowId, place
from storage.metadata import metadata

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("dead", String(16)),
    Column("language", String(16)),
    Column("dead_since", Instant),
)

places = Table(
    "places",
    metadata,
    *place(),
    Column("theme", String(8), nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("digest_at", Time, nullable=False),
    Column("zone", String(64)),
    Column("days", String(7), nullable=False),
    Column("quiet_from", Time),
    Column("quiet_until", Time),
    Column("sound", String(8), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("closed_note", Boolean, nullable=False),
    Column("replies", Boolean, nullable=False),
    Column("recap", Boolean, nullable=False),
    Column("cashtags", Boolean, nullable=False),
    Column("anyone_may_change", Boolean, nullable=False),
    Column("language", String(16)),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("chat_id", "topic_id"),
    # The chat last: the places of a slot come in order, a part at a time.
    Index(None, "zone", "digest_at", "chat_id"),
)

# Every local time at which some place once wanted its digest; "" is the zone of who set none.
digest_slots = Table(
    "digest_slots",
    metadata,
    Column("zone", String(64), nullable=False),
    Column("digest_at", Time, nullable=False),
    PrimaryKeyConstraint("zone", "digest_at"),
)

recent_tickers = Table(
    "recent_tickers",
    metadata,
    *place(),
    Column("user_id", BigInteger, nullable=False),
    Column("ticker", String(24), nullable=False),
    Column("asked_at", Instant, nullable=False),
    PrimaryKeyConstraint("chat_id", "topic_id", "user_id", "ticker"),
    Index(None, "user_id"),
)

forecast_messages = Table(
    "forecast_messages",
    metadata,
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("topic_id", BigInteger, nullable=False),
    Column("forecast_id", BigInteger, ForeignKey("forecasts.id"), nullable=False),
    Column("user_id", BigInteger),
    Column("sent_at", Instant, nullable=False),
    Column("sessions", Integer, nullable=False),
    PrimaryKeyConstraint("chat_id", "message_id"),
    Index(None, "forecast_id"),
    Index(None, "user_id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", RowId, primary_key=True),
    *place(),
    Column("ticker", String(24), nullable=False),
    Column("added_by", BigInteger),
    Column("added_at", Instant, nullable=False),
    Column("told", Date),
    UniqueConstraint("chat_id", "topic_id", "ticker"),
    Index(None, "ticker"),
    Index(None, "added_by"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", RowId, primary_key=True),
    *place(),
    Column("user_id", BigInteger, nullable=False),
    Column("ticker", String(24), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("forecast_id", BigInteger, ForeignKey("forecasts.id")),
    Column("price", Double),
    Column("probability", Double),
    Column("direction", String(8)),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(None, "state", "ticker"),
    Index(None, "chat_id", "topic_id"),
    Index(None, "user_id"),
)
