"""The HTTP session that yfinance is given: another address where one is set, limits on waiting."""

from typing import Any
from urllib.parse import urlsplit

_DATA_PATHS = ("/v8/finance/chart", "/v1/finance/search")
_COOKIE_TIMEOUT_S = 4.0


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


def make_session(base: str | None, last: LastAnswer) -> Any:
    """Return a session for yfinance.

    Args:
        base: Address that stands in for all of Yahoo's hosts; None for those themselves.
        last: Where to note each answer.
    """
    from curl_cffi.requests import Session  # noqa: PLC0415 (0.2 s)

    class YahooSession(Session):  # type: ignore[type-arg]
        def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Any:
            carries_data = urlsplit(url).path.startswith(_DATA_PATHS)
            if not carries_data:
                kwargs["timeout"] = min(kwargs.get("timeout") or 60.0, _COOKIE_TIMEOUT_S)
            response = super().request(method, _moved(url, base), *args, **kwargs)
            if carries_data:
                last.note(response)
            return response

    return YahooSession(impersonate="chrome")


def _moved(url: str, base: str | None) -> str:
    if base is None:
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}{parts.path}{query}"
