"""Tables of the league: questions, the calls on them, and the chain that closes each question."""

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
    Text,
)

from storage.columns import Instant, RowId, place
from storage.metadata import metadata

# Places that are asked a question every week.
leagues = Table(
    "leagues",
    metadata,
    *place(),
    PrimaryKeyConstraint("chat_id", "topic_id"),
)

league_rounds = Table(
    "league_rounds",
    metadata,
    Column("id", RowId, primary_key=True),
    *place(),
    Column("ticker", String(24), nullable=False),
    Column("forecast_id", BigInteger, ForeignKey("forecasts.id"), nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("target", Date, nullable=False),
    Column("season", String(8), nullable=False),
    Column("closes_at", Instant, nullable=False),
    *(Column(f"edge_{level}", Double, nullable=False) for level in (20, 40, 60, 80)),
    Column("last_fifth", Integer),
    Column("message_id", BigInteger),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    # How many called each fifth when the question closed, such as `3,0,5,1,2`.
    Column("counts", String(64), nullable=False),
    Column("close", Double),
    Column("fifth", Integer),
    Column("reason", Text, nullable=False),
    Column("ended_at", Instant),
    # Of all calls when they were scored: calls that are erased later move nobody else's points.
    Column("scored", Integer, nullable=False),
    Column("points", Double, nullable=False),
    Index(None, "chat_id", "topic_id", "season"),
    Index(None, "state"),
)

league_calls = Table(
    "league_calls",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("round_id", BigInteger, ForeignKey("league_rounds.id"), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("fifth", Integer, nullable=False),
    Column("sure", Boolean, nullable=False),
    # Kept here only: with it goes what links the chain's hash to a person.
    Column("salt", String(32), nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("points", Double),
    Index(None, "round_id", "user_id", unique=True),
    Index(None, "user_id"),
)

# One row for each question that closed; append only and chained like the ledger.
league_records = Table(
    "league_records",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("round_id", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("closed_at", Instant, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("row_hash", String(64), nullable=False),
    Index(None, "round_id", unique=True),
)
