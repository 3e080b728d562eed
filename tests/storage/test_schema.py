"""Migrations: they end where the tables are, go both ways, keep rows, and refuse the future."""

import os
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from storage import schema
from storage.database import Database
from storage.errors import DatabaseTooNewError
from storage.metadata import metadata
from storage.schema import NEWEST, REVISIONS, alembic_config, migrate, move_to
from storage.store import open_store
from storage.tables import chats, inbox, league, ledger, tallies, work  # noqa: F401 (they register in the metadata)
from tests.storage.samples import everything


@pytest.fixture
def database(empty_url):
    opened = Database(empty_url)
    yield opened
    opened.close()


def table_names(database):
    with database.reading() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_revisions_named_in_code_are_those_in_the_folder():
    """The quick check at start and alembic agree on what exists."""
    script = ScriptDirectory.from_config(alembic_config())
    assert tuple(r.revision for r in reversed(list(script.walk_revisions()))) == REVISIONS


def test_the_newest_migration_leaves_exactly_the_tables_of_the_code(database):
    """No column, type, index or constraint differs between migrations and tables."""
    migrate(database)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_revision_can_be_undone_and_redone(database):
    """Down to nothing and up again, step by step, leaves the same tables each time."""
    seen = {}
    for revision in REVISIONS:
        move_to(database, revision)
        seen[revision] = table_names(database)
    for revision in reversed(REVISIONS[:-1]):
        move_to(database, revision)
        assert table_names(database) == seen[revision]
    move_to(database, "base")
    assert table_names(database) == set()
    migrate(database)
    assert table_names(database) == set(metadata.tables)


AFTER = f"{int(NEWEST) + 1:04}"
NEXT = f'''
"""A made-up later migration: one table is altered, one is made anew where SQLite must."""

import sqlalchemy as sa
from alembic import op

revision = "{AFTER}"
down_revision = "{NEWEST}"


def upgrade():
    with op.batch_alter_table("forecast_messages") as table:
        table.add_column(sa.Column("mood", sa.Text(), server_default="calm", nullable=False))
    with op.batch_alter_table("forecast_messages") as table:
        table.alter_column("mood", existing_type=sa.Text(), server_default=None)


def downgrade():
    with op.batch_alter_table("forecast_messages") as table:
        table.drop_column("mood")
'''


@pytest.fixture
def later_release(tmp_path, monkeypatch):
    """A release that knows one revision more."""
    (tmp_path / f"{AFTER}_mood.py").write_text(NEXT)

    def with_next(connection):
        config = alembic_config(connection)
        own = config.get_main_option("script_location")
        folders = os.pathsep.join([f"{own}/versions".replace("%", "%%"), str(tmp_path)])
        config.set_main_option("version_locations", folders)
        return config

    monkeypatch.setattr(schema, "alembic_config", with_next)
    monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, AFTER))
    monkeypatch.setattr(schema, "NEWEST", AFTER)


def mood(database):
    with database.reading() as connection:
        return connection.execute(text("SELECT mood FROM forecast_messages")).scalar()


def test_an_upgrade_keeps_every_row_and_a_downgrade_too(empty_url, request):
    """What was written under an older revision is there, and still chained, under a newer one."""
    store = open_store(empty_url)
    everything(store)
    before = rows(store)
    request.getfixturevalue("later_release")
    for _ in range(2):
        migrate(store.database)
        assert mood(store.database) == "calm"
        assert rows(store) == before
        move_to(store.database, NEWEST)
        assert rows(store) == before
    report = store.verify_chain()
    assert (report.rows, report.holds) == (4, True)
    store.close()


def rows(store):
    with store.database.reading() as connection:
        return {
            table.name: sorted(connection.execute(select(table)).all(), key=repr)
            for table in metadata.sorted_tables
        }


def test_a_database_of_a_newer_release_is_refused_and_left_alone(empty_url):
    """An old program never writes into tables it does not understand."""
    store = open_store(empty_url)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(DatabaseTooNewError) as caught:
        open_store(empty_url)
    assert (caught.value.found, caught.value.known) == ("9999", NEWEST)


def test_many_programs_starting_at_once_migrate_once(empty_url):
    """Each start waits for the one that migrates and then finds the work done."""
    failures = []

    def start():
        try:
            open_store(empty_url).close()
        except Exception as err:  # noqa: BLE001 (any failure fails the test)
            failures.append(err)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
