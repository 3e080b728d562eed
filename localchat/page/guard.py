"""Who may talk to the server: programs and pages of this machine, no other site in a browser."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def loopback_only(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse a request whose Host or Origin is not this server.

    A foreign name that was made to point to 127.0.0.1 fails by its Host header, a foreign page
    by its Origin or by the browser's word on where the request comes from. Following a link to
    the page itself is allowed from anywhere.
    """
    host = request.headers.get("Host", "")
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate":
        site = "none"
    own_origin = origin is None or origin == f"http://{host}"
    if not _is_local(host) or not own_origin or site not in {"none", "same-origin"}:
        raise web.HTTPForbidden(text="this chat answers its own page only")
    return await handler(request)


def _is_local(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in _HOSTS
    except ValueError:
        return False
