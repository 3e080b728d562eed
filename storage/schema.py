"""Brings a database to the schema this release knows, and refuses one from a newer release."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.errors import DatabaseTooNewError, DatabaseUnreachableError

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
)
"""All revisions, oldest first. Alembic, which knows them too, is slow to import."""
NEWEST = REVISIONS[-1]
_EMPTY = ""
# Any fixed number: whoever holds it in PostgreSQL migrates, the others wait.
_MIGRATION_LOCK = 7_241_905_317


def migrate(database: Database) -> None:
    """Upgrade a database to the newest revision, in one transaction, one process at a time.

    Raises:
        DatabaseTooNewError: It holds a revision that this release does not know.
    """
    with database.reading() as connection:
        if known_revision(connection, database) == NEWEST:
            return
    move_to(database, NEWEST)


def known_revision(connection: Connection, database: Database) -> str:
    """Return a database's revision, empty for one without tables.

    Raises:
        DatabaseTooNewError: This release does not know it.
    """
    if not inspect(connection).has_table("alembic_version"):
        return _EMPTY
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found and found not in REVISIONS:
        raise DatabaseTooNewError(database.shown_url, found, NEWEST)
    return found or _EMPTY


def move_to(database: Database, revision: str) -> None:
    """Upgrade or downgrade a database to a revision; `base` is no table at all.

    Raises:
        DatabaseTooNewError: It holds a revision that this release does not know.
    """
    # A table that SQLite makes anew must not take the rows that hang on it along.
    with database.restructuring() as connection:
        database.queue_up(connection, _MIGRATION_LOCK)
        before = known_revision(connection, database)
        if before == revision:
            return
        _run(connection, revision, down=revision == "base" or before > revision)
        _check_references(connection, database)
    logger.info("database_migrated before=%s after=%s", before or "empty", revision)


def alembic_config(connection: Connection | None = None) -> "Config":
    """Return what alembic needs to find the revisions where this package is installed."""
    from alembic.config import Config  # noqa: PLC0415 (a start on a current schema needs none)

    config = Config()
    folder = Path(__file__).with_name("migrations")
    # Alembic reads percent signs as references to other options.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _run(connection: Connection, revision: str, *, down: bool) -> None:
    from alembic import command  # noqa: PLC0415 (a start on a current schema needs none)

    step = command.downgrade if down else command.upgrade
    step(alembic_config(connection), revision)


def _check_references(connection: Connection, database: Database) -> None:
    if not database.is_sqlite:
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        detail = f"after the migration a row of {broken[0]} refers to nothing"
        raise DatabaseUnreachableError(database.shown_url, detail)
