"""Who posts to the webhook without being Telegram, or sends what is no update, does no harm."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.journeys.product import running_bot
from tests.journeys.test_ways import free_port

SECRET = "only-telegram-knows"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MEGABYTE = 1024 * 1024


def resident() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def chunks(size: int) -> AsyncIterator[bytes]:
    piece = b" " * 65536
    for _ in range(size // len(piece)):
        yield piece


class Hook:
    """The webhook's address, posted to by whomever."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def post(self, body, secret: str | None = SECRET) -> int:
        """Return the status; 0 where the line was cut before one came."""
        headers = {HEADER: secret} if secret is not None else {}
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self._url, data=body, headers=headers) as answer,
            ):
                return answer.status
        except aiohttp.ClientConnectionError:
            return 0

    async def post_bytes(self, secret: bytes) -> int:
        """Return the status for a secret that no client of good manners would send."""
        place = urlsplit(self._url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        head = f"POST {place.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{HEADER}: "
        writer.write(head.encode() + secret + b"\r\n\r\n{}")
        status = (await reader.readline()).split()[1]
        writer.close()
        return int(status)


@pytest.fixture
async def hook(chat, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook"
    ways = {"webhook_url": url, "webhook_secret": SECRET, "listen": f"127.0.0.1:{port}"}
    async with running_bot(chat, tmp_path, **ways):
        yield Hook(url)


async def test_who_does_not_know_the_secret_costs_no_memory(hook, chat):
    """Six bodies of 90 MB at once: refused unread, and people are answered meanwhile."""
    await chat.answer_to(chat.ann.say("/help"))
    before = resident()
    posts = [asyncio.ensure_future(hook.post(chunks(90 * MEGABYTE), "guessed")) for _ in range(6)]
    await chat.answer_to(chat.ben.say("/help"))
    statuses = await asyncio.gather(*posts)
    assert set(statuses) <= {403, 0}
    assert resident() - before < 60
    assert await hook.post(b"{}", None) == 403
    assert await hook.post(b"not even JSON", "") == 403
    assert await hook.post_bytes(b"\xff\xfe") == 403


async def test_a_body_of_more_than_a_megabyte_is_refused_even_with_the_secret(hook):
    """By its length where that is told, else as soon as it has grown too long."""
    assert await hook.post(b" " * (2 * MEGABYTE)) in {413, 0}
    assert await hook.post(chunks(2 * MEGABYTE)) in {413, 0}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"5", b"null", b'"x"', b"{}", b'{"update_id": "x"}',
     b'{"update_id": 1, "message": 5}', b'{"update_id":' * 9000, b'{"update_id": 1.5}', b'{"update_id": 1, "message": {"message_id": 1}}'],
)  # fmt: skip
async def test_what_is_no_update_is_taken_with_a_log_line_and_not_repeated(
    hook, chat, caplog, body
):
    """Telegram would post it again for ever; the next question is answered."""
    with caplog.at_level(logging.WARNING):
        assert await hook.post(body) == 200
    assert any("update-not-read" in record.getMessage() for record in caplog.records)
    await chat.answer_to(chat.ann.say("/help"))


async def test_an_update_posted_twice_is_answered_once(hook, chat):
    """Telegram repeats what it has no answer to; both get a 200."""
    asked = chat.ben.say("/disclaimer")
    await chat.answer_to(asked)
    update = {
        "update_id": 7,
        "message": {
            "message_id": asked.id + 100,
            "date": asked.date,
            "chat": {"id": chat.ben.id, "type": "private"},
            "from": {"id": chat.ben.id, "is_bot": False, "first_name": "Ben"},
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }
    body = json.dumps(update).encode()
    assert [await hook.post(body), await hook.post(body)] == [200, 200]
    await chat.wait(lambda: chat.of_bot(chat.ben)[1:] or None)
    await asyncio.sleep(0.3)
    assert len(chat.of_bot(chat.ben)) == 2
