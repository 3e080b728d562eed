"""A person at the chat page, in a real Chromium."""

from pathlib import Path

import pytest

from localchat.bot_api.methods.calls import Call
from localchat.bot_api.methods.sending import send_message
from localchat.state.scene import YOU_ID
from tests.localchat.browser import Stage, served

pytestmark = pytest.mark.slow


async def test_a_newcomer_presses_an_example_and_sees_the_chart_large(stage: Stage):
    """First screen, question, typing, photo with marked caption, lightbox by keyboard."""
    tab = await stage.tab()
    page = tab.page
    await page.get_by_text("Telegram, its people and the date are simulated").first.wait_for()
    await page.get_by_role("button", name="/predict GOOG").click()
    await page.get_by_text("sending a photo").wait_for()
    await tab.sees("GOOG · last close $177.57")
    assert await page.locator(".bubble strong", has_text="GOOG").count() == 1
    assert await page.get_by_text("Ask where a price may go").count() == 0
    await page.get_by_role("button", name="Open photo").click()
    box = page.get_by_role("dialog", name="Photo")
    size = await box.locator("img").evaluate("image => [image.naturalWidth, image.width]")
    assert size[0] == 1280
    assert size[1] > 900
    await page.keyboard.press("Escape")
    await box.wait_for(state="detached")
    assert await page.evaluate("document.activeElement.className") == "photo"


async def test_buttons_edit_in_place_alert_and_delete(stage: Stage):
    """A press shows its notice, changes the photo, keeps the focus; the others do as they say."""
    tab = await stage.tab()
    await tab.say("/predict TSLA")
    await tab.sees("last close")
    await tab.button("10").click()
    await tab.page.get_by_role("status").filter(has_text="10 sessions").wait_for()
    await tab.sees("now 10 sessions")
    await tab.page.get_by_text("edited").wait_for()
    assert await tab.button("• 10").count() == 1
    await tab.button("Rules").click()
    dialog = tab.page.get_by_role("dialog", name="A forecast is never a tip.")
    await dialog.get_by_role("button", name="OK").press("Enter")
    await dialog.wait_for(state="detached")
    await tab.button("Delete").click()
    await tab.misses("now 10 sessions")
    await tab.sees("/predict TSLA")


async def test_the_newest_is_in_view_until_one_scrolls_up(stage: Stage):
    """Answers taller than the window keep the end in view; a reader further up is not moved."""
    tab = await stage.tab()
    jump = tab.button("Go to the newest message")
    ends = "log => log.scrollHeight - log.clientHeight - log.scrollTop"
    for number in range(3):
        await tab.say(f"/predict T{number}")
        await tab.sees(f"T{number} · last close")
        assert await tab.page.locator(".log").evaluate(ends) < 120
    assert not await jump.is_visible()
    await tab.page.locator(".log").evaluate("log => { log.scrollTop = 0; }")
    await jump.wait_for()
    await tab.page.evaluate("new Promise(requestAnimationFrame)")
    digest = {"chat_id": YOU_ID, "text": "The digest of today"}
    send_message(stage.server.world, Call("sendMessage", digest, {}))
    await tab.sees("The digest of today")
    assert await tab.page.locator(".log").evaluate("log => log.scrollTop") < 50
    await jump.click()
    await jump.wait_for(state="hidden")


async def test_a_long_talk_is_read_to_its_beginning_and_back(stage: Stage):
    """Rows come from the server on the way up and go from the document on the way down."""
    you = stage.server.world.users[YOU_ID]
    for number in range(300):
        stage.server.people.say(you, None, f"line {number}.")
    tab = await stage.tab()
    log = tab.page.locator(".log")
    await tab.sees("line 299.")
    for _ in range(200):
        await log.evaluate("log => { log.scrollTop -= 900; }")
        if await tab.messages.filter(has_text="line 0.").count():
            break
        await tab.page.wait_for_timeout(30)
    assert await tab.messages.count() <= 160
    texts = await tab.page.locator(".text").all_inner_texts()
    numbers = [int(text.removeprefix("line ").rstrip(".")) for text in texts]
    assert numbers == list(range(len(numbers)))
    assert await tab.messages.filter(has_text="line 299.").count() == 0
    await tab.button("Go to the newest message").click()
    await tab.sees("line 299.")


