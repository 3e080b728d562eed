"""The table of baskets, as the newest migration leaves it."""

from sqlalchemy import Boolean, Column, Date, Double, Index, String, Table, Text, UniqueConstraint

from storage.columns import Instant, RowId
from storage.metadata import metadata

baskets = Table(
    "baskets",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("parts", Text, nullable=False),
    Column("target", Date, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("growth", Double),
    Column("inside", Boolean),
    Column("resolved_at", Instant),
    UniqueConstraint("digest", name="uq_baskets_same"),
    Index(None, "status", "target"),
)
