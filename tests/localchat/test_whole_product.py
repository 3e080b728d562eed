"""`python -m bot` without a token, in a real browser: what a newcomer sees in the first minutes."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.localchat.browser import CHROMIUM, FLAGS, Tab

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
START_SECONDS = 90
STEP_MILLISECONDS = 240_000


@asynccontextmanager
async def started(data_dir: Path) -> AsyncIterator[str]:
    """The program as `make run` starts it, on the sample's prices; yields the printed address."""
    environment = {
        **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
        "DATA_DIR": str(data_dir),
        "PRICE_SOURCE": "sample",
        "LISTEN": "127.0.0.1:0",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout
    try:
        async with asyncio.timeout(START_SECONDS):
            found = None
            while found is None:
                line = (await process.stdout.readline()).decode()
                assert line, "the program ended"
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
        yield found.group()
    finally:
        process.terminate()
        async with asyncio.timeout(20):
            await process.communicate()
    assert process.returncode == 0


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Tab]:
    """A browser on the page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1180, "height": 860})
        page.set_default_timeout(30_000)
        tab = Tab(page)
        await tab.open(url)
        yield tab
        await browser.close()


async def step(tab: Tab, name: str) -> None:
    """Press a replay button and wait until the days are lived through."""
    await tab.button(name).click()
    await tab.page.locator(".banner.busy").wait_for()
    await tab.page.locator(".banner:not(.busy)").wait_for(timeout=STEP_MILLISECONDS)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian's chromium)")
async def test_a_newcomer_walks_from_the_start_to_a_resolved_forecast(tmp_path: Path):
    """Welcome, forecast, what the demo has, digest, what came, an honest record; then a restart."""
    async with started(tmp_path) as url, opened(url) as tab:
        await tab.say("/start")
        await tab.sees("/predict GOOG")
        await tab.button("GOOG").click()
        await tab.sees("8 in 10")
        await tab.say("/predict TSLA")
        await tab.sees("This demo has GOOG, the S&P 500 and the Nasdaq.")
        await tab.page.get_by_text("has not seen these days").first.wait_for(state="attached")
        await tab.button("10 sessions").click()
        await tab.button("• 10 sessions •").wait_for()
        await tab.say("/subscribe GOOG")
        for name in ("Next week", "Next week"):
            await step(tab, name)
        await tab.sees("First forecast, from the close of")
        assert await tab.page.get_by_text("That did not work").count() == 0
        await tab.page.reload()
        await tab.ready()
        await tab.sees("First forecast, from the close of")
        await tab.say("/track")
        await tab.sees("All tickers: too early to judge")
        assert await tab.messages.filter(has_text="was trained on").count() == 0
        log = tab.page.locator(".log")
        for _ in range(60):
            if await tab.messages.filter(has_text="5 sessions later").count():
                break
            await log.evaluate("log => { log.scrollTop -= 700; }")
            await tab.page.wait_for_timeout(60)
        await tab.sees("5 sessions later")
        day = await tab.page.locator(".banner strong").inner_text()
    async with started(tmp_path) as url, opened(url) as tab:
        await tab.sees("All tickers: too early to judge")
        assert await tab.page.locator(".banner strong").inner_text() == day
