"""Requests to a Bot API server that is reached directly, at a quarter of the library's own cost.

python-telegram-bot asks whatever it is given for a request's status and body (`BaseRequest`). What
it brings itself, httpx, looks at every idle connection again at each request and is made for much
more than this (docs/decisions/direct-requests.md). By way of a proxy httpx still goes.
"""

from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import getproxies

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.connection import CutOffError, Question, TimeOuts, UnsentError
from bot.telegram.connection_pool import ConnectionPool, Server

_FORM = "application/x-www-form-urlencoded"
_PORTS = {"http": 80, "https": 443}


def is_direct(root: str) -> bool:
    """Return whether a server is reached without a proxy, a password or anything else special."""
    address = urlsplit(root)
    proxies = {} if is_here(root) else getproxies()
    proxied = bool(proxies.get(address.scheme) or proxies.get("all"))
    return address.scheme in _PORTS and not (proxied or address.username)


def is_here(root: str) -> bool:
    """Return whether a server runs on this machine, to which no proxy leads."""
    return urlsplit(root).hostname in ("127.0.0.1", "localhost", "::1")


class DirectRequest(BaseRequest):
    """Asks a server over a few lines of its own."""

    def __init__(
        self, lines: int, timeouts: TimeOuts, upload_seconds: float, queue_seconds: float
    ) -> None:
        """Make it; nothing is opened before the first request.

        Args:
            lines: How many requests may be under way.
            timeouts: In the parts of a request.
            upload_seconds: In place of `timeouts.write` where files go out.
            queue_seconds: How long a request waits for a line.
        """
        self._timeouts = timeouts
        self._upload_seconds = upload_seconds
        self._queue_seconds = queue_seconds
        self._pool = ConnectionPool(lines, httpx.create_ssl_context)

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take where nobody says anything else, in seconds."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Nothing is needed before the first request."""

    async def shutdown(self) -> None:
        """Close the lines."""
        self._pool.close()

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
        write = self._upload_seconds if uploads else self._timeouts.write
        timeouts = TimeOuts(
            _chosen(connect_timeout, self._timeouts.connect),
            _chosen(write_timeout, write),
            _chosen(read_timeout, self._timeouts.read),
        )
        address = urlsplit(url)
        queue = _chosen(pool_timeout, self._queue_seconds)
        question = _question(method, address, request_data)
        try:
            return await self._pool.ask(_server(address), question, timeouts, queue)
        except UnsentError as err:
            kind = TimedOut if isinstance(err.__cause__, TimeoutError) else NetworkError
            raise kind(f"not sent: {err}") from err
        except CutOffError as err:
            raise NetworkError(f"cut off: {err}") from err
        except TimeoutError as err:
            raise TimedOut from err


def _chosen(seconds: object, otherwise: float | None) -> float | None:
    """Return the time-out of one request, where its caller names one."""
    return seconds if seconds is None or isinstance(seconds, (int, float)) else otherwise


def _server(address: SplitResult) -> Server:
    port = address.port or _PORTS[address.scheme]
    return Server(address.hostname or "", port, address.scheme == "https")


def _question(method: str, address: SplitResult, data: RequestData | None) -> Question:
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    kind, body = _body(address, data) if data is not None else ("", b"")
    headers = [("Host", address.netloc), ("User-Agent", BaseRequest.USER_AGENT)]
    if kind:
        headers.append(("Content-Type", kind))
    return Question(method, target, tuple(headers), body)


def _body(address: SplitResult, data: RequestData) -> tuple[str, bytes]:
    """Return the type and the bytes of what a request brings."""
    parameters = data.json_parameters
    if not data.contains_files:
        return (_FORM, urlencode(parameters).encode()) if parameters else ("", b"")
    # Uploads are few: the library that knows how writes them.
    form = httpx.Request("POST", address.geturl(), data=parameters, files=data.multipart_data)
    return form.headers["Content-Type"], form.read()
