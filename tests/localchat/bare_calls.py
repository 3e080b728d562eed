"""Bare HTTP to the local Bot API, for tests of what it refuses."""

import io
import json
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.journeys.chat import ChatDriver


def picture(width: int, height: int) -> bytes:
    """Return a PNG of a size."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


class Caller:
    """Bare HTTP to the Bot API."""

    def __init__(self, chat: ChatDriver, session: aiohttp.ClientSession) -> None:
        self._base = f"{chat.url}/bot{chat.token}/"
        self._session = session

    async def form(self, method: str, **values: object) -> Any:
        data = {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
        async with self._session.post(self._base + method, data=data) as answer:
            body = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def json(self, method: str, **values: object) -> Any:
        async with self._session.post(self._base + method, json=values) as answer:
            return await answer.json()

    async def photo(self, data: bytes, **values: str) -> Any:
        form = aiohttp.FormData(values)
        form.add_field("photo", data, filename="a.png", content_type="image/png")
        async with self._session.post(self._base + "sendPhoto", data=form) as answer:
            return await answer.json()


@pytest.fixture
async def call(chat: ChatDriver):
    """Bare calls to the Bot API, with Ann's private chat open; refusals are expected."""
    chat.expects_refusals = True
    chat.ann.say("/start")
    async with aiohttp.ClientSession() as session:
        yield Caller(chat, session)


def reason(body: Any) -> Any:
    """Return why a call was refused."""
    assert not body["ok"], body
    return body["description"]
