"""Backs up either database into one checked file, and brings such a file back.

Theory of operation. A backup is a SQLite file, whatever the database: PostgreSQL's rows are copied
into one in a single snapshot, SQLite's own pages through its backup interface, which sees one state
while others write. So a backup can be opened, verified and moved to either database without the
server that it came from. It grows under another name and gets its own only when its chain has been
walked; beside it lies its SHA-256 in the form that `sha256sum -c` reads. Restoring works on a copy:
an older schema is migrated there and the backup stays as it was.
"""

import hashlib
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from storage.copying import CopyReport, copy_database
from storage.database import Database, normal_url
from storage.errors import DamagedBackupError, DatabaseUnreachableError, StorageError
from storage.records.ledger import ChainReport
from storage.schema import NEWEST, known_revision, migrate
from storage.store import Store

_PRIVATE = 0o600
_PIECE = 1 << 20


def back_up(source: str, target: Path) -> ChainReport:
    """Write a backup of a database that may be in use; return what a walk along its ledger found.

    Args:
        source: SQLAlchemy address.
        target: A file that is not there yet; its checksum is written beside it.

    Raises:
        DamagedBackupError: The ledger's chain does not hold; the file is kept under `.part`.
        DatabaseUnreachableError: The database cannot be read, or the file not be written.
        FileExistsError: There is such a file already.
    """
    if target.exists() or checksum_of(target).exists():
        raise FileExistsError(f"{target} is there already")
    growing = target.with_name(f"{target.name}.part")
    growing.unlink(missing_ok=True)
    try:
        chain = _grown(source, growing)
        if chain.holds:
            checksum_of(target).write_text(f"{_digest(growing)}  {target.name}\n")
            growing.rename(target)
    except (OSError, sqlite3.Error, StorageError) as err:
        # Half a copy on a full disk would keep it full.
        _remove(growing, checksum_of(target))
        if isinstance(err, StorageError):
            raise
        raise DatabaseUnreachableError(str(target), str(err)) from err
    if not chain.holds:
        raise DamagedBackupError(str(growing), f"the chain breaks at row {chain.broken_id}")
    return chain


def _grown(source: str, growing: Path) -> ChainReport:
    growing.touch(mode=_PRIVATE)
    url = normal_url(source)
    if url.get_backend_name() == "sqlite":
        _copy_pages(Path(url.database or ""), growing)
        _must_be_whole(growing)
    else:
        copy_database(source, _address(growing))
    return _walk(growing)


def _must_be_whole(path: Path) -> None:
    # Damaged pages are copied like others, and the walk reads those of the ledger alone.
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DamagedBackupError(str(path), f"the database is damaged: {found}")


def _remove(growing: Path, checksum: Path) -> None:
    beside = (growing.with_name(f"{growing.name}-{kind}") for kind in ("wal", "shm", "journal"))
    for path in (growing, checksum, *beside):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def restore(backup: Path, target: str) -> CopyReport:
    """Fill an empty database from a backup; return what was copied.

    Raises:
        CopyMismatchError: A table read back differs; nothing was kept.
        DamagedBackupError: The file is not what was written, or its checksum is missing.
        DatabaseUnreachableError: The database cannot be written.
        NotEmptyError: It holds rows already.
    """
    check(backup)
    with tempfile.TemporaryDirectory(dir=backup.parent) as folder:
        copy = Path(folder, "copy.sqlite3")
        try:
            _copy_pages(backup, copy)
        except sqlite3.Error as err:
            raise DamagedBackupError(str(backup), str(err)) from err
        return copy_database(_address(copy), target)


def check(backup: Path) -> None:
    """Compare a backup with its checksum.

    Raises:
        DamagedBackupError: They differ, or one of the two is missing.
    """
    try:
        expected = checksum_of(backup).read_text().split()[0]
        got = _digest(backup)
    except (OSError, IndexError) as err:
        raise DamagedBackupError(str(backup), f"its checksum cannot be read: {err}") from err
    if got != expected:
        raise DamagedBackupError(str(backup), f"its SHA-256 is {got}, {expected} was written")


def checksum_of(backup: Path) -> Path:
    """Return where a backup's checksum lies."""
    return backup.with_name(f"{backup.name}.sha256")


def _copy_pages(source: Path, target: Path) -> None:
    if not source.exists():
        raise DatabaseUnreachableError(str(source), "there is no such file")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        # All pages in one go: in steps, every writer in between would begin the copy anew.
        old.backup(new, pages=-1)
        # One file, without a journal beside it that would have to travel along.
        new.execute("PRAGMA journal_mode=DELETE")


def _walk(path: Path) -> ChainReport:
    # Of an older release: its tables are brought up to date in a copy, and stay here as they are.
    if _is_of_this_release(path):
        return _walk_here(path)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(folder, "copy.sqlite3")
        _copy_pages(path, copy)
        return _walk_here(copy)


def _is_of_this_release(path: Path) -> bool:
    database = Database(_address(path))
    try:
        with database.reading() as connection:
            return known_revision(connection, database) == NEWEST
    finally:
        database.close()
        _leave_no_journal(path)


def _walk_here(path: Path) -> ChainReport:
    database = Database(_address(path))
    try:
        migrate(database)
        return Store(database).verify_chain()
    finally:
        database.close()
        _leave_no_journal(path)


def _leave_no_journal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _address(path: Path) -> str:
    return f"sqlite:///{path.absolute()}"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
