"""Languages that were chosen, owners of rows in work, holders told apart, questions in words.

What no code reads goes: three instants and the numbers of sent messages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NIGHT = "('resolve', 'band-alerts', 'replies', 'retrain', 'forecasts')"
_EXCHANGE = {
    "sqlite": "substr(key, 1, instr(key, ' ') - 1)",
    "postgresql": "split_part(key, ' ', 1)",
}


def upgrade() -> None:
    op.add_column("chats", sa.Column("language", sa.String(length=16), nullable=True))
    with op.batch_alter_table("places") as table:
        table.alter_column("language", existing_type=sa.String(length=16), nullable=True)
    # Nobody could choose one: all were spoken to in English.
    op.execute("UPDATE places SET language = NULL")
    _add("inbox", sa.Column("owner", sa.String(length=128), server_default="", nullable=False))
    _add("inbox", _instant("lease_until"))
    op.execute("UPDATE inbox SET lease_until = asked_at")
    _add("job_runs", sa.Column("exchange", sa.String(length=16), server_default="", nullable=False))
    exchange = _EXCHANGE[op.get_bind().dialect.name]
    op.execute(f"UPDATE job_runs SET exchange = {exchange} WHERE name IN {_NIGHT}")  # noqa: S608
    _create_leases(("host", 255), ("namespace", 32), ("pid", 0), ("nonce", 16))
    op.drop_column("notes", "saved_at")
    op.drop_column("outbox", "message_ids")
    op.drop_column("training_results", "finished_at")
    _create_questions()


def downgrade() -> None:
    op.drop_table("questions")
    _add("training_results", _instant("finished_at"))
    _add("outbox", sa.Column("message_ids", sa.Text(), server_default="[]", nullable=False))
    _add("notes", _instant("saved_at"))
    _create_leases(("holder", 128))
    op.drop_column("job_runs", "exchange")
    op.drop_column("inbox", "lease_until")
    op.drop_column("inbox", "owner")
    op.execute("UPDATE places SET language = 'en' WHERE language IS NULL")
    with op.batch_alter_table("places") as table:
        table.alter_column("language", existing_type=sa.String(length=16), nullable=False)
    op.drop_column("chats", "language")


def _instant(name: str) -> sa.Column[object]:
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, server_default=sa.text("'2000-01-01 00:00:00'"), nullable=False)


def _add(table: str, column: sa.Column[object]) -> None:
    op.add_column(table, column)


def _create_leases(*holder: tuple[str, int]) -> None:
    """Make the table anew: a lease lasts for less than a minute."""
    op.drop_table("leases")
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        *(
            sa.Column(name, sa.String(length=size) if size else sa.BigInteger(), nullable=False)
            for name, size in holder
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _create_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("close", sa.Double(), nullable=True),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_questions_forecast_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint(
            "chat_id",
            "topic_id",
            "forecast_id",
            "horizon",
            "relation",
            "low",
            "high",
            name=op.f("uq_questions_same"),
        ),
    )
    op.create_index(op.f("ix_questions_status_target"), "questions", ["status", "target"])
    op.create_index(
        op.f("ix_questions_forecast_id_horizon"),
        "questions",
        ["forecast_id", "horizon"],
    )
    op.create_index(op.f("ix_questions_user_id"), "questions", ["user_id"])
