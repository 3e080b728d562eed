"""What keeps costs from following the past and the crowd: running totals of results, and a row of
settings for each chat that follows anything, so that a digest's slot finds its places by an index.
"""

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
_SLICE = {
    "sqlite": "COALESCE(json_extract(body, '$.slice'), '')",
    "postgresql": "COALESCE(json_extract_path_text(CAST(body AS JSON), 'slice'), '')",
}
_EIGHT = {"sqlite": "'08:00:00.000000'", "postgresql": "TIME '08:00'"}
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
        sa.Column("slice", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.Double(), nullable=False) for name in _SUMS),
        sa.PrimaryKeyConstraint("ticker", "horizon", "week", "slice", name=op.f("pk_tallies")),
    )
    for owner in ("ticker", "''"):
        op.execute(_counted(owner))
    op.create_index(
        op.f("ix_forecasts_model_version_as_of"), "forecasts", ["model_version", "as_of"]
    )
    _create_slots()


def _create_slots() -> None:
    op.create_table(
        "digest_slots",
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("zone", "digest_at", name=op.f("pk_digest_slots")),
    )
    op.create_index(op.f("ix_places_zone_digest_at"), "places", ["zone", "digest_at"])
    # Chats that never set anything are served by the defaults of this release.
    eight = _EIGHT[op.get_bind().dialect.name]
    defaults = f"'light', 20, {eight}, '0123456', 'auto', FALSE, FALSE, TRUE, FALSE, 'en'"
    op.execute(
        "INSERT INTO places (chat_id, topic_id, theme, sessions, digest_at, days, sound, paused, "  # noqa: S608
        "closed_note, replies, anyone_may_change, language, changed_at) "
        f"SELECT DISTINCT chat_id, 0, {defaults}, CURRENT_TIMESTAMP FROM subscriptions s "
        "WHERE NOT EXISTS "
        "(SELECT 1 FROM places p WHERE p.chat_id = s.chat_id AND p.topic_id = 0)"
    )
    slots = "SELECT DISTINCT COALESCE(zone, ''), digest_at FROM places"
    op.execute(f"INSERT INTO digest_slots {slots}")


def _counted(owner: str) -> str:
    columns = ", ".join(
        ("forecast_id", "ticker", "horizon", "target", "status", *_COUNTS[2:], *_SUMS)
    )
    dialect = op.get_bind().dialect.name
    week = _WEEK[dialect]
    resolved = "status = 'resolved'"
    sums = [
        f"SUM(CASE WHEN {resolved} THEN 1 ELSE 0 END)",
        "SUM(CASE WHEN status = 'void' THEN 1 ELSE 0 END)",
        *(f"SUM(CASE WHEN {resolved} AND {name} THEN 1 ELSE 0 END)" for name in _COUNTS[2:]),
        *(f"COALESCE(SUM(CASE WHEN {resolved} THEN {name} ELSE 0 END), 0)" for name in _SUMS),
    ]
    key = f"{owner}, horizon, {week}, slice"
    # Only names of this file are put in; nothing that anybody typed.
    return (
        f"INSERT INTO tallies SELECT {key}, {', '.join(sums)} "  # noqa: S608
        f"FROM ({_CURRENT.format(columns=columns)}) results "
        f"JOIN (SELECT id, {_SLICE[dialect]} AS slice FROM forecasts) named ON id = forecast_id "
        f"GROUP BY {'ticker, ' if owner == 'ticker' else ''}horizon, {week}, slice"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_forecasts_model_version_as_of"), table_name="forecasts")
    op.drop_index(op.f("ix_places_zone_digest_at"), table_name="places")
    op.drop_table("digest_slots")
    op.drop_table("tallies")
