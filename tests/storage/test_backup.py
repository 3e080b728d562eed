"""A backup is whole, proves it, and what is restored goes on where it was."""

import hashlib
import resource
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest

from storage.backup import back_up, checksum_of, restore
from storage.errors import DamagedBackupError, NotEmptyError, StorageError
from storage.store import open_store
from tests.storage.samples import DAY, NOW, forecast
from tests.storage.samples import everything as fill
from tests.storage.test_copying import counts


@pytest.fixture
def filled_url(database_url):
    store = open_store(database_url)
    fill(store)
    store.close()
    return database_url


@pytest.mark.parametrize("target_kind", ["same", "other"])
def test_the_chain_goes_on_after_a_restore(
    filled_url, tmp_path, target_kind, postgres, migrated_file
):
    """Rehearsed on both databases and across: all rows are back and the next forecast links on."""
    back_up(filled_url, tmp_path / "backup.sqlite3")
    to_sqlite = filled_url.startswith("sqlite") == (target_kind == "same")
    target = f"sqlite:///{tmp_path / 'new.db'}" if to_sqlite else postgres.new_database()
    report = restore(tmp_path / "backup.sqlite3", target)
    old, new = open_store(filled_url), open_store(target)
    assert report.chain.holds
    assert counts(new) == counts(old)
    assert new.head() == old.head()
    before = new.head()
    issued = new.issue(forecast("NEW1", seed=77), NOW + DAY)
    assert before is not None
    assert issued.id == before.id + 1
    assert new.verify_chain().holds
    assert new.verify_chain().rows == old.verify_chain().rows + 1
    old.close()
    new.close()


def test_a_backup_taken_while_others_write_is_of_one_state(filled_url, tmp_path):
    """Writers go on meanwhile; what came whole is in it or not, and its chain holds."""
    store, stop = open_store(filled_url), threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            store.issue(forecast(f"W{number}", seed=number), NOW + DAY)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        chains = [back_up(filled_url, tmp_path / f"{n}.sqlite3") for n in range(3)]
    finally:
        stop.set()
        writer.join()
        store.close()
    assert all(chain.holds for chain in chains)
    assert [chain.rows for chain in chains] == sorted(chain.rows for chain in chains)


def test_the_checksum_is_one_that_sha256sum_reads_and_a_flipped_byte_is_found(
    filled_url, tmp_path, empty_url
):
    """Nothing is restored from a file that is not what was written."""
    path = tmp_path / "backup.sqlite3"
    back_up(filled_url, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert checksum_of(path).read_text() == f"{digest}  backup.sqlite3\n"
    assert path.stat().st_mode & 0o077 == 0
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedBackupError, match="SHA-256"):
        restore(path, empty_url)
    half = bytes(content[: len(content) // 2])
    path.write_bytes(half)
    checksum_of(path).write_text(f"{hashlib.sha256(half).hexdigest()}  backup.sqlite3\n")
    with pytest.raises(DamagedBackupError, match="malformed"):
        restore(path, empty_url)
    checksum_of(path).unlink()
    with pytest.raises(DamagedBackupError, match="cannot be read"):
        restore(path, empty_url)


def test_nothing_is_overwritten(filled_url, tmp_path):
    """Neither an earlier backup nor a database that holds rows; a half-made file has no name."""
    path = tmp_path / "backup.sqlite3"
    back_up(filled_url, path)
    with pytest.raises(FileExistsError):
        back_up(filled_url, path)
    with pytest.raises(NotEmptyError):
        restore(path, filled_url)
    left = sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("backup"))
    assert left == ["backup.sqlite3", "backup.sqlite3.sha256"]


@contextmanager
def files_of_at_most(size):
    """As on a disk with so much room: the system refuses whatever would grow beyond it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_backup_that_finds_no_room_leaves_nothing_behind(filled_url, tmp_path):
    """Half a copy would keep a full disk full, and the next try from its name."""
    folder = tmp_path / "backups"
    folder.mkdir()
    with files_of_at_most(60_000), pytest.raises(StorageError):
        back_up(filled_url, folder / "backup.sqlite3")
    assert list(folder.iterdir()) == []
    assert back_up(filled_url, folder / "backup.sqlite3").holds


def test_a_damaged_page_is_no_backup(tmp_path):
    """Of a table that the ledger's walk does not read; copied with its page it would be lost unseen."""
    path = tmp_path / "live.db"
    store = open_store(f"sqlite:///{path}")
    fill(store)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'subscriptions'"
        (root,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"?" * size)
    with pytest.raises(StorageError, match=r"damaged|malformed"):
        back_up(f"sqlite:///{path}", tmp_path / "backup.sqlite3")
    assert not list(tmp_path.glob("backup*"))
