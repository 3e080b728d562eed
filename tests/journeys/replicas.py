"""What stands between Telegram and several bots: a reverse proxy as plain as can be."""

import asyncio
from itertools import cycle

from aiohttp import ClientError, ClientSession, ClientTimeout, web

SECRET = "only-telegram-knows"
PATH = "/hook"
_PATIENCE, _DOWN = ClientTimeout(total=3.0), 10.0


class RoundRobin:
    """Each post goes to the next bot that takes it; one that does not is passed over for a while."""

    def __init__(self, port: int, backends: list[int]) -> None:
        """Stand between a port and those of the bots."""
        self._port = port
        self._backends = backends
        self._turns = cycle(backends)
        self._down: dict[int, float] = {}
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None

    @property
    def url(self) -> str:
        """Where Telegram posts to."""
        return f"http://127.0.0.1:{self._port}{PATH}"

    def environment(self, port: int) -> dict[str, str]:
        """Return what the bot on a port is told."""
        return {
            "WEBHOOK_URL": self.url,
            "WEBHOOK_SECRET": SECRET,
            "LISTEN": f"127.0.0.1:{port}",
        }

    async def start(self) -> None:
        """Listen."""
        self._session = ClientSession(timeout=_PATIENCE)
        app = web.Application()
        app.add_routes([web.post(PATH, self._posted)])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _posted(self, request: web.Request) -> web.Response:
        body = await request.read()
        for _ in self._backends:
            port = next(self._turns)
            if self._down.get(port, 0.0) > asyncio.get_running_loop().time():
                continue
            status = await self._passed_on(port, body, request)
            if status is not None:
                return web.Response(status=status)
            self._down[port] = asyncio.get_running_loop().time() + _DOWN
        return web.Response(status=502)

    async def _passed_on(self, port: int, body: bytes, request: web.Request) -> int | None:
        if self._session is None:
            return None
        to = f"http://127.0.0.1:{port}{PATH}"
        try:
            async with self._session.post(to, data=body, headers=request.headers) as answer:
                return answer.status
        except (ClientError, TimeoutError):
            return None
