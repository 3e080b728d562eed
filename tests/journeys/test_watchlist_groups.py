"""A group keeps a list together: admins change it, members if an admin lets them, topic by topic."""

import pytest

from localchat.bot_api import bot_api_json
from storage.records.chats import Place
from tests.journeys.product import running_bot

ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


def listed(bot, chat, topic=0):
    place = Place(chat.market_talk.id, topic)
    return [entry.ticker for entry in bot.store.blocking.subscriptions(place)]


async def test_members_need_an_admins_leave(bot, chat):
    """Ben may look but not change, by words or buttons, until Carl lets anyone; then he may."""
    talk = chat.market_talk
    refused = await chat.answer_to(chat.ben.say("/subscribe TSLA", talk))
    assert refused.text == "Only admins of this chat can do that."
    await chat.answer_to(chat.carl.say("/subscribe TSLA", talk))
    shown = await chat.answer_to(
        chat.ben.say("/subscriptions", talk), where=lambda m: "1 subscription" in m.text
    )
    press = chat.ben.press(shown, "✖ TSLA")
    assert "Only admins" in (await chat.notice(press)).text
    settings = await chat.answer_to(
        chat.ben.say("/settings", talk), where=lambda m: m.text.startswith("Settings")
    )
    assert "changed by: admins only" in settings.text
    press = chat.ben.press(settings, "Let anyone change")
    assert "Only admins" in (await chat.notice(press)).text
    assert listed(bot, chat) == ["TSLA"]
    chat.carl.press(settings, "Let anyone change")
    assert "changed by: anyone" in (await chat.edit_of(settings)).text
    allowed = await chat.answer_to(chat.ben.say("/subscribe AAPL", talk))
    assert "On the list now: AAPL" in allowed.text
    lock = chat.ben.press(chat.world.messages[talk.id][settings.id], "Only admins change")
    assert "Only admins" in (await chat.notice(lock)).text
    assert chat.unanswered() == []


async def test_each_topic_has_its_own_list(bot, chat):
    """What a topic follows is answered in the topic and stays out of the others."""
    talk = chat.market_talk
    asked = chat.carl.say("/subscribe AAPL", talk, topic=chat.tesla)
    answer = await chat.answer_to(asked)
    assert (answer.thread_id, answer.reply_to) == (chat.tesla.id, asked.id)
    await chat.answer_to(chat.carl.say("/subscribe TSLA", talk))
    assert listed(bot, chat, chat.tesla.id) == ["AAPL"]
    assert listed(bot, chat) == ["TSLA"]


async def test_question_in_a_topic_is_answered_by_an_admins_reply_after_a_restart(chat, tmp_path):
    """Privacy mode lets only replies through; a member's reply changes nothing."""
    talk, topic = chat.market_talk, chat.tesla
    async with running_bot(chat, tmp_path):
        asked = chat.carl.say("/subscribe TSLA", talk, topic=topic)
        question = await chat.answer_to(asked, where=lambda m: m.text.startswith("🌍"))
        assert not question.force_reply
    async with running_bot(chat, tmp_path) as bot:
        member = chat.ben.say("Tokyo", talk, topic=topic, reply_to=question)
        assert "Only admins" in (await chat.answer_to(member)).text
        admin = chat.carl.say("London", talk, topic=topic, reply_to=question)
        assert "Time zone: London" in (await chat.answer_to(admin)).text
        store = bot.store.blocking
        assert store.settings(Place(talk.id, topic.id)).zone == "Europe/London"
        assert store.settings(Place(talk.id)).zone is None


async def test_talk_that_replies_to_other_messages_is_left_alone(bot, chat):
    """Replies to the bot's charts and lists are talk between people."""
    talk = chat.market_talk
    answer = await chat.answer_to(chat.carl.say("/subscriptions", talk))
    chat.ben.say("Berlin is nice", talk, reply_to=answer)
    after = await chat.answer_to(chat.ben.say("/subscriptions", talk))
    assert [m.id for m in chat.of_bot(talk)] == [answer.id, after.id]


async def test_an_anonymous_admin_is_an_admin_and_a_channel_is_not(bot, chat):
    """Telegram gives the group's own name only to its admins."""
    talk = chat.market_talk
    for sender, told in ((talk.id, "On the list now: TSLA"), (-100999, "Only admins")):
        asked = chat.carl.say("it is me", talk)
        body = bot_api_json.message(chat.world, asked)
        body |= {
            "from": ANONYMOUS,
            "sender_chat": {"id": sender, "type": "supergroup", "title": "Market talk"},
            "text": "/subscribe TSLA",
            "entities": [{"type": "bot_command", "offset": 0, "length": 10}],
        }
        chat.world.tell_bot("message", body)
        await chat.answer_to(asked, where=lambda m, told=told: told in m.text)
    (entry,) = bot.store.blocking.subscriptions(Place(talk.id))
    assert entry.added_by == talk.id


async def test_a_group_is_offered_the_weekly_recap_with_its_first_ticker(bot, chat):
    """Off until an admin presses; a second ticker does not offer it again."""
    first = await chat.answer_to(chat.carl.say("/subscribe TSLA", chat.market_talk))
    assert chat.buttons(first) == ["⬜ Weekly recap"]
    chat.carl.press(first, "⬜ Weekly recap")
    assert "After each week: what was promised and what came" in (await chat.edit_of(first)).text
    second = await chat.answer_to(
        chat.carl.say("/subscribe AAPL", chat.market_talk), where=lambda m: "AAPL" in m.text
    )
    assert chat.buttons(second) == []
    typed = await chat.answer_to(chat.carl.say("/settings recap off", chat.market_talk))
    assert "After each week: no recap" in typed.text
