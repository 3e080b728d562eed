"""One database: connections, transactions, and foreign errors translated at this edge."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError

from storage.errors import (
    ConflictError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    FailedQueryError,
    StorageError,
    UnusableDatabaseUrlError,
)

WAIT_FOR_LOCK_S = 30
_WRITE = "tickercast_write"
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700


def normal_url(text_url: str) -> URL:
    """Return the address with the driver this product uses.

    Args:
        text_url: `sqlite:///path`, or any of `postgres://`, `postgresql://`,
            `postgresql+psycopg://`.

    Raises:
        UnusableDatabaseUrlError: It is neither, or a SQLite database in memory, which threads
            cannot share.
    """
    try:
        url = make_url(text_url)
    except ArgumentError as err:
        raise UnusableDatabaseUrlError(text_url.split(":", 1)[0] + ":…") from err
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite+pysqlite")
    raise UnusableDatabaseUrlError(url.render_as_string(hide_password=True))


class Database:
    """An engine with this product's rules for transactions."""

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.shown_url = self.url.render_as_string(hide_password=True)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        event.listen(self.engine, "handle_error", self._translate)
        self._reader = self.engine if self.is_sqlite else _read_only(self.engine)
        # SQLite lets its writers poll for the lock; queueing those of this process is fairer.
        self._writer = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that sees one state and changes nothing."""
        with self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that may write; an exception undoes all of it."""
        with self._writer, self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITE: True})
            with connection.begin():
                yield connection

    @contextmanager
    def restructuring(self) -> Iterator[Connection]:
        """Give a connection as `writing` does, on which SQLite does not follow references."""
        with self._writer, self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITE: True})
            # The switch works outside a transaction only, so not through SQLAlchemy.
            raw: Any = plain.connection.dbapi_connection
            if self.is_sqlite:
                raw.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
            finally:
                if self.is_sqlite:
                    raw.execute("PRAGMA foreign_keys=ON")

    def queue_up(self, connection: Connection, lock: int) -> None:
        """Let only one transaction at a time pass until it ends; SQLite's writers always do."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """Return an INSERT that can say what to do on a conflict."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _translate(self, context: ExceptionContext) -> None:
        original = context.original_exception
        if isinstance(original, sqlite3.Error | psycopg.Error):
            raise named_error(original, self.shown_url) from original


def named_error(original: sqlite3.Error | psycopg.Error, url: str) -> StorageError:
    """Return this room's error for a driver's."""
    detail = str(original).strip()
    if isinstance(original, sqlite3.IntegrityError | psycopg.IntegrityError):
        return ConflictError(detail)
    if isinstance(original, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        return DatabaseBusyError(detail)
    if isinstance(original, sqlite3.OperationalError):
        code = getattr(original, "sqlite_errorcode", None) or 0
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return DatabaseBusyError(detail)
        if code & 0xFF == sqlite3.SQLITE_ERROR:
            return FailedQueryError(detail)
        return DatabaseUnreachableError(url, detail)
    lost = isinstance(original, psycopg.InterfaceError | psycopg.OperationalError)
    damaged = isinstance(original, sqlite3.DatabaseError)
    return DatabaseUnreachableError(url, detail) if lost or damaged else FailedQueryError(detail)


def _sqlite_engine(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        path.touch(mode=_PRIVATE_FILE)
    except OSError as err:
        raise DatabaseUnreachableError(url.render_as_string(), str(err)) from err
    engine = create_engine(url, connect_args={"timeout": WAIT_FOR_LOCK_S}, pool_size=8)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # The driver's own transactions let two read-modify-writes overlap; `_begin_sqlite` does not.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between.
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _read_only(engine: Engine) -> Engine:
    # PostgreSQL's default lets each statement of a transaction see another state.
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=8,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "tickercast"},
    )
