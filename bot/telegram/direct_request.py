"""Requests to a Bot API server that is reached directly, at a quarter of httpx's cost.

python-telegram-bot asks whatever it is given for a request's status and body (`BaseRequest`). Its
own way, httpx, looks at every idle connection again at each request; aiohttp, which carries them
here, is told when one closes (docs/decisions/direct-requests.md). Where there is a proxy httpx
still goes.

Whether a request may be sent again depends on whether it had gone out whole when its line broke.
aiohttp counts as written what waits in its own buffer, so that a body says here itself when the
system has taken the last of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies

import httpx
from aiohttp import (
    BytesPayload,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_FORM = "application/x-www-form-urlencoded"
_REPEATED = ("from", "entities", "caption_entities", "reply_markup", "reply_to_message")
_IDLE_SECONDS = 4.0
"""How long an idle line is kept: many servers close theirs after five seconds."""


class UnsentError(ConnectionError):
    """The request never left, or not whole: it had no effect."""


class CutOffError(ConnectionError):
    """The request went out whole and no answer came."""


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """How many seconds a line may take to open, to take a request, and to bring some of its answer.

    `queue` is how long a request waits for a line, its opening included.
    """

    connect: float | None
    write: float | None
    read: float | None
    queue: float | None = None


def is_direct(root: str) -> bool:
    """Return whether a server is reached without a proxy, a password or anything else special."""
    address = urlsplit(root)
    proxies = {} if is_here(root) else getproxies()
    proxied = bool(proxies.get(address.scheme) or proxies.get("all"))
    return address.scheme in ("http", "https") and not (proxied or address.username)


def is_here(root: str) -> bool:
    """Return whether a server runs on this machine, to which no proxy leads."""
    return urlsplit(root).hostname in ("127.0.0.1", "localhost", "::1")


class DirectRequest(BaseRequest):
    """Asks a server over a few lines of its own."""

    def __init__(self, lines: int, timeouts: TimeOuts, upload_seconds: float) -> None:
        """Make it; nothing is opened before the first request.

        Args:
            lines: How many requests may be under way.
            timeouts: In the parts of a request.
            upload_seconds: In place of `timeouts.write` where files go out.
        """
        self._lines = lines
        self._timeouts = timeouts
        self._upload_seconds = upload_seconds
        self._session: ClientSession | None = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return an answer; of a message that was sent, without what is known or never looked at.

        To make objects of all that Telegram repeats of a message costs as much as to send it.
        """
        answer = BaseRequest.parse_json_payload(payload)
        result = answer.get("result")
        for one in result if isinstance(result, list) else [result]:
            if isinstance(one, dict) and "message_id" in one:
                _lighten(one)
        return answer

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take where nobody says anything else, in seconds."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Nothing is needed before the first request."""

    async def shutdown(self) -> None:
        """Close the lines."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a request.

        Raises:
            NetworkError: There is none; caused by `UnsentError` where the request had no effect.
            TimedOut: There is none in time; caused likewise.
        """
        uploads = request_data is not None and request_data.contains_files
        write = _chosen(write_timeout, self._upload_seconds if uploads else self._timeouts.write)
        timeouts = ClientTimeout(
            total=None,
            connect=_chosen(pool_timeout, self._timeouts.queue),
            sock_connect=_chosen(connect_timeout, self._timeouts.connect),
            sock_read=_chosen(read_timeout, self._timeouts.read),
        )
        body = _body(url, request_data, write)
        try:
            return await self._ask(method, url, body, timeouts)
        except (ClientError, TimeoutError, OSError) as err:
            raise _told(err, body) from _cause(err, body)

    async def _ask(
        self, method: str, url: str, body: "_Body", timeouts: ClientTimeout
    ) -> tuple[int, bytes]:
        session = self._session = self._session or self._opened(url)
        async with session.request(method, url, data=body, timeout=timeouts) as response:
            return response.status, await response.read()

    def _opened(self, url: str) -> ClientSession:
        secure: Any = httpx.create_ssl_context() if url.startswith("https:") else True
        lines = TCPConnector(limit=self._lines, keepalive_timeout=_IDLE_SECONDS, ssl=secure)
        agent = {"User-Agent": BaseRequest.USER_AGENT}
        return ClientSession(connector=lines, cookie_jar=DummyCookieJar(), headers=agent)


class _Body(BytesPayload):
    """What a request brings; knows when all of it has gone out."""

    def __init__(self, content: bytes, kind: str, seconds: float | None) -> None:
        super().__init__(content, content_type=kind)
        self._seconds = seconds
        self.is_out = False

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        """Write it, and wait until the system has taken all."""
        if writer.transport is not None:
            # A secure line pauses from its upper limit on, an open one beyond it: at 0 a secure one
            # would pause with nothing to write, until the answer came.
            high = 1 if writer.transport.get_extra_info("ssl_object") is not None else 0
            writer.transport.set_write_buffer_limits(high=high, low=0)
        async with asyncio.timeout(self._seconds):
            await super().write_with_length(writer, content_length)
            await writer.drain()
        self.is_out = True


def _lighten(message: dict[str, Any]) -> None:
    for name in _REPEATED:
        message.pop(name, None)
    # The sizes of a picture rise; the last one's name stands for it.
    if "photo" in message:
        del message["photo"][:-1]


def _chosen(seconds: object, otherwise: float | None) -> float | None:
    """Return the time-out of one request, where its caller names one."""
    return seconds if seconds is None or isinstance(seconds, (int, float)) else otherwise


def _body(url: str, data: RequestData | None, seconds: float | None) -> _Body:
    """Return the body of a request, which has so many seconds to go out."""
    if data is None or not data.contains_files:
        return _Body(urlencode(data.json_parameters if data else {}).encode(), _FORM, seconds)
    # Uploads are few: the library that knows how writes them.
    form = httpx.Request("POST", url, data=data.json_parameters, files=data.multipart_data)
    return _Body(form.read(), form.headers["Content-Type"], seconds)


def _told(error: Exception, body: _Body) -> NetworkError:
    kind: Callable[[str], NetworkError] = NetworkError
    if isinstance(error, TimeoutError):
        kind = TimedOut
    return kind(f"{'cut off' if body.is_out else 'not sent'}: {str(error) or type(error).__name__}")


def _cause(error: Exception, body: _Body) -> Exception:
    if not body.is_out:
        return UnsentError(str(error))
    return error if isinstance(error, TimeoutError) else CutOffError(str(error))
