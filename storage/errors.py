"""Everything that can go wrong in storage, named for what happened and holding the facts."""


class StorageError(Exception):
    """Root of all errors of this room; catch it to catch any of them."""


class DatabaseUnreachableError(StorageError):
    """The database cannot be opened or the connection to it broke.

    Attributes:
        url: Its address without the password.
    """

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(f"{url}: {detail}")
        self.url = url
        self.detail = detail


class DamagedDatabaseError(DatabaseUnreachableError):
    """Pages of the database are not what was written; it does not get better by itself."""


class CannotWriteError(StorageError):
    """The database can be read and takes nothing new: its disk is full, or it is read-only."""


class DatabaseBusyError(StorageError):
    """Another process held the database's write lock for longer than the waiting time."""


class DatabaseTooNewError(StorageError):
    """A newer release of the product has already migrated this database."""

    def __init__(self, url: str, found: str, known: str) -> None:
        super().__init__(f"{url} is at schema {found}, this release knows schemas up to {known}")
        self.url = url
        self.found = found
        self.known = known


class UnusableDatabaseUrlError(StorageError):
    """The address names no database this room can speak to."""

    def __init__(self, url: str) -> None:
        super().__init__(f"neither a SQLite nor a PostgreSQL address: {url}")
        self.url = url


class ConflictError(StorageError):
    """A row contradicts a constraint, such as a result for a forecast that was never issued."""


class FailedQueryError(StorageError):
    """The database refused a statement for a reason that no other error here names."""


class UnknownModelError(StorageError):
    """No model of this version is kept for this ticker."""

    def __init__(self, version: str, ticker: str) -> None:
        super().__init__(f"no model {version!r} for {ticker or 'the base'}")
        self.version = version
        self.ticker = ticker


class DamagedModelError(StorageError):
    """A kept model's bytes are not those that were saved."""

    def __init__(self, version: str, ticker: str) -> None:
        super().__init__(f"model {version!r} for {ticker or 'the base'} fails its digest")
        self.version = version
        self.ticker = ticker


class DamagedForecastError(StorageError):
    """An archived forecast's bytes are not those that were kept."""

    def __init__(self, forecast_id: int) -> None:
        super().__init__(f"forecast {forecast_id} cannot be read from the archive")
        self.forecast_id = forecast_id


class DamagedBackupError(StorageError):
    """A backup is not what was written, or what it holds does not verify."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail


class NotEmptyError(StorageError):
    """The target of a copy already holds rows."""

    def __init__(self, table: str, rows: int) -> None:
        super().__init__(f"the target's table {table} already holds {rows} rows")
        self.table = table
        self.rows = rows


class CopyMismatchError(StorageError):
    """After a copy, source and target differ; the target must not be used."""

    def __init__(self, table: str, expected: str, got: str) -> None:
        super().__init__(f"table {table}: expected {expected}, got {got}")
        self.table = table
        self.expected = expected
        self.got = got
