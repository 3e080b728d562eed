"""The replay's buttons of the chat page, in a real Chromium."""

import pytest

from tests.localchat.browser import Stage

pytestmark = pytest.mark.slow


async def test_training_is_asked_for_and_shows_how_far_it_is(stage: Stage):
    """The ticker under way and its seconds; no other button works meanwhile."""
    stage.days.seconds = 2.5
    tab = await stage.tab()
    await tab.button("Train tonight").click()
    state = tab.page.locator(".banner .state")
    await tab.page.wait_for_function(
        "() => document.querySelector('.banner .state').textContent === 'training GOOG, 1 s'"
    )
    assert await tab.button("Next session").is_disabled()
    assert await tab.button("Train tonight").is_disabled()
    await tab.page.locator(".banner:not(.busy)").wait_for()
    assert await state.inner_text() == ""
    assert stage.days.steps == []


async def test_replay_buttons_move_the_day_and_start_over_empties_the_chat(stage: Stage):
    """One session, one week, the end of the prices, and back to the first screen."""
    tab = await stage.tab()
    page = tab.page
    await page.get_by_text("Mon, Mar 3, 2008").wait_for()
    await tab.button("Next session").click()
    await page.get_by_text("Tue, Mar 4, 2008").wait_for()
    await tab.button("Next week").click()
    await page.get_by_text("Sun, Mar 9, 2008").wait_for()
    await tab.button("Next session").click()
    await page.get_by_text("the prices end here").wait_for()
    assert await tab.button("Next session").is_disabled()
    assert stage.days.steps == [1, 5, 1]
    await tab.say("/predict GOOG")
    await tab.sees("last close")
    await tab.button("Start over").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert stage.days.resets == 0
    await tab.button("Start over").click()
    await page.get_by_role("dialog").get_by_role("button", name="Start over").click()
    await page.get_by_role("button", name="/predict GOOG").wait_for()
    await page.get_by_text("Mon, Mar 3, 2008").wait_for()
    assert stage.days.resets == 1
    await tab.say("/predict GOOG")
    await tab.sees("last close")
