"""A new SQLite file gets its tables by being copied from one that went through every migration."""

import threading
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from storage.schema import migrate

_copying = threading.Lock()


def migrate_by_copying(database: Database) -> None:
    """Do what `migrate` does, sooner where a SQLite file is new."""
    path = Path(database.url.database or "")
    with _copying:
        if database.is_sqlite and path.stat().st_size == 0:
            path.write_bytes(_template())
    migrate(database)


@cache
def _template() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        database = Database(f"sqlite:///{path}")
        migrate(database)
        database.close()
        return path.read_bytes()
