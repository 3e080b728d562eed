"""Both databases for every test that asks for a store; here a new file is migrated for real."""

import pytest

from tests.storage.databases import database_url, empty_url, migrated_file, postgres, store

__all__ = ["database_url", "empty_url", "migrated_file", "postgres", "store"]


@pytest.fixture(autouse=True)
def new_databases() -> None:
    """Migrations are what is looked at here."""
