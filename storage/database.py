"""One database of either kind: transactions, and foreign errors translated at this edge."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, event, make_url, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as NoConnectionLeftError

from storage import sqlite
from storage.addresses import shown
from storage.errors import (
    CannotWriteError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    UnusableDatabaseUrlError,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql as pg_dialect
    from sqlalchemy.dialects import sqlite as sqlite_dialect


CHANNEL = "tickercast"
_TELL = text("SELECT pg_notify(:channel, :bulletin)")
_BRIEFLY = text(
    "SELECT set_config('synchronous_commit', 'off', true), "
    "set_config('idle_in_transaction_session_timeout', '5000', true), "
    "pg_advisory_xact_lock(:lock)"
)


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
    except (ArgumentError, ValueError) as err:
        raise UnusableDatabaseUrlError(text_url.split(":", 1)[0] + ":…") from err
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername.startswith("sqlite") and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite+pysqlite")
    raise UnusableDatabaseUrlError(shown(url))


def must_exist(text_url: str) -> None:
    """Refuse the address of a SQLite file that is not there: opening it would make an empty one.

    Raises:
        DatabaseUnreachableError: There is no such file.
        UnusableDatabaseUrlError: It is no address of a database.
    """
    url = normal_url(text_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise DatabaseUnreachableError(shown(url), "there is no such file")


class Database:
    """An engine with this product's rules for transactions."""

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.shown_url = shown(self.url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._insert: Callable[[Table], pg_dialect.Insert | sqlite_dialect.Insert]
        if self.is_sqlite:
            self.engine = self._reader = sqlite.open_engine(self.url)
            self._insert, self._named_error = sqlite.insert_into, sqlite.named_error
            self._file = sqlite.file_of(self.url)
        else:
            self._open_postgresql()
        event.listen(self.engine, "handle_error", self._translate)
        # SQLite lets its writers poll for the lock; queueing those of this process is fairer.
        self._writer: AbstractContextManager[Any]
        self._writer = threading.Lock() if self.is_sqlite else nullcontext()
        self._joined = threading.local()

    def _open_postgresql(self) -> None:
        from storage import postgresql  # noqa: PLC0415 (costs a SQLite user 8 MB and 0.3 s)

        self.engine = postgresql.open_engine(self.url)
        self._reader = postgresql.reader_of(self.engine)
        self._insert, self._named_error = postgresql.insert_into, postgresql.named_error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that sees one state and changes nothing."""
        if (joined := self._open_here() or self._seen_here()) is not None:
            yield joined
            return
        with self._connected(self._reader) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that may write; an exception undoes all of it."""
        if (joined := self._open_here()) is not None:
            yield joined
            return
        self._must_be_in_place()
        with self._writer, self._connected(self.engine) as plain:
            connection = plain.execution_options(**{sqlite.WRITE: True})
            with connection.begin():
                yield connection

    def _must_be_in_place(self) -> None:
        """Refuse to write into a SQLite file that no name leads to: it is gone with the process."""
        if self.is_sqlite and sqlite.file_of(self.url) != self._file:
            raise CannotWriteError(f"{self.shown_url}: the file was moved, deleted or replaced")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that this thread reads and writes meanwhile be one transaction."""
        with self.writing() as connection:
            self._joined.connection = connection
            try:
                yield
            finally:
                self._joined.connection = None

    @contextmanager
    def seeing(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile be of one state, in one transaction.

        What it writes is another transaction, whose changes it does not see.
        """
        before = self._seen_here()
        with self.reading() as connection:
            self._joined.seen = connection
            try:
                yield
            finally:
                self._joined.seen = before

    def _seen_here(self) -> Connection | None:
        seen: Connection | None = getattr(self._joined, "seen", None)
        return seen

    def _open_here(self) -> Connection | None:
        joined: Connection | None = getattr(self._joined, "connection", None)
        return joined

    @contextmanager
    def restructuring(self) -> Iterator[Connection]:
        """Give a connection as `writing` does, on which SQLite does not follow references."""
        with self._writer, self._connected(self.engine) as plain:
            connection = plain.execution_options(**{sqlite.WRITE: True})
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

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        # None came back in time: the pool's own error, which no driver has raised.
        try:
            connection = engine.connect()
        except NoConnectionLeftError as err:
            raise DatabaseBusyError(str(err)) from err
        with connection:
            yield connection

    def shrink(self) -> None:
        """Give a SQLite file's free pages back; PostgreSQL does what it can by itself."""
        if self.is_sqlite:
            with self._writer, self._connected(self.engine) as plain:
                raw: Any = plain.connection.dbapi_connection
                raw.execute("VACUUM")

    def queue_up(self, connection: Connection, lock: int) -> None:
        """Let only one transaction at a time pass until it ends; SQLite's writers always do."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})

    def queue_up_briefly(self, connection: Connection, lock: int) -> None:
        """Do the same where all wait for each other all the time.

        A process that is stopped in the middle keeps the others waiting for five seconds only, and
        nobody waits for the disk.
        """
        if not self.is_sqlite:
            connection.execute(_BRIEFLY, {"lock": lock})

    def tell(self, connection: Connection, bulletin: str) -> None:
        """Tell all who listen, once the transaction is written; nobody does on SQLite."""
        if not self.is_sqlite:
            connection.execute(_TELL, {"channel": CHANNEL, "bulletin": bulletin})

    def listen(self, heard: Callable[[str], None], ready: Callable[[], None], end: Event) -> None:
        """Hand on what is told until `end` is set; returns at once on SQLite.

        Raises:
            DatabaseUnreachableError: The line broke.
        """
        if not self.is_sqlite:
            from storage import postgresql  # noqa: PLC0415 (as above)

            postgresql.listen(self.url, CHANNEL, heard, ready, end)

    def insert(self, table: Table) -> "pg_dialect.Insert | sqlite_dialect.Insert":
        """Return an INSERT that can say what to do on a conflict."""
        return self._insert(table)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _translate(self, context: ExceptionContext) -> None:
        original = context.original_exception
        if context.is_pre_ping:  # the pool recognises a lost connection by the driver's own error
            return
        named = self._named_error(original, self.shown_url)
        if named:
            raise named from original
        if isinstance(original, ValueError):  # a column type refused a value
            raise original
