"""Migrations: they end where the tables are, go both ways, keep rows, and refuse the future."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, inspect, text

from storage import tables, tables_inbox, tables_work  # noqa: F401 (they register in the metadata)
from storage.columns import Instant
from storage.database import Database
from storage.engine import open_store
from storage.errors import ConflictError, DatabaseTooNewError
from storage.metadata import metadata
from storage.records import ForecastMessage, Place
from storage.schema import NEWEST, REVISIONS, alembic_config, migrate, move_to
from tests.storage.samples import NOW, forecast


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


def test_an_upgrade_from_each_older_revision_keeps_the_ledger(empty_url):
    """Rows written under the first revision are there, and still chained, under the newest."""
    database = Database(empty_url)
    move_to(database, "0001")
    database.close()
    store = open_store(empty_url)
    store.issue(forecast(seed=1), NOW)
    for revision in REVISIONS[:-1]:
        move_to(store._db, revision)
        migrate(store._db)
    assert store.verify_chain().rows == 1
    assert store.verify_chain().holds
    store.close()


OLD_MESSAGE = text(
    "INSERT INTO forecast_messages "
    "(chat_id, message_id, topic_id, forecast_id, user_id, sent_at) "
    "VALUES (-500, 9, 7, 1, 42, :sent_at)"
).bindparams(bindparam("sent_at", NOW, type_=Instant))


def test_a_message_from_before_its_sessions_were_noted_shows_twenty(empty_url):
    """Its other columns stay, there and back; a message that does not say it is refused."""
    store = open_store(empty_url)
    store.issue(forecast(), NOW)
    move_to(store._db, "0003")
    with store._db.writing() as connection:
        connection.execute(OLD_MESSAGE)
    old = ForecastMessage(Place(-500, 7), 9, 1, 42, NOW, 20)
    for _ in range(2):
        migrate(store._db)
        assert store.forecast_messages([1]) == (old,)
        move_to(store._db, "0003")
    migrate(store._db)
    store.drop_forecast_message(-500, 9)
    with pytest.raises(ConflictError), store._db.writing() as connection:
        connection.execute(OLD_MESSAGE)
    store.close()


def test_a_database_of_a_newer_release_is_refused_and_left_alone(empty_url):
    """An old program never writes into tables it does not understand."""
    store = open_store(empty_url)
    with store._db.writing() as connection:
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
