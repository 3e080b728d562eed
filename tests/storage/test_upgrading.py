"""docs/operations/upgrading.md, rehearsed: databases that released schemas wrote, up and back again.

`released/NNNN.sql.gz` was written by the release with that newest revision, out of SQLite; nobody
edits one. A release adds its own.
"""

import gzip
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, insert, select

from storage import schema
from storage.backup import back_up
from storage.database import Database
from storage.errors import DatabaseTooNewError
from storage.schema import NEWEST, move_to
from storage.store import open_store
from tests.storage.postgres import binaries
from tests.storage.samples import DAY, NOW, forecast

RELEASED = sorted(Path(__file__).with_name("released").glob("*.sql.gz"))
SCRIPTS = {path.name.removesuffix(".sql.gz"): path for path in RELEASED}
# Made anew from the others at an upgrade, or true for a minute only.
PASSING = {"alembic_version", "digest_slots", "leases"}
# Until 0005 it said "en" for everybody and was not read; now empty means Telegram's.
SAID_ANEW = {"language"}


def file_of(revision, folder):
    """A SQLite file as the release left it."""
    path = folder / f"{revision}.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress(SCRIPTS[revision].read_bytes()).decode())
    return path


def tables_of(url):
    """Every table's rows as they lie there, whatever this release thinks of them."""
    engine, tables = create_engine(url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {t: list(connection.execute(select(t)).mappings()) for t in tables.sorted_tables}
    engine.dispose()
    return found


@pytest.fixture(params=SCRIPTS)
def revision(request):
    return request.param


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request, revision, tmp_path):
    """A database of either kind as the release left it."""
    source = f"sqlite:///{file_of(revision, tmp_path)}"
    if request.param == "sqlite":
        return source
    url = request.getfixturevalue("postgres").new_database()
    database = Database(url)
    move_to(database, revision)
    there = MetaData()
    there.reflect(database.engine)
    with database.writing() as connection:
        for table, rows in tables_of(source).items():
            if rows and table.name != "alembic_version":
                connection.execute(insert(there.tables[table.name]), [dict(row) for row in rows])
    database.close()
    return url


def lost(before, after):
    """Names of tables in which a row of before is missing, by the columns that both have."""
    newer = {table.name: (table, rows) for table, rows in after.items()}
    return [
        table.name
        for table, rows in before.items()
        if table.name not in PASSING and _missing(table, rows, *newer[table.name])
    ]


def _missing(table, rows, newer, newer_rows):
    both = [
        column.name
        for column in table.columns
        if column.name in newer.columns and column.name not in SAID_ANEW
    ]
    seen = [{repr([row[name] for name in both]) for row in part} for part in (rows, newer_rows)]
    return seen[0] - seen[1]


def test_every_row_of_a_released_schema_is_there_after_an_upgrade(old_url):
    """The chain holds and goes on."""
    before = tables_of(old_url)
    store = open_store(old_url)
    assert store.verify_chain().holds
    last = store.head()
    assert last is not None
    issued = store.issue(forecast("NEW1", seed=77), NOW + DAY)
    assert issued.id == last.id + 1
    store.close()
    assert lost(before, tables_of(old_url)) == []


@pytest.fixture
def older_program(monkeypatch, revision):
    """A program that knows no revision after the released one."""

    def step_back():
        known = schema.REVISIONS[: schema.REVISIONS.index(revision) + 1]
        monkeypatch.setattr(schema, "REVISIONS", known)
        monkeypatch.setattr(schema, "NEWEST", revision)

    return step_back


def test_the_way_back_is_the_backup_that_was_made_before(revision, tmp_path, older_program):
    """The older release refuses the upgraded file, untouched, and takes the backup as its own."""
    path = file_of(revision, tmp_path)
    before = tables_of(f"sqlite:///{path}")
    back_up(f"sqlite:///{path}", tmp_path / "backup.sqlite3")
    open_store(f"sqlite:///{path}").close()
    older_program()
    if revision != NEWEST:
        with pytest.raises(DatabaseTooNewError):
            open_store(f"sqlite:///{path}")
    back = Database(f"sqlite:///{tmp_path / 'backup.sqlite3'}")
    with back.reading() as connection:
        assert schema.known_revision(connection, back) == revision
    back.close()
    after = tables_of(f"sqlite:///{tmp_path / 'backup.sqlite3'}")
    assert lost(before, after) == []


def test_on_postgresql_the_way_back_is_pg_dump(postgres, tmp_path):
    """As the page has it: dumped before, upgraded, and the dump read into an empty database."""
    programs = binaries()
    if not (programs / "pg_dump").exists():
        pytest.skip("pg_dump is not installed beside the server")
    url, empty = postgres.new_database(), postgres.new_database()
    database = Database(url)
    move_to(database, "0001")
    dump = tmp_path / "before.sql"
    place = ["-h", str(postgres.folder), "-U", "postgres"]
    names = [each.split("?")[0].rsplit("/", 1)[1] for each in (url, empty)]
    subprocess.run([programs / "pg_dump", *place, "-f", dump, names[0]], check=True)
    open_store(url).close()
    psql = [programs / "psql", *place, "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, names[1]]
    subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)
    restored = Database(empty)
    with restored.reading() as connection:
        assert schema.known_revision(connection, restored) == "0001"
    for each in (database, restored):
        each.close()
