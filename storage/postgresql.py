"""What is particular to PostgreSQL. Its driver is imported where a database needs it only."""

import select
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Engine, Table, create_engine, event, text
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError

from storage.addresses import shown
from storage.errors import (
    CannotWriteError,
    ConflictError,
    DamagedDatabaseError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    FailedQueryError,
    StorageError,
)
from storage.tables import ledger

_CONNECT: dict[str, Any] = {
    "connect_timeout": 10,
    "application_name": "tickercast",
    # A process that is stopped, or a machine that is gone, in the middle of a transaction must not
    # keep its locks from all others; the lines of the dead are noticed within a minute.
    "options": "-c idle_in_transaction_session_timeout=60000",
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}

# The index of what may be archived has a condition here too. `storage.tables` does not say so: it
# would load this dialect for everybody.
_whole = next(one for one in ledger.forecasts.indexes if one.name == "ix_forecasts_whole")
_whole.dialect_options["postgresql"]["where"] = text("body <> ''")

_USED = "used at"
_FRESH_SECONDS = 2.0


def open_engine(url: URL) -> Engine:
    """Return an engine over a server's database; nothing is connected yet."""
    engine = create_engine(url, pool_size=8, connect_args=_CONNECT)

    def check(connection: Any, record: Any, _proxy: Any) -> None:
        """Find out before it is used whether a connection is still one.

        The library would ask each time, which doubles the round trips of a short transaction. Of
        one that was used just now only a server that ends it has anything to say.
        """
        rested = monotonic() - record.info.get(_USED, monotonic())
        try:
            if rested > _FRESH_SECONDS or _has_news(connection):
                engine.dialect.do_ping(connection)
        except psycopg.Error as err:
            raise InvalidatePoolError from err

    def rest(connection: Any, record: Any) -> None:
        record.info[_USED] = monotonic()
        if connection is not None:
            # After a reader the library would ask for READ WRITE: a standby refuses that with an
            # error of another kind, and a server that is set read-only would be written to.
            with suppress(psycopg.Error):
                connection.read_only = None

    event.listen(engine, "checkout", check)
    event.listen(engine, "checkin", rest)
    return engine


def _has_news(connection: Any) -> bool:
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))


def listen(
    url: URL, channel: str, heard: Callable[[str], None], ready: Callable[[], None], end: Event
) -> None:
    """Hand on what is told on a channel until `end` is set.

    Raises:
        DatabaseUnreachableError: The line broke.
    """
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, autocommit=True, **_CONNECT) as connection:
            connection.execute(f"LISTEN {channel}".encode())
            ready()
            while not end.is_set():
                for notice in connection.notifies(timeout=1.0):
                    heard(notice.payload)
                    if end.is_set():
                        break
    except psycopg.Error as err:
        raise DatabaseUnreachableError(shown(url), str(err).strip()) from err


def reader_of(engine: Engine) -> Engine:
    """Return the engine with transactions that see one state and cannot write."""
    # The server's default lets each statement of a transaction see another state.
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def insert_into(table: Table) -> Insert:
    """Return an INSERT that can say what to do on a conflict."""
    return insert(table)


def named_error(original: BaseException, url: str) -> StorageError | None:
    """Return this room's error for one of the driver's, None for any other."""
    if not isinstance(original, psycopg.Error):
        return None
    detail = str(original).strip()
    if isinstance(original, psycopg.IntegrityError):
        return ConflictError(detail)
    if isinstance(original, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        return DatabaseBusyError(detail)
    if isinstance(original, psycopg.errors.DiskFull | psycopg.errors.ReadOnlySqlTransaction):
        return CannotWriteError(detail)
    damaged = isinstance(original, psycopg.errors.DataCorrupted | psycopg.errors.IndexCorrupted)
    if damaged or isinstance(original, psycopg.OperationalError | psycopg.InterfaceError):
        return (DamagedDatabaseError if damaged else DatabaseUnreachableError)(url, detail)
    return FailedQueryError(detail)
