"""A person keeps a list of tickers in their private chat: adds, looks, removes, sets their time."""

from dataclasses import replace

import pytest

from localchat.state.values import InlineButton
from storage.records.chats import Place
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def ask_zone(chat, person):
    """Subscribe to something first, and return the question for the zone that follows."""
    asked = person.say("/subscribe TSLA")
    return await chat.answer_to(asked, where=lambda m: m.text.startswith("🌍"))


async def test_subscribe_asks_the_zone_once_and_a_press_answers_it(bot, chat):
    """First the list, then one question; pressing a city edits the question into the answer."""
    asked = chat.ann.say("/subscribe tsla $AAPL")
    added = await chat.answer_to(asked)
    assert "On the list now: TSLA and AAPL" in added.text
    question = await chat.next_message(chat.ann, after=added)
    assert question.text.startswith("🌍 Your time zone")
    press = chat.ann.press(question, "Berlin")
    answer = await chat.edit_of(question)
    await chat.notice(press)
    assert "Digest: 08:00, every day. Time zone: Berlin" in answer.text
    again = await chat.answer_to(chat.ann.say("/subscribe BRK.B TSLA"))
    assert "On the list now: BRK-B" in again.text
    assert "already: TSLA" in again.text
    listed = await chat.answer_to(chat.ann.say("/subscriptions"))
    assert "3 subscriptions here: TSLA, AAPL, and BRK-B" in listed.text
    assert sum(m.text.startswith("🌍") for m in chat.of_bot(chat.ann)) == 0


async def test_companies_are_followed_by_name(bot, chat):
    """Names and tickers mix; of a shared name a press follows the one that was meant."""
    added = await chat.answer_to(chat.ann.say("/subscribe tesla, BRK-B"))
    assert added.text.startswith("Read as Tesla (TSLA).\n🔔 On the list now: TSLA and BRK-B")
    which = await chat.answer_to(
        chat.ann.say("/subscribe merck"), where=lambda m: "merck" in m.text
    )
    assert "“merck” may be more than one" in which.text
    assert chat.buttons(which) == ["Merck & Co (MRK)", "Merck KGaA (MRK.DE)"]
    off = await chat.answer_to(chat.ann.say("/unsubscribe tesla"))
    assert "Off the list: TSLA" in off.text


async def test_zone_question_is_answered_after_a_restart(chat, tmp_path):
    """The bot asks, dies, is started again, and still knows what the reply is about."""
    async with running_bot(chat, tmp_path):
        question = await ask_zone(chat, chat.ann)
    async with running_bot(chat, tmp_path):
        asked = chat.ann.say("United States", reply_to=question)
        choice = await chat.answer_to(asked)
        assert "You wrote “United States”." in choice.text
        assert {"New York", "Chicago", "Los Angeles"} <= set(chat.buttons(choice))
        chat.ann.press(choice, "New York")
        assert "Time zone: New York" in (await chat.edit_of(choice)).text


async def test_a_city_typed_without_a_reply_is_taken_while_the_zone_is_unknown(bot, chat):
    """People just type; once the zone is known, a city is a text like any other."""
    early = await chat.answer_to(chat.ann.say("Tokyo"))
    assert "I answer commands" in early.text
    await ask_zone(chat, chat.ann)
    answer = await chat.answer_to(chat.ann.say("são paulo"))
    assert "Time zone: Sao Paulo" in answer.text
    other = await chat.answer_to(chat.ann.say("Berlin"))
    assert "I answer commands" in other.text


async def test_list_buttons_remove_in_place(bot, chat):
    """Each ticker has a button; the list is edited, every press answered."""
    await chat.answer_to(
        chat.ann.say("/subscribe TSLA AAPL"), where=lambda m: m.text.startswith("🌍")
    )
    listed = await chat.answer_to(chat.ann.say("/unsubscribe"))
    presses = [chat.ann.press(listed, "✖ TSLA") for _ in range(2)]
    edited = await chat.edit_of(listed)
    assert "1 subscription here: AAPL" in edited.text
    for press in presses:
        await chat.notice(press)
    gone = await chat.answer_to(chat.ann.say("/unsubscribe all"))
    assert "Off the list: AAPL. Back with /subscribe AAPL" in gone.text
    empty = await chat.answer_to(chat.ann.say("/unsubscribe all"))
    assert "empty already" in empty.text
    assert chat.unanswered() == []


async def test_wrong_tickers_are_told_apart_from_good_ones(bot, chat):
    """What exists is added; what does not is explained; words that are no tickers too."""
    answer = await chat.answer_to(chat.ann.say("/subscribe TSLA NOSUCH"))
    assert "On the list now: TSLA" in answer.text
    assert "The price files here hold no NOSUCH" in answer.text
    await chat.next_message(chat.ann, after=answer)
    unread = await chat.answer_to(chat.ann.say("/subscribe <b>"))
    assert "is not a ticker" in unread.text
    usage = await chat.answer_to(chat.ann.say("/subscribe"))
    assert "/subscribe TSLA AAPL" in usage.text
    missing = await chat.answer_to(chat.ann.say("/unsubscribe AAPL"))
    assert "Not on the list: AAPL" in missing.text
    many = await chat.answer_to(chat.ann.say("/subscribe " + " ".join(f"A{i}" for i in range(21))))
    assert "up to 20 tickers a message" in many.text


