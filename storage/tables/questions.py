"""The table of questions that were answered with a chance, as the newest migration leaves it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.columns import Instant, RowId, place
from storage.metadata import metadata

questions = Table(
    "questions",
    metadata,
    Column("id", RowId, primary_key=True),
    *place(),
    Column("user_id", BigInteger),
    Column("forecast_id", BigInteger, ForeignKey("forecasts.id"), nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("target", Date, nullable=False),
    Column("relation", String(16), nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("chance", Double, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("close", Double),
    Column("came", Boolean),
    Column("resolved_at", Instant),
    UniqueConstraint(
        "chat_id", "topic_id", "forecast_id", "horizon", "relation", "low", "high",
        name="uq_questions_same",
    ),
    Index(None, "status", "target"),
    Index(None, "forecast_id", "horizon"),
    Index(None, "user_id"),
)  # fmt: skip
