"""Unattended work and what is kept from being fetched again."""

import sqlalchemy as sa
from alembic import op


def create_job_items() -> None:
    op.create_table(
        "job_items",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("item", sa.String(length=128), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", "item", name=op.f("pk_job_items")),
    )


def create_job_runs() -> None:
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_job_runs")),
    )
    op.create_index(op.f("ix_job_runs_started_at"), "job_runs", ["started_at"], unique=False)


def create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def create_models() -> None:
    op.create_table(
        "models",
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("onnx", sa.LargeBinary(), nullable=False),
        sa.Column("keras", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("ticker", "version", name=op.f("pk_models")),
    )
    op.create_index(
        "uq_models_champion",
        "models",
        ["ticker"],
        unique=True,
        sqlite_where=sa.text("status = 'champion'"),
        postgresql_where=sa.text("status = 'champion'"),
    )


def create_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notes")),
    )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message_ids", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "chat_id", "topic_id", "kind", "key", name=op.f("uq_outbox_chat_id_topic_id_kind_key")
        ),
    )
    op.create_index(
        op.f("ix_outbox_state_due_at_id"), "outbox", ["state", "due_at", "id"], unique=False
    )


def create_photos() -> None:
    op.create_table(
        "photos",
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=96), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "bot_id", "forecast_id", "kind", "sessions", "theme", "language", name=op.f("pk_photos")
        ),
    )


def create_price_bars() -> None:
    op.create_table(
        "price_bars",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("exchange", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("bars_source", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("bars", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "ticker", name=op.f("pk_price_bars")),
    )


def create_training_results() -> None:
    op.create_table(
        "training_results",
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("champion", sa.String(length=64), nullable=False),
        sa.Column("challenger", sa.String(length=64), nullable=False),
        sa.Column("champion_loss", sa.Double(), nullable=True),
        sa.Column("challenger_loss", sa.Double(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticker", "night", name=op.f("pk_training_results")),
    )
    op.create_index(op.f("ix_training_results_night"), "training_results", ["night"], unique=False)


def create_unknown_tickers() -> None:
    op.create_table(
        "unknown_tickers",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "ticker", name=op.f("pk_unknown_tickers")),
    )


def create() -> None:
    create_job_items()
    create_job_runs()
    create_leases()
    create_models()
    create_notes()
    create_outbox()
    create_photos()
    create_price_bars()
    create_training_results()
    create_unknown_tickers()


def drop() -> None:
    op.drop_table("unknown_tickers")
    op.drop_table("training_results")
    op.drop_table("price_bars")
    op.drop_table("photos")
    op.drop_table("outbox")
    op.drop_table("notes")
    op.drop_table("models")
    op.drop_table("leases")
    op.drop_table("job_runs")
    op.drop_table("job_items")
