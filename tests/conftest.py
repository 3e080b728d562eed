"""Fixtures for all rooms: `chat` is Telegram on this machine, with people in it."""

import os

import curl_cffi  # noqa: F401 - loaded after TensorFlow it finds that one's TLS library, and fails
import pytest

from tests.journeys.chat import chat, chat_clock
from tests.storage.migrated_files import migrate_by_copying

os.environ.setdefault("PTB_TIMEDELTA", "1")
os.environ["NO_PROXY"] = "127.0.0.1,localhost"

__all__ = ["chat", "chat_clock"]


@pytest.fixture(autouse=True)
def new_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new SQLite file has its tables already: twelve migrations take longer than most tests."""
    monkeypatch.setattr("storage.store.migrate", migrate_by_copying)
