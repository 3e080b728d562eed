"""Running totals of results: what a record is read from, however long the past is."""

from sqlalchemy import BigInteger, Column, Double, Integer, PrimaryKeyConstraint, String, Table

from storage.metadata import metadata

# One row for each ticker, and one for all (ticker ""), of each horizon, week of targets and slice
# of days ("" where the forecast tells none).
tallies = Table(
    "tallies",
    metadata,
    Column("ticker", String(24), nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("week", Integer, nullable=False),
    Column("slice", String(16), nullable=False),
    Column("resolved", BigInteger, nullable=False),
    Column("void", BigInteger, nullable=False),
    Column("in_50", BigInteger, nullable=False),
    Column("in_80", BigInteger, nullable=False),
    Column("in_95", BigInteger, nullable=False),
    Column("abs_error", Double, nullable=False),
    Column("naive_abs_error", Double, nullable=False),
    Column("loss", Double, nullable=False),
    Column("naive_loss", Double, nullable=False),
    PrimaryKeyConstraint("ticker", "horizon", "week", "slice"),
)
