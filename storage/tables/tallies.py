"""Running totals of results: what a record is read from, however long the past is."""

from sqlalchemy import BigInteger, Column, Double, Integer, PrimaryKeyConstraint, String, Table

from storage.metadata import metadata

# SQLite takes as many bytes as a number needs; in PostgreSQL these are a fifth of the row.
_Count = Integer().with_variant(BigInteger(), "sqlite")

# One row for each ticker, and one for all (ticker ""), of each horizon, week of targets and slice
# of days ("" where the forecast tells none).
tallies = Table(
    "tallies",
    metadata,
    Column("ticker", String(24), nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("week", Integer, nullable=False),
    Column("slice", String(16), nullable=False),
    Column("resolved", _Count, nullable=False),
    Column("void", _Count, nullable=False),
    Column("in_50", _Count, nullable=False),
    Column("in_80", _Count, nullable=False),
    Column("in_95", _Count, nullable=False),
    Column("abs_error", Double, nullable=False),
    Column("naive_abs_error", Double, nullable=False),
    Column("loss", Double, nullable=False),
    Column("naive_loss", Double, nullable=False),
    PrimaryKeyConstraint("ticker", "horizon", "week", "slice"),
)
