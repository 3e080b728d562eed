"""Questions that were answered with a chance."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
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
    op.create_index(
        op.f("ix_questions_status_target"), "questions", ["status", "target"], unique=False
    )
    op.create_index(
        op.f("ix_questions_forecast_id_horizon"),
        "questions",
        ["forecast_id", "horizon"],
        unique=False,
    )
    op.create_index(op.f("ix_questions_user_id"), "questions", ["user_id"], unique=False)


def drop() -> None:
    op.drop_table("questions")