async def test_settings_by_buttons(bot, chat):
    """Every page is reached and left in the same message; what was pressed holds."""
    shown = await chat.answer_to(chat.ann.say("/settings"))

    async def press(button):
        nonlocal shown
        before = chat.world.messages[shown.chat_id][shown.id]
        query = chat.ann.press(before, button)
        shown = await chat.edit_of(before)
        await chat.notice(query)

    for button in ("🕗 Time", "19:00", "🌍 Zone", "Tokyo", "📅 Days", "✅ Sat", "✅ Sun", "‹ Back",
                   "💤 Quiet hours", "22:00–07:00", "🔕 Silent", "🌙 Dark", "5 sessions",
                   "⬜ Closed-day note", "✅ What-came replies", "⬜ Weekly recap", "⏸ Pause"):  # fmt: skip
        await press(button)
    assert "Paused" in shown.text
    await press("▶️ Resume")
    for part in ("Digest: 19:00, Mon–Fri. Time zone: Tokyo", "Quiet hours: 22:00 to 07:00",
                 "Sound: never", "Charts: dark, 5 sessions", "closed: a short note", "no reply"):  # fmt: skip
        assert part in shown.text, shown.text
    assert "changed by" not in shown.text
    assert chat.unanswered() == []


async def test_typed_answers_and_direct_forms_of_settings(bot, chat):
    """A button asks, a reply answers; every setting can be typed at once as well."""
    shown = await chat.answer_to(chat.ann.say("/settings"))
    chat.ann.press(shown, "🕗 Time")
    page = await chat.edit_of(shown)
    chat.ann.press(page, "⌨️ Type a time")
    question = await chat.next_message(chat.ann, where=lambda m: m.text.startswith("🕗"))
    assert question.force_reply
    wrong = await chat.answer_to(chat.ann.say("25:00", reply_to=question))
    assert "“25:00” is not a time of day" in wrong.text
    right = await chat.answer_to(chat.ann.say("7:15 pm", reply_to=question))
    assert "Digest: 19:15 UTC" in right.text
    for typed, told in (
        ("/settings zone Kyiv", "Time zone: Kyiv"),
        ("/settings zone +5:45", "Time zone: Kathmandu"),
        ("/settings zone Berln", "You wrote “Berln”."),
        ("/settings zone Munich", "I know no city or zone “Munich”"),
        ("/settings time 8", "Digest: 08:00"),
        ("/settings days mon, wed,fri", "Mon, Wed, and Fri"),
        ("/settings days never", "names no weekdays"),
        ("/settings quiet 23 - 6:30", "Quiet hours: 23:00 to 06:30"),
        ("/settings sound LOUD", "Sound: always"),
        ("/settings sessions 21", "is not a number of sessions"),
        ("/settings closed on", "closed: a short note"),
        ("/settings changes anyone", "a setting of groups"),
        ("/settings colour red", "There is no setting “colour”"),
        ("/pause", "Paused"),
        ("/resume", "Digest: 08:00"),
    ):
        answer = await chat.answer_to(chat.ann.say(typed))
        assert told in answer.text, (typed, answer.text)


async def test_a_list_and_a_person_have_limits(bot, chat):
    """50 tickers a place, 100 a person, each with a sentence; nothing is added beyond."""
    ann, now = chat.ann.id, bot.clock.now()
    bot.store.blocking.subscribe(Place(ann), [f"T{i}" for i in range(49)], ann, now)
    full = await chat.answer_to(chat.ann.say("/subscribe TSLA AAPL"))
    assert "at most 50 tickers" in full.text
    await chat.answer_to(chat.ann.say("/subscribe TSLA"), where=lambda m: "On the list" in m.text)
    bot.store.blocking.subscribe(Place(-77), [f"T{i}" for i in range(50)], ann, now)
    bot.store.blocking.unsubscribe(Place(ann), ["T0"])
    bot.store.blocking.subscribe(Place(-78), ["T0"], ann, now)
    person = await chat.answer_to(chat.ann.say("/subscribe AAPL"))
    assert "One person can put at most 100" in person.text
    assert len(bot.store.blocking.subscriptions(Place(ann))) == 49


async def test_buttons_of_strangers_are_not_trusted(bot, chat):
    """Made-up data is refused with a pop-up and changes nothing."""
    listed = await chat.answer_to(chat.ann.say("/settings"))
    for data in ("v1:s:zone:Mars/Base", "v1:s:sessions:99", "v1:w:+:%%%", "v1:x:999999", "v1:z:../x",
                 "v1:s:paused:maybe", "v1:e:1:y", "v1:a:0", "v1:s:page:nowhere"):  # fmt: skip
        keyboard = ((InlineButton("x", data),),)
        message = chat.world.messages[listed.chat_id][listed.id]
        forged = chat.world.save(replace(message, keyboard=keyboard))
        query = chat.ann.press(forged, "x")
        await chat.notice(query)
    assert bot.store.blocking.settings(Place(chat.ann.id)).sessions == 20
    assert chat.unanswered() == []