async def test_commands_open_with_a_slash_and_obey_the_keyboard(stage: Stage):
    """The menu filters while typing; arrows choose, Enter fills in, Escape closes."""
    tab = await stage.tab()
    options = tab.page.get_by_role("listbox", name="Commands").get_by_role("option")
    await tab.field.press_sequentially("/")
    await options.first.wait_for()
    assert await options.all_inner_texts() == [
        "/predict\nWhere a price may go",
        "/subscribe\nA digest each day",
        "/track\nHow earlier forecasts held",
        "/album\nTwo pictures at once",
    ]
    await tab.field.press("ArrowDown")
    active = await tab.field.get_attribute("aria-activedescendant")
    assert "/subscribe" in await tab.page.locator(f"#{active}").inner_text()
    await tab.field.press("Enter")
    assert await tab.field.input_value() == "/subscribe "
    assert await options.count() == 0
    await tab.field.fill("/al")
    assert await options.count() == 1
    await tab.field.press("Escape")
    assert await options.count() == 0


async def test_texts_never_become_markup_and_answers_can_be_chosen(stage: Stage):
    """What looks like HTML stays text; an offered answer is sent as it reads."""
    tab = await stage.tab()
    await tab.say("<img src=x onerror=alert(1)> & <b>bold</b>")
    await tab.say("/subscribe TSLA")
    await tab.sees("Which <b>zone</b>? <img src=x onerror=alert(1)>")
    await tab.sees("<img src=x onerror=alert(1)> & <b>bold</b>")
    assert await tab.page.locator(".bubble img").count() == 0
    await tab.button("New York").click()
    await tab.sees("New York")


async def test_instants_are_in_the_readers_zone_and_what_takes_away_is_red(stage: Stage):
    """Telegram's date-time mark becomes a `time` of this browser; styles become colours."""
    source = '<tg-time unix="1647531900" format="Dt">Mar 17, 15:45 UTC</tg-time>'
    tab = await stage.tab()
    await tab.say("/start")
    red = {"text": "Erase", "callback_data": "x", "style": "danger"}
    text = {"chat_id": YOU_ID, "text": source, "parse_mode": "HTML"}
    markup = {"reply_markup": {"inline_keyboard": [[red]]}}
    send_message(stage.server.world, Call("sendMessage", {**text, **markup}, {}))
    shown = tab.page.locator(".text time")
    assert await shown.get_attribute("datetime") == "2022-03-17T15:45:00.000Z"
    assert await shown.get_attribute("title") == "Mar 17, 15:45 UTC"
    here = await tab.page.evaluate(
        "new Date(1647531900000).toLocaleTimeString(undefined, {hour: '2-digit', minute: '2-digit'})"
    )
    said = await shown.inner_text()
    assert "2022" in said
    assert said.endswith(here)
    assert "danger" in str(await tab.button("Erase").get_attribute("class"))


async def test_albums_are_grids_and_silence_is_marked(stage: Stage):
    """Two photos of an album share one bubble; arrow keys go from one to the other."""
    tab = await stage.tab()
    await tab.say("/album")
    await tab.sees("Two at once")
    photos = tab.page.get_by_role("button", name="Open photo")
    assert await tab.page.locator(".album").count() == 1
    assert await photos.count() == 2
    assert await tab.page.get_by_role("img", name="arrived silently").count() == 1
    await photos.first.click()
    await tab.page.get_by_text("1 of 2").wait_for()
    await tab.page.keyboard.press("ArrowRight")
    await tab.page.get_by_text("2 of 2").wait_for()
    await tab.button("Close photo").click()


async def test_the_group_and_its_topic(stage: Stage):
    """Members talk, the bot hears commands only and answers in the topic; others see a count."""
    tab = await stage.tab()
    await tab.room("Tesla")
    await tab.page.locator(".composer select").select_option(label="Ben")
    await tab.say("I like this one")
    await tab.sees("I like this one")
    await tab.say("/predict@tickercast_bot TSLA")
    await tab.sees("last close")
    names = await tab.page.locator(".bubble .sender:visible").all_inner_texts()
    assert names == ["Tickercast"]
    await tab.room("General")
    assert await tab.messages.count() == 0
    await tab.page.locator(".side-head select").select_option(label="Carla (admin)")
    await tab.room("Tesla")
    assert await tab.page.locator(".bubble .sender:visible").all_inner_texts() == [
        "Ben",
        "Tickercast",
    ]


