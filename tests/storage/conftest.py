"""Both databases for every test that asks for a store."""

from tests.storage.databases import database_url, empty_url, migrated_file, postgres, store

__all__ = ["database_url", "empty_url", "migrated_file", "postgres", "store"]
