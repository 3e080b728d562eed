"""The door to storage: a database's address becomes a store."""

from storage.database import Database
from storage.schema import migrate
from storage.sql import SqlStore


def open_store(url: str) -> SqlStore:
    """Open a database, bring its schema up to date and return the store over it.

    Args:
        url: SQLAlchemy address, such as `sqlite:////var/lib/tickercast/tickercast.sqlite3` or
            `postgresql+psycopg://user:password@host/name`. A SQLite file is made if missing.

    Raises:
        UnusableDatabaseUrlError: The address names no database this product can use.
        DatabaseUnreachableError: The database cannot be opened.
        DatabaseTooNewError: A newer release has migrated it.
    """
    database = Database(url)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database)
