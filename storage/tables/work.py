"""Tables of unattended work and of what need not be fetched or uploaded again."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Instant, RowId, place
from storage.metadata import metadata

photos = Table(
    "photos",
    metadata,
    Column("bot_id", BigInteger, nullable=False),
    Column("forecast_id", BigInteger, nullable=False),
    Column("kind", String(96), nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("theme", String(8), nullable=False),
    Column("language", String(16), nullable=False),
    Column("file_id", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("bot_id", "forecast_id", "kind", "sessions", "theme", "language"),
)

price_bars = Table(
    "price_bars",
    metadata,
    Column("source", String(32), nullable=False),
    Column("ticker", String(24), nullable=False),
    Column("exchange", String(16), nullable=False),
    Column("currency", String(8), nullable=False),
    Column("bars_source", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("bars", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("checked_at", Instant, nullable=False),
    PrimaryKeyConstraint("source", "ticker"),
)

unknown_tickers = Table(
    "unknown_tickers",
    metadata,
    Column("source", String(32), nullable=False),
    Column("ticker", String(24), nullable=False),
    Column("until", Instant, nullable=False),
    PrimaryKeyConstraint("source", "ticker"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    *place(),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(128)),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("after_in_chat", BigInteger),
    Column("after_in_all", BigInteger),
    Column("message_id", BigInteger),
    UniqueConstraint("chat_id", "topic_id", "kind", "key"),
    Index(None, "state", "due_at", "id"),
)

models = Table(
    "models",
    metadata,
    Column("ticker", String(24), nullable=False),
    Column("version", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("card", Text, nullable=False),
    Column("onnx", LargeBinary, nullable=False),
    Column("keras", LargeBinary),
    Column("digest", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("promoted_at", Instant),
    PrimaryKeyConstraint("ticker", "version"),
    Index(
        "uq_models_champion",
        "ticker",
        unique=True,
        # The same on PostgreSQL, by its migration; said here, it would load that dialect for all.
        sqlite_where=text("status = 'champion'"),
    ),
)

training_results = Table(
    "training_results",
    metadata,
    Column("ticker", String(24), nullable=False),
    Column("night", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("champion", String(64), nullable=False),
    Column("challenger", String(64), nullable=False),
    Column("champion_loss", Double),
    Column("challenger_loss", Double),
    Column("detail", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    PrimaryKeyConstraint("ticker", "night"),
    Index(None, "night"),
)

job_runs = Table(
    "job_runs",
    metadata,
    Column("name", String(64), nullable=False),
    Column("key", String(128), nullable=False),
    Column("exchange", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("detail", Text, nullable=False),
    PrimaryKeyConstraint("name", "key"),
    Index(None, "started_at"),
)

job_items = Table(
    "job_items",
    metadata,
    Column("name", String(64), nullable=False),
    Column("key", String(128), nullable=False),
    Column("item", String(128), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("finished_at", Instant, nullable=False),
    PrimaryKeyConstraint("name", "key", "item"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("namespace", String(32), nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("nonce", String(16), nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
