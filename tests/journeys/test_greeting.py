"""Added to a group, the bot says once what it does and what it lacks; its buttons work."""

from dataclasses import replace

import pytest

from localchat.errors import bad_request
from storage.records.chats import Place
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


@pytest.fixture
def club(chat):
    """A group that Carl owns, in which the bot is not yet."""
    group = chat.world.add_group("Club", chat.market_talk.members)
    return chat.world.save_chat(replace(group, bot_status="left"))


def add_bot(chat, group, status="member"):
    return chat.server.people.change_bot(chat.carl.user, chat.world.chats[group.id], status)


async def test_it_greets_once_and_offers_three_first_steps(bot, chat, club):
    """Try, subscribe the group, language; removed and added again it says nothing more."""
    add_bot(chat, club)
    hello = await chat.next_message(club)
    assert "/predict TSLA" in hello.text
    assert "⚠️" not in hello.text
    assert chat.buttons(hello) == ["📈 Try TSLA", "🔔 Subscribe this group", "🌐 Language"]
    chat.ben.press(hello, "📈 Try TSLA")
    chart = await chat.next_message(club, after=hello, where=lambda m: bool(m.photo))
    chat.carl.press(hello, "🔔 Subscribe this group")
    listed = await chat.next_message(club, after=chart)
    chat.carl.press(listed, "🔔 Subscribe AAPL")
    assert "1 subscription here: AAPL" in (await chat.edit_of(listed)).text
    chat.carl.press(hello, "🌐 Language")
    page = await chat.next_message(club, after=listed)
    assert any("Deutsch" in button for button in chat.buttons(page))
    add_bot(chat, club, "kicked")
    add_bot(chat, club)
    asked = chat.ben.say("/help", club)
    await chat.answer_to(asked)
    assert sum("Hello." in message.text for message in chat.of_bot(club)) == 1
    assert chat.unanswered() == []


@pytest.mark.parametrize(("status", "warned"), [("member", True), ("administrator", False)])
async def test_it_says_that_it_may_not_send_photos(bot, chat, club, status, warned):
    """A group may forbid photos to members; to an admin it cannot."""
    chat.world.save_chat(replace(club, photos=False))
    add_bot(chat, club, status)
    assert ("may not send photos" in (await chat.next_message(club)).text) == warned


async def test_it_says_that_it_cannot_see_the_admins(bot, chat, club):
    """Where Telegram does not list them either."""
    chat.expects_refusals = True
    chat.faults.fail("getChatAdministrators", bad_request("CHAT_ADMIN_REQUIRED"), times=None)
    add_bot(chat, club)
    assert "cannot see who is an admin" in (await chat.next_message(club)).text


async def test_a_member_asks_and_an_admin_says_yes(bot, chat):
    """One message tells the admins; what Carl grants is done, what Ben presses is not."""
    talk = chat.market_talk
    refused = await chat.answer_to(chat.ben.say("/subscribe TSLA AAPL", talk))
    assert refused.text == "Only admins of this chat can do that."
    chat.ben.press(refused, "🙋 Ask the admins")
    assert (await chat.edit_of(refused)).text == "I have asked the admins."
    question = await chat.next_message(talk, after=refused)
    assert question.text == "Carl: Ben asks to put TSLA and AAPL on the list here."
    assert question.entities[0].url == f"tg://user?id={chat.carl.id}"
    assert [b.style for row in question.keyboard for b in row] == ["primary", "danger"]
    press = chat.ben.press(question, "✅ Yes")
    assert "Only admins" in (await chat.notice(press)).text
    chat.carl.press(question, "✅ Yes")
    assert "2 subscriptions here: TSLA and AAPL" in (await chat.edit_of(question)).text
    (first, _) = bot.store.blocking.subscriptions(Place(talk.id))
    assert first.added_by == chat.carl.id


async def test_an_admin_says_no_to_a_setting(bot, chat):
    """A typed setting is asked for like a list; a member cannot answer for the admins."""
    talk = chat.market_talk
    refused = await chat.answer_to(chat.ben.say("/settings time 07:30", talk))
    chat.ben.press(refused, "🙋 Ask the admins")
    question = await chat.next_message(talk, after=refused)
    assert question.text == "Carl: Ben asks for /settings time 0730 here."
    assert "Only admins" in (await chat.notice(chat.ann.press(question, "No"))).text
    chat.carl.press(question, "No")
    assert (await chat.edit_of(question)).text == "Carl has said no."


async def test_a_refused_press_is_followed_by_the_button_that_asks(bot, chat):
    """A window has no buttons; pressing again brings no second message."""
    talk = chat.market_talk
    await chat.answer_to(chat.carl.say("/subscribe TSLA", talk))
    shown = await chat.answer_to(
        chat.ben.say("/subscriptions", talk), where=lambda m: "1 subscription" in m.text
    )
    for _ in range(2):
        await chat.notice(chat.ben.press(shown, "✖ TSLA"))
    offer = await chat.next_message(talk, after=shown)
    assert chat.buttons(offer) == ["🙋 Ask the admins"]
    after = await chat.answer_to(chat.ben.say("/help", talk))
    assert [m.id for m in chat.of_bot(talk) if m.id > shown.id] == [offer.id, after.id]
