"""A real Chromium on the chat page, with the scripted bot behind it."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright

from localchat.page.hooks import LocalChatHooks, PageOptions, ReplayStatus
from localchat.server import Clocks, LocalChat
from tests.journeys.chat import TOKEN
from tests.localchat.scripted_bot import scripted, set_menu
from tests.localchat.telegram_bot import client, polling

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NOTE = "The prices are real; Telegram, its people and the date are simulated on this machine."
FIRST_DAY, LAST_DAY = date(2008, 3, 3), date(2008, 3, 10)


@dataclass
class Days:
    """A replay that moves by calendar days, and remembers what was asked of it."""

    day: date = FIRST_DAY
    steps: list[int] = field(default_factory=list)
    resets: int = 0
    fails: bool = False
    training: str = ""
    seconds: float = 0.05

    async def step(self, sessions: int) -> None:
        await asyncio.sleep(0.05)
        if self.fails:
            raise RuntimeError("the replay broke")
        self.steps.append(sessions)
        self.day = min(LAST_DAY, self.day + timedelta(days=sessions))

    async def train(self) -> None:
        self.training = "GOOG"
        await asyncio.sleep(self.seconds)
        self.training = ""

    async def reset(self) -> None:
        self.day = FIRST_DAY
        self.resets += 1

    def status(self) -> ReplayStatus:
        return ReplayStatus(self.day, True, {"en": NOTE}, LAST_DAY, self.training, trains=True)


@dataclass
class Stage:
    """A served page, the days behind it, and a browser before it."""

    server: LocalChat
    days: Days
    url: str
    browser: Browser | None = None
    faults: list[str] = field(default_factory=list)

    async def tab(self, path: str = "/", **options: Any) -> "Tab":
        """Open the page in a browser context of its own; what it complains of is kept."""
        assert self.browser
        context = await self.browser.new_context(
            **{"viewport": {"width": 1180, "height": 800}, "color_scheme": "light", **options}
        )
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        page.on("request", self._note_request)
        tab = Tab(page)
        await tab.open(self.url + path)
        return tab

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith(self.url):
            self.faults.append(f"foreign request: {request.url}")


class Tab:
    """The page as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.ready()

    async def ready(self) -> None:
        await self.page.wait_for_selector("html[data-ready]", state="attached")

    @property
    def field(self) -> Locator:
        return self.page.locator("textarea")

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("article")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def sees(self, text: str) -> None:
        """Wait until a message with this text is there."""
        await self.messages.filter(has_text=text).last.wait_for()

    async def misses(self, text: str) -> None:
        """Wait until no message has this text."""
        await self.messages.filter(has_text=text).first.wait_for(state="detached")

    async def room(self, name: str) -> None:
        """Open a chat of the list."""
        await self.page.get_by_role("navigation").get_by_role("button", name=name).click()
        await self.page.get_by_role("heading", level=1, name=name).wait_for()


@dataclass
class _Address:
    token: str
    url: str


@asynccontextmanager
async def served(
    data_dir: Path | None = None, *, with_bot: bool = True, port: int = 0
) -> AsyncIterator[Stage]:
    """Serve the page, the scripted bot behind it, without a browser."""
    days = Days()
    hooks = LocalChatHooks(days.step, days.reset, days.status, days.train)
    options = PageOptions(hooks, ("/predict GOOG", "/subscribe GOOG", "/track GOOG"))
    clocks = Clocks(lambda: datetime.now(UTC), time.monotonic)
    server = LocalChat(data_dir, TOKEN, clocks, page=options)
    url = await server.start(port=port)
    try:
        if not with_bot:
            yield Stage(server, days, url)
            return
        async with polling(scripted(client(_Address(TOKEN, url)))) as app:
            await set_menu(app.bot)
            yield Stage(server, days, url)
    finally:
        await server.stop()


@asynccontextmanager
async def staged(data_dir: Path | None = None, *, with_bot: bool = True) -> AsyncIterator[Stage]:
    """Serve the page and start a browser; skips where there is no Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian's package chromium)")
    async with served(data_dir, with_bot=with_bot) as stage, async_playwright() as playwright:
        stage.browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield stage
        finally:
            await stage.browser.close()
