"""The archive of old forecasts, which the triggers of the ledger now let through, and nothing else;
and since when a chat is dead.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = (
    "id",
    "ticker",
    "as_of",
    "model_version",
    "data_digest",
    "close",
    "issued_at",
    "previous_hash",
    "row_hash",
)
_ARCHIVED = "EXISTS (SELECT 1 FROM archive WHERE forecast_id = OLD.{key})"
_WHOLE = sa.text("body <> ''")


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("forecast_id", sa.BigInteger(), nullable=False),
        sa.Column("slice", sa.String(length=16), nullable=False),
        sa.Column("resolved", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("results", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_archive_forecast_id")
        ),
        sa.PrimaryKeyConstraint("forecast_id", name=op.f("pk_archive")),
    )
    op.create_index(
        "ix_forecasts_whole",
        "forecasts",
        ["as_of", "id"],
        sqlite_where=_WHOLE,
        postgresql_where=_WHOLE,
    )
    op.add_column("chats", sa.Column("dead_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE chats SET dead_since = CURRENT_TIMESTAMP WHERE dead IS NOT NULL")
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    # Here an archived row is written anew without its text; the archive's reference to it keeps it
    # from being deleted alone.
    for table, key in (("forecasts", "id"), ("resolutions", "forecast_id")):
        op.execute(f"DROP TRIGGER {table}_no_delete")
        _refuse(table, "DELETE", f"WHEN NOT {_ARCHIVED.format(key=key)}")
    for action in ("UPDATE", "DELETE"):
        _refuse("archive", action)


def _emptied() -> str:
    """Return the condition that an archived row loses its text and nothing else."""
    kept = " AND ".join(f"NEW.{name} = OLD.{name}" for name in _COLUMNS)
    return f"NEW.body = '' AND {kept} AND {_ARCHIVED.format(key='id')}"


def _refuse(table: str, action: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    )


def _postgresql() -> None:
    for table in ("forecasts", "resolutions"):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(_function("emptied_only", f"IF {_emptied()} THEN RETURN NEW; END IF"))
    archived = _ARCHIVED.format(key="forecast_id")
    op.execute(_function("archived_only", f"IF {archived} THEN RETURN OLD; END IF"))
    _guard("forecasts", "DELETE OR TRUNCATE", "STATEMENT", "append_only")
    _guard("resolutions", "UPDATE OR TRUNCATE", "STATEMENT", "append_only")
    _guard("archive", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "append_only")
    _guard("forecasts", "UPDATE", "ROW", "emptied_only")
    _guard("resolutions", "DELETE", "ROW", "archived_only")


def _function(name: str, allowed: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {allowed}; "
        "RAISE EXCEPTION '% is append only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def _guard(table: str, actions: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{function} BEFORE {actions} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM archive")).first():
        # Its texts could be unpacked, but not when each result was written.
        raise ValueError("forecasts are archived: restore a backup from before")
    if op.get_bind().dialect.name == "sqlite":
        for table in ("forecasts", "resolutions"):
            op.execute(f"DROP TRIGGER {table}_no_delete")
            _refuse(table, "DELETE")
    else:
        for table, function in (("forecasts", "emptied_only"), ("resolutions", "archived_only")):
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_{function} ON {table}")
            op.execute(f"DROP FUNCTION {function}()")
            _guard(table, "UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "append_only")
    op.drop_column("chats", "dead_since")
    op.drop_index("ix_forecasts_whole", table_name="forecasts")
    op.drop_table("archive")
