"""Tables of the ledger, as the newest migration leaves them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
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

from storage.columns import Instant
from storage.metadata import metadata

forecasts = Table(
    "forecasts",
    metadata,
    # Not counted up by the database: ids follow the chain without a gap.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ticker", String(24), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("model_version", String(64), nullable=False),
    Column("data_digest", String(64), nullable=False),
    Column("close", Double, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("row_hash", String(64), nullable=False),
    UniqueConstraint("ticker", "as_of", "model_version", "data_digest"),
    Index(None, "model_version", "as_of"),
    # What may be archived is found here, however long the past is. For PostgreSQL the condition is
    # in `storage.postgresql`: named here it would load that dialect for everybody.
    Index("ix_forecasts_whole", "as_of", "id", sqlite_where=text("body <> ''")),
)

daily_heads = Table(
    "daily_heads",
    metadata,
    Column("day", Date, primary_key=True),
    Column("forecast_id", BigInteger, ForeignKey("forecasts.id"), nullable=False),
    Column("row_hash", String(64), nullable=False),
    Column("published_at", Instant, nullable=False),
    Index(None, "forecast_id"),
)


def _promise() -> list[Column[Any]]:
    """Return the columns that say which promise of a forecast is meant."""
    return [
        Column("forecast_id", BigInteger, ForeignKey("forecasts.id"), nullable=False),
        Column("horizon", Integer, nullable=False),
        Column("ticker", String(24), nullable=False),
        Column("target", Date, nullable=False),
    ]


def _result() -> list[Column[Any]]:
    """Return the columns of what came of a promise, at first or as it was set right."""
    numbers = ("close", "log_return", "pit", "abs_error", "naive_abs_error", "loss", "naive_loss")
    return [
        *_promise(),
        Column("status", String(16), nullable=False),
        *(Column(name, Double) for name in numbers),
        *(Column(name, Boolean) for name in ("in_50", "in_80", "in_95")),
        Column("reason", Text, nullable=False),
    ]


resolutions = Table(
    "resolutions",
    metadata,
    *_result(),
    Column("resolved_at", Instant, nullable=False),
    PrimaryKeyConstraint("forecast_id", "horizon"),
    Index(None, "ticker", "horizon", "target"),
    Index(None, "resolved_at"),
)

# Old forecasts and their results in few bytes (`storage.packing`): the row of `forecasts` stays
# with an empty text, those of `resolutions` go.
archive = Table(
    "archive",
    metadata,
    Column("forecast_id", BigInteger, ForeignKey("forecasts.id"), nullable=False),
    Column("slice", String(16), nullable=False),
    # At which horizons its results count as resolved and were never corrected; bit 0 is one.
    Column("resolved", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("results", LargeBinary, nullable=False),
    PrimaryKeyConstraint("forecast_id"),
)

# What sets a result right: the newest one of a result counts, the result itself stays as written.
corrections = Table(
    "corrections",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_result(),
    Column("body", Text, nullable=False),
    Column("corrected_at", Instant, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("row_hash", String(64), nullable=False),
    Index(None, "forecast_id", "horizon"),
)

# The work list of the resolver: a row goes when its result is written.
pending_resolutions = Table(
    "pending_resolutions",
    metadata,
    *_promise(),
    PrimaryKeyConstraint("forecast_id", "horizon"),
    Index(None, "ticker", "target"),
    Index(None, "target"),
)
