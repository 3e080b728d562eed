"""The ledger: forecasts, what came of them, and the published heads."""

import sqlalchemy as sa
from alembic import op


def create_forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model_version", sa.String(length=64), nullable=False),
        sa.Column("data_digest", sa.String(length=64), nullable=False),
        sa.Column("close", sa.Double(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecasts")),
        sa.UniqueConstraint(
            "ticker",
            "as_of",
            "model_version",
            "data_digest",
            name=op.f("uq_forecasts_ticker_as_of_model_version_data_digest"),
        ),
    )


def create_daily_heads() -> None:
    op.create_table(
        "daily_heads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_daily_heads_forecast_id")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_heads")),
    )
    op.create_index(
        op.f("ix_daily_heads_forecast_id"), "daily_heads", ["forecast_id"], unique=False
    )


def create_pending_resolutions() -> None:
    op.create_table(
        "pending_resolutions",
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_pending_resolutions_forecast_id")
        ),
        sa.PrimaryKeyConstraint("forecast_id", "horizon", name=op.f("pk_pending_resolutions")),
    )
    op.create_index(
        op.f("ix_pending_resolutions_target"), "pending_resolutions", ["target"], unique=False
    )
    op.create_index(
        op.f("ix_pending_resolutions_ticker_target"),
        "pending_resolutions",
        ["ticker", "target"],
        unique=False,
    )


def create_resolutions() -> None:
    op.create_table(
        "resolutions",
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("close", sa.Double(), nullable=True),
        sa.Column("log_return", sa.Double(), nullable=True),
        sa.Column("pit", sa.Double(), nullable=True),
        sa.Column("in_50", sa.Boolean(), nullable=True),
        sa.Column("in_80", sa.Boolean(), nullable=True),
        sa.Column("in_95", sa.Boolean(), nullable=True),
        sa.Column("abs_error", sa.Double(), nullable=True),
        sa.Column("naive_abs_error", sa.Double(), nullable=True),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("naive_loss", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_resolutions_forecast_id")
        ),
        sa.PrimaryKeyConstraint("forecast_id", "horizon", name=op.f("pk_resolutions")),
    )
    op.create_index(
        op.f("ix_resolutions_resolved_at"), "resolutions", ["resolved_at"], unique=False
    )
    op.create_index(
        op.f("ix_resolutions_ticker_horizon_target"),
        "resolutions",
        ["ticker", "horizon", "target"],
        unique=False,
    )


def create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("ticker", sa.String(length=24), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("close", sa.Double(), nullable=True),
        sa.Column("log_return", sa.Double(), nullable=True),
        sa.Column("pit", sa.Double(), nullable=True),
        sa.Column("in_50", sa.Boolean(), nullable=True),
        sa.Column("in_80", sa.Boolean(), nullable=True),
        sa.Column("in_95", sa.Boolean(), nullable=True),
        sa.Column("abs_error", sa.Double(), nullable=True),
        sa.Column("naive_abs_error", sa.Double(), nullable=True),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("naive_loss", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_corrections_forecast_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(
        op.f("ix_corrections_forecast_id_horizon"),
        "corrections",
        ["forecast_id", "horizon"],
        unique=False,
    )


APPEND_ONLY = ("forecasts", "resolutions", "daily_heads", "corrections")


def forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def create() -> None:
    create_forecasts()
    create_daily_heads()
    create_pending_resolutions()
    create_resolutions()
    create_corrections()
    forbid_changes()


def drop() -> None:
    op.drop_table("corrections")
    op.drop_table("resolutions")
    op.drop_table("pending_resolutions")
    op.drop_table("daily_heads")
    op.drop_table("forecasts")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION append_only()")
