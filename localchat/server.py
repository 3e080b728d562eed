"""The local chat's HTTP server: the Bot API and the page, on loopback only."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from localchat.bot_api.call_record import Recorder
from localchat.bot_api.endpoint import BotApi
from localchat.page.guard import loopback_only
from localchat.page.hooks import PageOptions
from localchat.page.site import Page
from localchat.page.user_actions import People
from localchat.state.blobs import FolderBlobs, MemoryBlobs
from localchat.state.journal import Journal
from localchat.state.values import User
from localchat.state.world_state import World

T = TypeVar("T")

BOT_USERNAME = "tickercast_bot"
_BOT_NAME = "Tickercast"
_LARGEST_REQUEST = 64 * 1024 * 1024
_STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks the chat needs.

    Attributes:
        now: Aware time that messages are dated with; may be a replay's.
        monotonic: Seconds that never go back, for limits and durations.
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]


class LocalChat:
    """One bot's Telegram on this machine."""

    def __init__(
        self,
        data_dir: Path | None,
        token: str,
        clocks: Clocks,
        *,
        page: PageOptions | None = None,
        record: bool = False,
    ) -> None:
        """Make the chat; nothing runs before `start`.

        Args:
            data_dir: Folder that keeps the chat; None keeps it in memory.
            token: The bot's token, `NUMBER:SECRET`; the number is the bot's user id.
            clocks: Times for messages and limits.
            page: What the page is made with; None serves the Bot API alone, to an empty world.
            record: Keep all requests of the bot, for tests.
        """
        folder = data_dir / "localchat" if data_dir else None
        blobs = FolderBlobs(folder / "files") if folder else MemoryBlobs()
        bot = User(int(token.partition(":")[0]), _BOT_NAME, BOT_USERNAME, is_bot=True)
        self.world = World(bot, blobs, clocks.now)
        self.people = People(self.world)
        self._waiting: set[asyncio.Event] = set()
        self.world.observe(lambda _: self._wake())
        self.calls = Recorder(keep=record, announce=self._wake)
        self.api = BotApi(self.world, token, self.calls, clocks.monotonic)
        self._journal = Journal(folder / "journal.jsonl") if folder else None
        if self._journal:
            self._journal.attach(self.world)
        self._page = Page(self.world, self.people, page) if page else None
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the address that goes into `TELEGRAM_API_URL`.

        Args:
            host: A loopback address.
            port: 0 takes a free one.
        """
        app = web.Application(client_max_size=_LARGEST_REQUEST, middlewares=[loopback_only])
        app.add_routes(self.api.routes())
        if self._page:
            app.add_routes(self._page.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.url = f"http://{host}:{taken}"
        return self.url

    async def stop(self) -> None:
        """Send pollers and pages away, stop listening, close the journal."""
        self.api.polling.interrupt()
        if self._page:
            await self._page.stop()
        await self.api.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    async def wait_for(self, find: Callable[[], T | None], seconds: float = 10.0) -> T:
        """Wait until something is found; looked for at each change and each call of the bot.

        Args:
            find: Returns what is waited for, or None.
            seconds: How long to wait.

        Raises:
            TimeoutError: It was not found in time.
        """
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while (found := find()) is None:
                    await changed.wait()
                    changed.clear()
                return found
        finally:
            self._waiting.discard(changed)

    def _wake(self) -> None:
        for changed in self._waiting:
            changed.set()
