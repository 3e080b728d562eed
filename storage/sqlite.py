"""What is particular to SQLite: the switches it runs with, its transactions, its errors."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.engine import URL

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

WAIT_FOR_LOCK_S = 30
WRITE = "tickercast_write"
"""Execution option of connections whose transaction will write."""
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700


def open_engine(url: URL) -> Engine:
    """Return an engine over a file, which is made for the owner alone if it is missing.

    Raises:
        DatabaseUnreachableError: The file can be neither found nor made.
    """
    path = Path(url.database or "")
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        path.touch(mode=_PRIVATE_FILE)
    except OSError as err:
        raise DatabaseUnreachableError(shown(url), str(err)) from err
    engine = create_engine(url, connect_args={"timeout": WAIT_FOR_LOCK_S}, pool_size=8)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def file_of(url: URL) -> tuple[int, int] | None:
    """Return which file lies at an address now: its device and number; None where there is none."""
    try:
        found = os.stat(url.database or "")  # noqa: PTH116 - each write asks, a Path takes longer
    except OSError:
        return None
    return found.st_dev, found.st_ino


def insert_into(table: Table) -> Insert:
    """Return an INSERT that can say what to do on a conflict."""
    return insert(table)


def named_error(original: BaseException, url: str) -> StorageError | None:
    """Return this room's error for one of the driver's, None for any other."""
    if not isinstance(original, sqlite3.Error):
        return None
    detail = str(original)
    if isinstance(original, sqlite3.IntegrityError):
        return ConflictError(detail)
    # The low byte is the kind of error, the rest its variety.
    kind = (getattr(original, "sqlite_errorcode", None) or 0) & 0xFF
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusyError(detail)
    if kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY):
        return CannotWriteError(detail)
    if kind in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE):
        return FailedQueryError(detail)
    damaged = kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return (DamagedDatabaseError if damaged else DatabaseUnreachableError)(url, detail)


def _prepare(connection: Any, _: Any) -> None:
    # The driver's own transactions let two read-modify-writes overlap; `_begin` does not.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between.
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
