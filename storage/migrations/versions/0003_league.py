"""The league: questions, calls, and the append-only chain that closes each question."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_RECORDS = "league_records"


def _id() -> sa.Column[int]:
    wide = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", wide, nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "leagues",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "topic_id", name=op.f("pk_leagues")),
    )
    _create_rounds()
    _create_calls()
    _create_records()


def _create_rounds() -> None:
    op.create_table(
        "league_rounds",
        _id(),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("season", sa.String(length=8), nullable=False),
        _instant("closes_at"),
        *(sa.Column(f"edge_{level}", sa.Double(), nullable=False) for level in (20, 40, 60, 80)),
        sa.Column("last_fifth", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        _instant("asked_at"),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("counts", sa.String(length=64), nullable=False),
        sa.Column("close", sa.Double(), nullable=True),
        sa.Column("fifth", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        _instant("ended_at", nullable=True),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_league_rounds_forecast_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_league_rounds")),
    )
    place = ["chat_id", "topic_id", "season"]
    op.create_index(op.f("ix_league_rounds_chat_id_topic_id_season"), "league_rounds", place)
    op.create_index(op.f("ix_league_rounds_state"), "league_rounds", ["state"])


def _create_calls() -> None:
    op.create_table(
        "league_calls",
        _id(),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("fifth", sa.Integer(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        _instant("called_at"),
        sa.Column("points", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["league_rounds.id"], name=op.f("fk_league_calls_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_league_calls")),
    )
    key = ["round_id", "user_id"]
    op.create_index(op.f("ix_league_calls_round_id_user_id"), "league_calls", key, unique=True)
    op.create_index(op.f("ix_league_calls_user_id"), "league_calls", ["user_id"])


def _create_records() -> None:
    op.create_table(
        _RECORDS,
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _instant("closed_at"),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_league_records")),
    )
    op.create_index(op.f("ix_league_records_round_id"), _RECORDS, ["round_id"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {_RECORDS}_no_{action.lower()} BEFORE {action} ON {_RECORDS} "
                f"BEGIN SELECT RAISE(ABORT, '{_RECORDS} is append only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {_RECORDS}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_RECORDS} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )


def downgrade() -> None:
    for table in (_RECORDS, "league_calls", "league_rounds", "leagues"):
        op.drop_table(table)
