"""`python -m tests.localchat.group_screens`: group life on one sheet a language, from the product.

A question answered in a group, a round of the league, a basket, a weekly recap, a guest in a group
that the bot is not in, and a card as it is typed. Needs Chromium.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from localchat.state.scene import BEN_ID, CARLA_ID, YOU_ID
from tests.localchat.browser import CHROMIUM, FLAGS, Tab
from tests.localchat.screens import DESKTOP, IMAGES, PHONE, few_colours, sheet, shot, tabbed
from tests.localchat.test_whole_product import started, step

LANGUAGES = {"en": "en-US", "de": "de-DE"}
_QUESTION = {
    "en": "@{bot} will GOOG be above 550 in 5 sessions?",
    "de": "@{bot} steht GOOG in 5 Handelstagen über 550?",
}
_CARD = {"en": "GOOG above 550 in 5 sessions", "de": "GOOG über 550 in 5 Handelstagen"}
_BASKET = "/basket GOOG 40 ^GSPC 60"
_RECAP = {"en": "Week to", "de": "Woche bis"}
_SECONDS = 60
_POST = """([name, body]) => fetch(`/api/${name}`, {method: "POST",
  headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)}).then(r => r.json())"""


async def act(tab: Tab, name: str, **body: Any) -> Any:
    """What a person does, past the page."""
    return await tab.page.evaluate(_POST, [name, body])


async def state(tab: Tab) -> Any:
    """Everything that the page knows."""
    return await tab.page.evaluate("fetch('/api/state').then(r => r.json())")


async def newest(tab: Tab, chat: int, after: int) -> Any:
    """The bot's newest message of a chat behind another one."""
    for _ in range(_SECONDS * 4):
        known = await state(tab)
        rooms = [room for room in known["rooms"] if room["chat"] == chat]
        found = [m for room in rooms for m in room["messages"] if m["id"] > after]
        own = [m for m in found if m.get("from") == known["bot"]["id"]]
        if own:
            return max(own, key=lambda m: m["id"])
        await tab.page.wait_for_timeout(250)
    raise TimeoutError("the bot did not answer")


async def said(tab: Tab, chat: int, text: str, user: int = YOU_ID) -> Any:
    """Say something and wait for the answer."""
    asked = await act(tab, "say", user=user, chat=chat, text=text)
    return await newest(tab, chat, asked["id"])


async def live(tab: Tab, language: str) -> tuple[str, str, str]:
    """Let the group live through a week; return its room, the guest's, and the bot's name."""
    known = await state(tab)
    groups = {chat["title"]: chat["id"] for chat in known["chats"] if chat["kind"] != "private"}
    talk, club, bot = groups["Market talk"], groups["Weekend club"], known["bot"]["user"]
    for user in (YOU_ID, BEN_ID):
        await act(tab, "language", user=user, language=language)
    await said(tab, talk, f"/settings language {language}", CARLA_ID)
    await said(tab, talk, "/subscribe GOOG ^GSPC", CARLA_ID)
    await said(tab, talk, "/settings recap on", CARLA_ID)
    await said(tab, talk, "/predict GOOG")
    await step(tab, "Next week")
    for user, row in ((YOU_ID, 1), (BEN_ID, 3), (CARLA_ID, 2)):
        if user == YOU_ID:
            question = await said(tab, talk, "/call GOOG", user)
        await act(tab, "press", user=user, chat=talk, message=question["id"], row=row, column=0)
    await said(tab, talk, _BASKET)
    reply = await said(tab, talk, "/chance " + _CARD[language], YOU_ID)
    await act(tab, "say", user=BEN_ID, chat=talk, text="🤔", reply_to=reply["id"])
    await said(tab, club, _QUESTION[language].format(bot=bot), BEN_ID)
    await step(tab, "Next week")
    return f"#{talk}:0", f"#{club}:0", bot


async def draw(folder: Path, language: str) -> None:
    """Make the sheet of a language."""
    async with started(folder) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        async with tabbed(browser, url, **DESKTOP) as tab:
            talk, club, bot = await live(tab, language)
        options = PHONE | {"locale": LANGUAGES[language]}
        screens = []
        async with tabbed(browser, f"{url}/{talk}", **options) as tab:
            asked = (f"/chance {_CARD[language]}", "/call GOOG", _BASKET)
            screens += [await shot(tab, text) for text in asked]
            screens.append(await shot(tab, _RECAP[language]))
        async with tabbed(browser, f"{url}/{club}", **options) as tab:
            await tab.page.wait_for_timeout(1500)
            screens.append(Image.open(io.BytesIO(await tab.page.screenshot())))
            await tab.field.fill(f"@{bot} {_CARD[language]}")
            await tab.page.wait_for_timeout(3000)
            screens.append(Image.open(io.BytesIO(await tab.page.screenshot())))
        few_colours(sheet(screens, 3)).save(IMAGES / f"group-{language}.png", optimize=True)
        await browser.close()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium is not installed")
    for spoken in LANGUAGES:
        with tempfile.TemporaryDirectory() as temporary:
            asyncio.run(draw(Path(temporary), spoken))
