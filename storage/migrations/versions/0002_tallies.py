"""Running totals of results, and those of the results that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COUNTS = ("resolved", "void", "in_50", "in_80", "in_95")
_SUMS = ("abs_error", "naive_abs_error", "loss", "naive_loss")
_WEEK = {
    "sqlite": "CAST(julianday(target) - julianday('0001-01-01') AS INTEGER) / 7",
    "postgresql": "(target - DATE '0001-01-01') / 7",
}
# Each result as it was written, or as its newest correction has it.
_CURRENT = """
    SELECT {columns} FROM resolutions r WHERE NOT EXISTS (
        SELECT 1 FROM corrections c WHERE c.forecast_id = r.forecast_id AND c.horizon = r.horizon)
    UNION ALL
    SELECT {columns} FROM corrections c WHERE NOT EXISTS (
        SELECT 1 FROM corrections n
        WHERE n.forecast_id = c.forecast_id AND n.horizon = c.horizon AND n.id > c.id)
"""


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.Double(), nullable=False) for name in _SUMS),
        sa.PrimaryKeyConstraint("ticker", "horizon", "week", name=op.f("pk_tallies")),
    )
    for owner in ("ticker", "''"):
        op.execute(_counted(owner))


def _counted(owner: str) -> str:
    columns = ", ".join(("ticker", "horizon", "target", "status", *_COUNTS[2:], *_SUMS))
    week = _WEEK[op.get_bind().dialect.name]
    resolved = "status = 'resolved'"
    sums = [
        f"SUM(CASE WHEN {resolved} THEN 1 ELSE 0 END)",
        "SUM(CASE WHEN status = 'void' THEN 1 ELSE 0 END)",
        *(f"SUM(CASE WHEN {resolved} AND {name} THEN 1 ELSE 0 END)" for name in _COUNTS[2:]),
        *(f"COALESCE(SUM(CASE WHEN {resolved} THEN {name} ELSE 0 END), 0)" for name in _SUMS),
    ]
    key = f"{owner}, horizon, {week}"
    # Only names of this file are put in; nothing that anybody typed.
    return (
        f"INSERT INTO tallies SELECT {key}, {', '.join(sums)} "  # noqa: S608
        f"FROM ({_CURRENT.format(columns=columns)}) results "
        f"GROUP BY {'ticker, ' if owner == 'ticker' else ''}horizon, {week}"
    )


def downgrade() -> None:
    op.drop_table("tallies")
