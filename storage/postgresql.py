"""What is particular to PostgreSQL. Its driver is imported where a database needs it only."""

import psycopg
from sqlalchemy import Engine, Table, create_engine
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.engine import URL

from storage.errors import (
    CannotWriteError,
    ConflictError,
    DatabaseBusyError,
    DatabaseUnreachableError,
    FailedQueryError,
    StorageError,
)


def open_engine(url: URL) -> Engine:
    """Return an engine over a server's database; nothing is connected yet."""
    return create_engine(
        url,
        pool_size=8,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "tickercast"},
    )


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
    if isinstance(original, psycopg.OperationalError | psycopg.InterfaceError):
        return DatabaseUnreachableError(url, detail)
    return FailedQueryError(detail)
