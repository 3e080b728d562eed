"""A small server for those who watch the bot: metrics, whether it lives, whether it is ready."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot.errors import UnusableSettingError

_STOP_SECONDS = 1.0
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at the process found.

    Attributes:
        trouble: In words for an operator; empty where there is none.
        signs: Seconds since each sign of life, or other figures worth a line.
    """

    trouble: str
    signs: dict[str, object]

    def answer(self) -> web.Response:
        """Return 200, or 503 where something is wrong, with the reason."""
        status = HTTPStatus.SERVICE_UNAVAILABLE if self.trouble else HTTPStatus.OK
        body = {"ok": not self.trouble, "trouble": self.trouble, **self.signs}
        return web.Response(status=status, text=json.dumps(body) + "\n", content_type=_JSON)


class ProbeServer:
    """Answers on the event loop whose life it tells of: a loop that stands still answers nobody."""

    def __init__(
        self,
        listen: tuple[str, int],
        page: Callable[[], Awaitable[bytes]],
        page_type: str,
        alive: Callable[[], Health],
        ready: Callable[[], Awaitable[Health]],
    ) -> None:
        """Make a server that does not listen yet.

        Args:
            listen: Host and port on this machine.
            page: Returns the metrics.
            page_type: Their content type.
            alive: Whether the process is to be left running.
            ready: Whether people are to be sent to it.
        """
        self._listen = listen
        self._page, self._page_type = page, page_type
        self._alive, self._ready = alive, ready
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            UnusableSettingError: The address is taken, or not this machine's.
        """
        app = web.Application(client_max_size=1024)
        app.add_routes([
            web.get("/metrics", self._metrics),
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
        ])  # fmt: skip
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, *self._listen).start()
        except OSError as err:
            raise UnusableSettingError("METRICS", "{}:{}".format(*self._listen), err) from err

    async def stop(self) -> None:
        """Listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._page(), headers={"Content-Type": self._page_type})

    async def _healthz(self, _request: web.Request) -> web.Response:
        return self._alive().answer()

    async def _readyz(self, _request: web.Request) -> web.Response:
        return (await self._ready()).answer()
