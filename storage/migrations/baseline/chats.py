"""Chats, their settings, lists, alerts and messages."""

import sqlalchemy as sa
from alembic import op


def create_chats() -> None:
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dead", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chats")),
    )


def create_places() -> None:
    op.create_table(
        "places",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("sound", sa.String(length=8), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("closed_note", sa.Boolean(), nullable=False),
        sa.Column("replies", sa.Boolean(), nullable=False),
        sa.Column("anyone_may_change", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "topic_id", name=op.f("pk_places")),
    )


def create_recent_tickers() -> None:
    op.create_table(
        "recent_tickers",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "chat_id", "topic_id", "user_id", "ticker", name=op.f("pk_recent_tickers")
        ),
    )
    op.create_index(op.f("ix_recent_tickers_user_id"), "recent_tickers", ["user_id"], unique=False)


def create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "chat_id", "topic_id", "ticker", name=op.f("uq_subscriptions_chat_id_topic_id_ticker")
        ),
    )
    op.create_index(op.f("ix_subscriptions_added_by"), "subscriptions", ["added_by"], unique=False)
    op.create_index(op.f("ix_subscriptions_ticker"), "subscriptions", ["ticker"], unique=False)


def create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("forecast_id", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.Double(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_alerts_forecast_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        op.f("ix_alerts_chat_id_topic_id"), "alerts", ["chat_id", "topic_id"], unique=False
    )
    op.create_index(op.f("ix_alerts_state_ticker"), "alerts", ["state", "ticker"], unique=False)
    op.create_index(op.f("ix_alerts_user_id"), "alerts", ["user_id"], unique=False)


def create_forecast_messages() -> None:
    op.create_table(
        "forecast_messages",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_forecast_messages_forecast_id")
        ),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_forecast_messages")),
    )
    op.create_index(
        op.f("ix_forecast_messages_forecast_id"), "forecast_messages", ["forecast_id"], unique=False
    )
    op.create_index(
        op.f("ix_forecast_messages_user_id"), "forecast_messages", ["user_id"], unique=False
    )


def create() -> None:
    create_chats()
    create_places()
    create_recent_tickers()
    create_subscriptions()
    create_alerts()
    create_forecast_messages()


def drop() -> None:
    op.drop_table("forecast_messages")
    op.drop_table("alerts")
    op.drop_table("subscriptions")
    op.drop_table("recent_tickers")
    op.drop_table("places")
    op.drop_table("chats")
