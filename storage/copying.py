"""Moves everything from one database to another, such as from SQLite to PostgreSQL."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, text

from storage.columns import RowId
from storage.database import Database, must_exist
from storage.errors import CopyMismatchError, NotEmptyError
from storage.metadata import metadata
from storage.records.ledger import ChainReport
from storage.schema import migrate
from storage.store import Store

# Models and price histories are up to a megabyte a row: few rows in memory at a time.
_BATCH = 100
_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What was copied, and what a walk along the copied ledger found."""

    rows: tuple[tuple[str, int], ...]
    chain: ChainReport

    def __str__(self) -> str:
        """Return one line a table and one for the chain."""
        chain = "holds" if self.chain.holds else f"breaks at row {self.chain.broken_id}"
        lines = [f"{name}: {count} rows" for name, count in self.rows]
        return "\n".join([*lines, f"ledger of {self.chain.rows} rows: the chain {chain}"])


def copy_database(source: str, target: str) -> CopyReport:
    """Copy all rows of a database into an empty one, in one transaction of the target.

    Both are brought to the newest schema first. The source is read as it was at one instant; what
    is written to it meanwhile is not copied, so stop the bot before.

    Args:
        source: SQLAlchemy address of what is copied.
        target: SQLAlchemy address of where to, made if it is a SQLite file.

    Raises:
        NotEmptyError: The target holds rows already.
        CopyMismatchError: A table read back differs from the source; nothing was kept.
        DatabaseUnreachableError: One of the two cannot be opened, or the source does not exist.
        DatabaseTooNewError: A newer release has migrated one of them.
    """
    must_exist(source)
    old, new = Database(source), Database(target)
    try:
        migrate(old)
        migrate(new)
        with old.reading() as reader, new.writing() as writer:
            _must_be_empty(writer)
            rows = tuple((table.name, _copy(table, reader, writer)) for table in _in_order())
            _continue_counting(writer, new)
        return CopyReport(rows, Store(new).verify_chain())
    finally:
        old.close()
        new.close()


def _in_order() -> list[Table]:
    """Return the tables so that what is referred to comes first."""
    return list(metadata.sorted_tables)


def _must_be_empty(connection: Connection) -> None:
    for table in _in_order():
        count = _count(connection, table)
        if count:
            raise NotEmptyError(table.name, count)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _copy(table: Table, reader: Connection, writer: Connection) -> int:
    count, fingerprint = 0, 0
    for part in _batches(reader, table):
        writer.execute(insert(table), [row._asdict() for row in part])
        count += len(part)
        fingerprint = _add(fingerprint, part)
    copied = 0
    for part in _batches(writer, table):
        copied = _add(copied, part)
    expected, got = f"{count} rows", f"{_count(writer, table)} rows"
    if (fingerprint, expected) != (copied, got):
        raise CopyMismatchError(table.name, expected, f"{got}, or other content")
    return count


def _batches(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    query = select(table).execution_options(yield_per=_BATCH)
    for part in connection.execute(query).partitions():
        yield list(part)


def _add(fingerprint: int, rows: Iterable[Row[Any]]) -> int:
    """Add rows to a fingerprint that does not depend on their order: databases sort unlike."""
    for row in rows:
        digest = hashlib.sha256(repr(tuple(row)).encode()).digest()
        fingerprint = (fingerprint + int.from_bytes(digest)) % _MODULUS
    return fingerprint


def _continue_counting(connection: Connection, database: Database) -> None:
    """Let PostgreSQL's counters go on after the copied ids; SQLite looks at the rows itself."""
    if database.is_sqlite:
        return
    for table in _in_order():
        if any(column.type is RowId for column in table.primary_key):
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                    f"coalesce(max(id), 0) + 1, false) FROM {table.name}"
                )
            )
