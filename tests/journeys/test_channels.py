"""Channels over real HTTP: set up from an admin's private chat, told what groups are told."""

import asyncio
from datetime import UTC, datetime

import pytest

from localchat.bot_api import bot_api_json
from storage.records.chats import ForecastMessage, Place
from tests.journeys.product import running_bot
from tests.journeys.unattended import product

TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


@pytest.fixture
async def bot(chat, tmp_path):
    """The whole bot, with prices that end with 2021."""
    async with running_bot(chat, tmp_path) as started:
        yield started


def added(chat, channel, admin):
    return chat.server.people.change_bot(admin.user, channel, "administrator")


@pytest.fixture
async def channel(chat):
    """Carl's channel, with Ben as another admin; its readers are not known to anybody."""
    return chat.channel("Market news", chat.carl, chat.ben, username="market_news")


async def test_an_admin_is_told_in_private_how_to_set_it_up(bot, chat, channel):
    """Nothing is said in the channel; list, zone and recap are set by buttons and words."""
    hello = await chat.answer_to(chat.carl.say("/start"))
    added(chat, channel, chat.carl)
    told = await chat.next_message(chat.carl, after=hello)
    assert "I was added to the channel Market news. Set it up here." in told.text
    assert f"/channel {channel.id} TSLA AAPL" in told.text
    asked = chat.carl.say(f"/channel {channel.id} TSLA aapl")
    page = await chat.answer_to(asked, where=lambda m: "📣 Market news" in m.text)
    assert "List: TSLA and AAPL" in page.text
    for button, said in (
        ("🌍 Zone", "📣 Market news"),
        ("Tokyo", "Time zone: Tokyo"),
        ("⬜ Weekly recap", "After each week: what was promised and what came"),
        ("📋 List", "List: TSLA and AAPL"),
        ("✖ AAPL", "List: TSLA\n"),
        ("‹ Back", "List: TSLA\n"),
    ):
        chat.carl.press(page, button)
        page = await chat.edit_of(chat.world.messages[page.chat_id][page.id])
        assert said in page.text
    assert chat.of_bot(channel) == []
    place = Place(channel.id)
    (held,) = bot.store.blocking.subscriptions(place)
    assert (held.ticker, held.added_by) == ("TSLA", channel.id)
    settings = bot.store.blocking.settings(place)
    assert (settings.recap, settings.zone) == (True, "Asia/Tokyo")


async def test_what_telegram_copies_into_the_linked_group_is_not_asked_there(bot, chat, channel):
    """A post with a command, the bot's name or a cashtag; a member's comment is talk, a command is not."""
    talk = chat.market_talk
    await chat.answer_to(chat.carl.say("/settings cashtags on", talk))
    await chat.photo_for(chat.ann.say("/predict TSLA"))
    said = len(chat.of_bot(talk))
    for text, kind in (
        ("/predict TSLA", "bot_command"),
        ("@tickercast_bot TSLA above 300 in 5 sessions?", "mention"),
        ("$TSLA at the close", "cashtag"),
    ):
        copied = chat.carl.say("copied", talk)
        body = bot_api_json.message(chat.world, copied)
        sender = {"id": channel.id, "type": "channel", "title": channel.title}
        length = len(text.split(" ", maxsplit=1)[0])
        body |= {
            "from": TELEGRAM,
            "sender_chat": sender,
            "is_automatic_forward": True,
            "text": text,
        }
        body |= {"entities": [{"type": kind, "offset": 0, "length": length}]}
        chat.world.tell_bot("message", body)
    chat.ben.say("nice one", talk, reply_to=copied)
    shown = await chat.photo_for(chat.ben.say("/predict TSLA", talk, reply_to=copied))
    assert chat.of_bot(talk)[said:] == [shown]


async def test_in_the_channel_itself_nothing_waits_for_presses(bot, chat, channel):
    """The settings have no buttons there, and no question is asked that nobody can answer."""
    added(chat, channel, chat.carl)
    page = await chat.answer_to(chat.carl.say("/settings", channel))
    assert chat.buttons(page) == []
    assert "/channel @name time 08:30" in page.text
    for typed in ("/call TSLA", "/league on"):
        refused = await chat.answer_to(chat.carl.say(typed, channel))
        assert refused.text.startswith("Calls are for groups")


