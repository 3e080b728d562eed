"""Both databases for every test that asks for a store."""

from tests.storage.databases import database_url, empty_url, postgres, store

__all__ = ["database_url", "empty_url", "postgres", "store"]
