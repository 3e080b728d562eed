"""`python -m tests.localchat.screens`: the screens of README and docs, from the product as it is.

A newcomer's three weeks on the sample in each of three languages, then every answer in both themes
on phone and desktop: one sheet each. A language can be named: `… screens de`.
Needs Chromium.
"""

import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.localchat.browser import CHROMIUM, FLAGS, Tab
from tests.localchat.test_whole_product import started, step

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PHONE = {"viewport": {"width": 390, "height": 760}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 900, "height": 700}}
DEVICES: dict[str, tuple[dict[str, Any], int]] = {"phone": (PHONE, 6), "desktop": (DESKTOP, 3)}
"""What a browser is told, and how many screens stand in a row of the sheet."""
BEFORE = ("/predict GOOG", "/subscribe GOOG ^GSPC ^IXIC")
ASKED = (
    "/start", "/predict GOOG", "/predict GOOG ^GSPC ^IXIC", "/predict TSLA", "/track", "/model",
    "/backtest GOOG", "/compare GOOG ^GSPC", "/basket GOOG 40 ^GSPC 60", "/rank", "/compare",
    "/verify 1", "/alert GOOG", "/settings", "/help",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a language's screens are found by: the browser's locale, a button, two answers."""

    locale: str
    next_week: str
    digest: str
    came: str


LANGUAGES = {
    "en": Spoken("en-US", "Next week", "surprised", "5 sessions later"),
    "de": Spoken("de-DE", "Nächste Woche", "überrascht", "5 Börsentage später"),
    "ru": Spoken("ru-RU", "Следующая неделя", "удивил", "через 5 сессий"),
}
_GAP = 12
_SCALES = {"phone": 0.9, "desktop": 0.7}
"""Of a sheet: it is to be small, and every word on it readable."""
_SECONDS = 60


@asynccontextmanager
async def tabbed(browser: Browser, url: str, **options: Any) -> AsyncIterator[Tab]:
    """A page in a context of its own."""
    context = await browser.new_context(**options)
    tab = Tab(await context.new_page())
    tab.page.set_default_timeout(60_000)
    await tab.open(url)
    yield tab
    await context.close()


async def live(tab: Tab, spoken: Spoken) -> None:
    """Ask, follow, live through three weeks, and ask everything else."""
    for text in BEFORE:
        await said(tab, text)
    for _ in range(3):
        await step(tab, spoken.next_week)
    for text in ASKED:
        await said(tab, text)


_LAST = """() => {
  const last = [...document.querySelectorAll(".log article")].at(-1);
  return last ? [last.closest(".out") !== null, last.innerText] : [false, ""];
}"""


async def said(tab: Tab, text: str) -> None:
    """Ask and wait until an answer is there and nothing more comes."""
    before = await tab.page.evaluate(_LAST)
    await tab.say(text)
    newest, still = before, 0
    for _ in range(_SECONDS * 2):
        await tab.page.wait_for_timeout(500)
        now = await tab.page.evaluate(_LAST)
        answered = now != before and not now[0]
        still = still + 1 if answered and now == newest else 0
        newest = now
        if still >= 4:
            return


async def shot(tab: Tab, text: str) -> Image.Image:
    """A screen that begins with the newest question of this text, or ends with what tells it."""
    log = tab.page.locator(".log")
    found = tab.messages.filter(has_text=text)
    if text.startswith("/"):
        found = tab.page.locator(".out .bubble").get_by_text(text, exact=True)
    for _ in range(40):
        if await found.count():
            break
        await log.evaluate("log => { log.scrollTop -= 600; }")
        await tab.page.wait_for_timeout(150)
    block = "start" if text.startswith("/") else "center"
    await found.last.evaluate(f"at => at.scrollIntoView({{ block: '{block}' }})")
    await tab.page.wait_for_timeout(700)
    return Image.open(io.BytesIO(await tab.page.screenshot()))


def sheet(screens: list[Image.Image], columns: int) -> Image.Image:
    """Several screens on one picture."""
    width, height = screens[0].size
    rows = -(-len(screens) // columns)
    size = (columns * (width + _GAP) - _GAP, rows * (height + _GAP) - _GAP)
    whole = Image.new("RGB", size, "#8a8f98")
    for number, screen in enumerate(screens):
        row, column = divmod(number, columns)
        whole.paste(screen.convert("RGB"), (column * (width + _GAP), row * (height + _GAP)))
    return whole


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture in 96 colours."""
    return picture.convert("RGB").quantize(96, dither=Image.Dither.NONE)


async def draw(folder: Path, language: str) -> None:
    """Make all of one language."""
    spoken = LANGUAGES[language]
    texts = (*ASKED[:4], spoken.digest, spoken.came, *ASKED[4:])
    async with started(folder) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        async with tabbed(browser, url, locale=spoken.locale, **DESKTOP) as tab:
            await live(tab, spoken)
        for theme in ("light", "dark"):
            for device, (options, columns) in DEVICES.items():
                more = {"color_scheme": theme, "locale": spoken.locale}
                async with tabbed(browser, url, **more, **options) as tab:
                    screens = [await shot(tab, text) for text in texts]
                name = f"{theme}-{device}"
                whole = sheet(screens, columns)
                across, down = (int(side * _SCALES[device]) for side in whole.size)
                whole.resize((across, down), Image.Resampling.LANCZOS).save(
                    IMAGES / f"answers-{language}-{name}.webp", quality=45, method=6
                )
                if language == "en":
                    few_colours(screens[1]).save(IMAGES / f"local-chat-{name}.png", optimize=True)
        await browser.close()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium is not installed")
    for chosen in sys.argv[1:] or LANGUAGES:
        with tempfile.TemporaryDirectory() as temporary:
            asyncio.run(draw(Path(temporary), chosen))
