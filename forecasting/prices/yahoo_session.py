"""The HTTP session that yfinance is given: another address where one is set, limits on waiting."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

_DATA_PATHS = ("/v8/finance/chart", "/v1/finance/search")
_COOKIE_TIMEOUT_S = 4.0
_ALONE_S = 60.0
"""How long a host is left alone that let a request hang: an ad blocker's, or a consent page's."""


class LastAnswer:
    """Status and waiting time of the last answer that carried data, which yfinance keeps to itself.

    Attributes:
        status: HTTP status, 0 where no answer came.
        retry_after_s: Seconds that a 429 asked to wait, None where it did not say.
    """

    def __init__(self) -> None:
        self.status = 0
        self.retry_after_s: float | None = None

    def clear(self) -> None:
        """Forget the answer before."""
        self.status, self.retry_after_s = 0, None

    def note(self, response: Any) -> None:
        """Keep what an answer says of itself."""
        self.status = int(response.status_code)
        text = str(response.headers.get("Retry-After", ""))
        self.retry_after_s = float(text) if text.isdigit() else None


class Hanging:
    """Remembers hosts that let a request hang, and spares the next ones the wait."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """Remember none yet.

        Args:
            seconds: A clock that only rises.
        """
        self._seconds = seconds
        self._until: dict[str, float] = {}

    def ask(self, host: str, request: Callable[[], Any], timeout: type[Exception]) -> Any:
        """Return what a request answers.

        Args:
            host: Whom it asks.
            request: Sends it.
            timeout: What it raises when the host hangs; raised at once while that is remembered.
        """
        if self._seconds() < self._until.get(host, 0.0):
            raise timeout(f"{host} hung a moment ago")
        try:
            return request()
        except timeout:
            self._until[host] = self._seconds() + _ALONE_S
            raise


def make_session(base: str | None, last: LastAnswer) -> Any:
    """Return a session for yfinance.

    Args:
        base: Address that stands in for all of Yahoo's hosts; None for those themselves.
        last: Where to note each answer.
    """
    from curl_cffi.requests import Session  # noqa: PLC0415 (0.2 s)
    from curl_cffi.requests.exceptions import Timeout  # noqa: PLC0415

    hosts = Hanging(monotonic)

    class YahooSession(Session):  # type: ignore[type-arg]
        def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Any:
            carries_data = urlsplit(url).path.startswith(_DATA_PATHS)
            if carries_data:
                response = super().request(method, _moved(url, base), *args, **kwargs)
                last.note(response)
                return response
            kwargs["timeout"] = min(kwargs.get("timeout") or 60.0, _COOKIE_TIMEOUT_S)
            ask = partial(super().request, method, _moved(url, base), *args, **kwargs)
            return hosts.ask(urlsplit(url).netloc, ask, Timeout)

    return YahooSession(impersonate="chrome")


def _moved(url: str, base: str | None) -> str:
    if base is None:
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}{parts.path}{query}"
