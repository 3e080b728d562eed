"""Fixtures for all rooms: `chat` is Telegram on this machine, with people in it."""

import os

import curl_cffi  # noqa: F401 - loaded after TensorFlow it finds that one's TLS library, and fails

from tests.journeys.chat import chat, chat_clock

os.environ.setdefault("PTB_TIMEDELTA", "1")
os.environ["NO_PROXY"] = "127.0.0.1,localhost"

__all__ = ["chat", "chat_clock"]
