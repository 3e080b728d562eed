"""A real PostgreSQL server for tests: own cluster in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from storage.database import Database
from storage.schema import migrate


class PostgresMissingError(Exception):
    """No server is installed, or none may be started here."""


@dataclass(slots=True)
class PostgresServer:
    """A running server; each test gets a database of its own, copied from a migrated one."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _template: str = ""

    def url(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def new_database(self, *, migrated: bool = False) -> str:
        """Make a database, empty or with all tables, and return its address."""
        if migrated and not self._template:
            self._template = self._create("template1")
            database = Database(self.url(self._template))
            migrate(database)
            database.close()
        return self.url(self._create(self._template if migrated else "template1"))

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        place = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name


def binaries() -> Path:
    """Return the folder of the newest installed server's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    programs = found or ([Path(on_path).resolve()] if on_path else [])
    if not programs or not (programs[-1].parent / "postgres").exists():
        raise PostgresMissingError("no PostgreSQL server is installed (Debian: postgresql)")
    return programs[-1].parent


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server that listens on a socket in its own folder only, so that no port can clash."""
    programs, user = binaries(), _server_user()
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=60"

    def run(program: str, *arguments: str | Path) -> None:
        # To a file: the server inherits a pipe, and a reader would wait for its end.
        with (folder / "output").open("ab") as output:
            subprocess.run(
                [programs / program, "-D", data, *arguments],
                check=True,
                user=user,
                cwd=folder,
                stdout=output,
                stderr=output,
            )

    try:
        run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "--no-locale", "-E", "UTF8")
        run("pg_ctl", "-w", "-o", options, "start")
        try:
            yield PostgresServer(folder)
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    """Return as whom to run it: the server refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PostgresMissingError("running as root and there is no other user to run PostgreSQL as")
