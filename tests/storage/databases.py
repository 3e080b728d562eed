"""Fixtures of empty databases of both kinds; import them in a conftest."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store, open_store
from tests.storage.postgres import PostgresMissingError, PostgresServer, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, one for each test process."""
    try:
        server = running_postgres()
        started = server.__enter__()
    except PostgresMissingError as err:
        pytest.skip(str(err))
    yield started
    server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new database with all tables."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        return f"sqlite:///{copied}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database(migrated=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open, empty store on either database."""
    opened = open_store(database_url)
    yield opened
    opened.close()
