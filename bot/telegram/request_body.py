"""Whether a request to Telegram went out whole before its connection broke."""

from typing import Any

import httpx

_CUT = "cut_in_body"


async def watch_body(request: httpx.Request) -> None:
    """Let a request note whether its connection broke before all of it was written."""

    async def trace(event: str, _info: dict[str, Any]) -> None:
        if event.endswith(("send_request_headers.failed", "send_request_body.failed")):
            request.extensions[_CUT] = True

    request.extensions["trace"] = trace


def was_cut_in_body(error: httpx.HTTPError) -> bool:
    """Return whether the request of an error never was complete, so that it had no effect."""
    try:
        return bool(error.request.extensions.get(_CUT))
    except RuntimeError:
        return False