async def test_two_tabs_are_two_people(stage: Stage):
    """What one writes, edits and deletes, the other sees at once, with a count when away."""
    first, second = await stage.tab(), await stage.tab()
    await second.page.locator(".side-head select").select_option(label="Ben")
    await first.room("General")
    await first.say("hello Ben")
    badge = second.page.locator(".unread")
    await badge.wait_for()
    assert (await badge.inner_text()).split() == ["1", "unread"]
    await second.room("General")
    await second.sees("hello Ben")
    await first.field.press("ArrowUp")
    assert await first.field.input_value() == "hello Ben"
    await first.say("hello Ben, edited")
    await second.sees("hello Ben, edited")
    await second.page.get_by_role("button", name="Message menu").focus()
    await second.page.keyboard.press("Enter")
    items = second.page.get_by_role("menuitem")
    assert await items.all_inner_texts() == ["Reply", "Copy text"]
    await items.filter(has_text="Reply").press("Enter")
    await second.say("hello You")
    await first.sees("hello You")
    await first.page.get_by_role("button", name="Message menu").first.focus()
    await first.page.keyboard.press("Enter")
    await first.page.get_by_role("menuitem", name="Delete").press("Enter")
    await second.misses("hello Ben, edited")


async def test_a_reload_in_the_middle_loses_nothing(stage: Stage):
    """A reload while the bot works keeps room and messages, and the answer still comes."""
    tab = await stage.tab()
    await tab.room("Tesla")
    await tab.say("/predict AAPL")
    await tab.page.reload()
    await tab.ready()
    await tab.sees("/predict AAPL")
    await tab.sees("AAPL · last close")
    assert await tab.page.get_by_role("heading", level=1).inner_text() == "Tesla"


async def test_the_page_comes_back_when_the_program_does(stage: Stage, tmp_path: Path):
    """With the server gone the page says so; it goes on where it was afterwards."""
    tab = await stage.tab()
    await tab.say("before")
    await tab.sees("before")
    port = int(stage.url.rpartition(":")[2])
    await stage.server.stop()
    await tab.page.get_by_text("The program does not answer").wait_for()
    stage.faults.clear()
    async with served(tmp_path, with_bot=False, port=port):
        await tab.page.get_by_text("The program does not answer").wait_for(state="hidden")
        await tab.sees("before")
        await tab.say("after")
        await tab.sees("after")
        assert await tab.page.get_by_text("before", exact=True).count() == 1
        await tab.page.close()
        stage.faults.clear()


async def test_inline_results_and_files(stage: Stage):
    """Typing the bot's name shows its results; a file is sent as a document."""
    tab = await stage.tab()
    await tab.room("General")
    await tab.field.fill("@tickercast_bot TSLA")
    await tab.page.get_by_role("listbox").get_by_role("option", name="TSLA Share it").wait_for()
    await tab.field.press("Enter")
    await tab.sees("TSLA: see the chart")
    await tab.page.locator("input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": b"ticker\nTSLA\n"}
    )
    await tab.sees("list.csv")
    assert await tab.field.input_value() == ""


async def test_theme_follows_the_system_until_it_is_chosen(stage: Stage):
    """Dark by system, light by choice, and the choice outlives a reload."""
    tab = await stage.tab(color_scheme="dark")
    shade = "getComputedStyle(document.querySelector('.side')).backgroundColor"
    assert await tab.page.evaluate(shade) == "rgb(23, 33, 43)"
    await tab.button("Switch between light and dark").click()
    assert await tab.page.evaluate(shade) == "rgb(255, 255, 255)"
    await tab.page.reload()
    await tab.ready()
    assert await tab.page.evaluate(shade) == "rgb(255, 255, 255)"


async def test_on_a_phone_chats_and_room_are_two_screens(stage: Stage):
    """Nothing is wider than the screen; the way to the chats and back is a press."""
    tab = await stage.tab(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    await tab.page.get_by_role("button", name="/predict GOOG").tap()
    await tab.sees("last close")
    assert await tab.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not await tab.page.get_by_role("navigation").is_visible()
    await tab.button("Back to the chats").tap()
    await tab.page.get_by_role("navigation").get_by_role("button", name="Tesla").tap()
    await tab.page.get_by_role("heading", level=1, name="Tesla").wait_for()
    assert await tab.page.locator("textarea").is_visible()
