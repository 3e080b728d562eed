"""Addresses, connections and foreign errors."""

import sqlite3
import stat
from contextlib import ExitStack

import pytest
from sqlalchemy import text

import storage.sqlite
from storage.database import Database, normal_url
from storage.errors import (
    CannotWriteError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    FailedQueryError,
    StorageError,
    UnusableDatabaseUrlError,
)
from storage.store import open_store


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_uses_one_driver(scheme):
    """Hosting providers hand out all of them."""
    url = normal_url(f"{scheme}://bot:secret@db/tickercast")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host) == ("bot", "secret", "db")


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "nonsense", ""])
def test_other_databases_are_refused(url):
    """A SQLite database in memory is one of them: threads cannot share it."""
    with pytest.raises(UnusableDatabaseUrlError):
        open_store(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:secret@db:1/x",
        "postgresql://db:1/x?user=bot&password=secret",
        "postgresql://bot:secret@db:port/x",
        "mysql://bot:secret@db/x",
    ],
)
def test_a_password_never_shows_in_an_error(url):
    """Errors end up in logs."""
    with pytest.raises(StorageError) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_a_sqlite_file_and_its_folder_are_made_for_the_owner_alone(tmp_path):
    """Chat ids are nobody else's business."""
    path = tmp_path / "new" / "folder" / "bot.db"
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_sqlite_runs_with_the_promised_switches(tmp_path):
    """Write-ahead log, foreign keys followed, a waiting time."""
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    with database.reading() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    assert values == ["wal", 1, 1, storage.sqlite.WAIT_FOR_LOCK_S * 1000]
    database.close()


def test_a_path_that_cannot_be_written_is_told_as_such(tmp_path):
    """A folder in place of the file, or a file in place of the folder."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "bot.db"):
        with pytest.raises(DatabaseUnreachableError):
            open_store(f"sqlite:///{path}")


def test_a_file_that_is_no_database_is_told_as_such(tmp_path):
    """And is not overwritten."""
    path = tmp_path / "notes.txt"
    path.write_text("this is no database, but it is long enough to look like one " * 20)
    with pytest.raises(DatabaseUnreachableError, match="not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("this is no database")


def test_a_server_that_is_not_there_is_told_as_such():
    """A refused connection is an error of ours, and nothing hangs."""
    with pytest.raises(DatabaseUnreachableError):
        open_store("postgresql://nobody@127.0.0.1:1/none")


def test_a_lock_held_for_too_long_is_told_as_busy(tmp_path, monkeypatch):
    """Another program that keeps SQLite's write lock does not look like a broken disk."""
    monkeypatch.setattr(storage.sqlite, "WAIT_FOR_LOCK_S", 0.1)
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusyError):
        store.save_note("a", "b")
    other.execute("ROLLBACK")
    store.save_note("a", "b")
    assert store.load_note("a") == "b"
    other.close()
    store.close()


def test_a_pool_without_a_connection_left_is_told_as_busy(store):
    """All are lent out; the next one asked for is there again as soon as one came back."""
    pool = store.database.engine.pool
    pool._timeout = 0.1  # noqa: SLF001 - nobody waits half a minute in a test
    with ExitStack() as lent:
        for _ in range(pool.size() + pool._max_overflow):  # noqa: SLF001
            lent.enter_context(store.database.engine.connect())
        for ask in (lambda: store.load_note("x"), lambda: store.save_note("x", "y")):
            with pytest.raises(DatabaseBusyError):
                ask()
    store.save_note("x", "y")
    assert store.load_note("x") == "y"


def test_a_statement_that_the_database_refuses_is_one_of_this_rooms_errors(store):
    """No foreign error leaves the room."""
    with pytest.raises(FailedQueryError), store.database.reading() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def clear_and_fail(store):
    with store.database.writing() as connection:
        connection.execute(text("DELETE FROM notes"))
        raise RuntimeError


def test_a_failure_undoes_the_whole_transaction(store):
    """And the next transaction starts clean."""
    store.save_note("a", "b")
    for _ in range(2):
        with pytest.raises(RuntimeError):
            clear_and_fail(store)
        assert store.load_note("a") == "b"


def test_connections_lost_while_idle_are_made_anew(postgres):
    """A restart of the server costs no failed answer."""
    url = postgres.new_database(migrated=True)
    store, other = open_store(url), open_store(url)
    store.save_note("a", "b")
    with other.database.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert store.load_note("a") == "b"
    store.close()
    other.close()


def test_a_server_that_is_set_read_only_is_not_written_to(postgres):
    """As a standby after a failover: reads go on, a write is told as what cannot be written now."""
    url = postgres.new_database(migrated=True)
    store = open_store(url)
    name = url.split("?")[0].rsplit("/", 1)[1]
    with store.database.writing() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    store.database.engine.dispose()
    for _ in range(2):
        assert store.head() is None
        with pytest.raises(CannotWriteError):
            store.save_note("a", "b")
    store.close()


def test_nothing_is_written_into_a_file_that_was_moved_away(tmp_path):
    """SQLite would go on in the nameless file, and all of it would end with the process."""
    path = tmp_path / "kept.db"
    store = open_store(f"sqlite:///{path}")
    store.save_note("a", "b")
    path.rename(tmp_path / "away.db")
    with pytest.raises(CannotWriteError, match="moved, deleted or replaced"):
        store.save_note("a", "c")
    assert store.load_note("a") == "b"
    (tmp_path / "away.db").rename(path)
    store.save_note("a", "c")
    assert store.load_note("a") == "c"
    store.close()
