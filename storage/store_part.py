"""What every group of methods of `Store` stands on."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from storage.database import Database

# PostgreSQL and SQLite both allow more variables in one statement, and no more rows help.
CHUNK = 500
T = TypeVar("T")


class StorePart:
    """A group of methods over one database."""

    def __init__(self, database: Database) -> None:
        self._db = database


def chunks(rows: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Yield `rows` in parts of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