async def test_only_its_admins_set_it_up(bot, chat, channel):
    """Another admin may, by its name; a stranger learns nothing, by words or by a button."""
    added(chat, channel, chat.carl)
    page = await chat.answer_to(chat.ben.say("/channel @market_news time 07:15"))
    assert "Digest: 07:15 UTC, every day" in page.text
    for typed in ("/channel @market_news", f"/channel {chat.market_talk.id}", "/channel -100123"):
        refused = await chat.answer_to(chat.ann.say(typed))
        assert refused.text.startswith("I know no such channel")
    chat.server.people.change_member(channel, chat.ben.user, "left")
    query = chat.ben.press(page, "⏸ Pause")
    assert (await chat.notice(query)).text.startswith("I know no such channel")
    assert not bot.store.blocking.settings(Place(channel.id)).paused
    usage = await chat.answer_to(chat.ann.say("/channel"))
    assert "/channel @name" in usage.text
    elsewhere = await chat.answer_to(chat.ann.say("/channel", chat.market_talk))
    assert elsewhere.text.startswith("Channels are set up in your private chat")


async def test_a_channel_that_the_bot_left_is_no_channel_any_more(bot, chat, channel):
    """Its list goes with it, and its page says so."""
    added(chat, channel, chat.carl)
    asked = chat.carl.say("/channel @market_news TSLA")
    await chat.answer_to(asked, where=lambda m: "List: TSLA" in m.text)
    chat.carl.kick_bot(channel)
    refused = await chat.answer_to(
        chat.carl.say("/channel @market_news"), where=lambda m: "no such" in m.text
    )
    assert refused
    for _ in range(100):
        if not bot.store.blocking.subscriptions(Place(channel.id)):
            break
        await asyncio.sleep(0.05)
    assert bot.store.blocking.subscriptions(Place(channel.id)) == ()


async def test_commands_in_a_channel_are_those_of_its_admins(bot, chat, channel):
    """A forecast posted there is noted as the channel's; a press under it opens a private chat."""
    added(chat, channel, chat.carl)
    photo = await chat.photo_for(chat.carl.say("/predict TSLA", channel))
    query = chat.ann.press(photo, "5 sessions")
    answered = await chat.notice(query)
    assert answered.url == f"https://t.me/{chat.world.bot.username}?start=TSLA"
    query = chat.ann.press(photo, "🔔 Alert")
    assert (await chat.notice(query)).url.endswith("?start=help")
    shown = await chat.answer_to(chat.ann.say("/start help"))
    assert "/predict" in shown.text
    listed = await chat.answer_to(chat.carl.say("/subscribe TSLA", channel))
    assert "On the list now: TSLA" in listed.text
    assert chat.buttons(listed) == []
    assert bot.store.blocking.find_forecast_message(channel.id, photo.id) is not None


@pytest.mark.slow
async def test_digest_recap_and_what_came_are_posted(chat, tmp_path, channel):
    """A channel is told what a group is told; buttons of its digest ask in private."""
    chat.server.people.change_bot(chat.carl.user, channel, "administrator")
    start = datetime(2021, 12, 6, 0, 30, tzinfo=UTC)
    async with product(chat, tmp_path, start) as bot:
        bot.subscribe(channel, "TSLA", recap=True)
        shown = (await bot.forecasts.answer("TSLA")).issued.id
        note = ForecastMessage(Place(channel.id), 1, shown, None, start, 20)
        bot.store.save_forecast_message(note)
        for day in (7, 8, 9, 10, 11):
            await bot.night(2021, 12, day, 1)
        await bot.at(2021, 12, 11, 2)
        (came,) = chat.of_bot(channel)
        assert "5 sessions later" in came.text
        for day in (14, 15, 16, 17, 18):
            await bot.night(2021, 12, day, 1)
        await bot.at(2021, 12, 18, 8)
    texts = [message.text for message in chat.of_bot(channel)[1:]]
    assert len(texts) == 2
    assert any(text.startswith("Week to Fri, Dec 17, 2021:") for text in texts)
    assert any("Fri, Dec 17" in text and "TSLA" in text for text in texts)
