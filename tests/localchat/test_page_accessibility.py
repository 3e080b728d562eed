"""The page for those who do not see it, or see it badly: axe-core in a real Chromium."""

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

from tests.localchat.browser import Stage, Tab

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(stage: Stage, scheme):
    """Names, roles and contrasts hold on the first screen, in talk, in dialogs, on a phone."""
    tab = await stage.tab(color_scheme=scheme)
    await check(tab, "first screen")
    await tab.say("/predict TSLA")
    await tab.sees("last close")
    await tab.say("/album")
    await tab.sees("Two at once")
    await tab.field.fill("/")
    await check(tab, "talk with menu")
    await tab.field.fill("")
    await tab.page.get_by_role("button", name="Message menu").last.focus()
    await tab.page.keyboard.press("Enter")
    await check(tab, "message menu")
    await tab.page.keyboard.press("Escape")
    await tab.page.get_by_role("button", name="Open photo").first.click()
    await check(tab, "lightbox")
    await tab.page.keyboard.press("Escape")
    await tab.button("Start over").click()
    await check(tab, "question")
    await tab.page.keyboard.press("Escape")
    await tab.page.set_viewport_size({"width": 390, "height": 844})
    await check(tab, "phone")


async def check(tab: Tab, where: str) -> None:
    await tab.page.wait_for_timeout(250)
    found = await Axe().run(tab.page)
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found.response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert serious == [], where
    assert len(found.response["passes"]) > 10, "axe looked at nothing"
