"""People call the bot by name in any chat: `@bot tesla 5`."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.questions.grammar import read_question
from bot.questions.values import ReadQuestion
from storage.records.chats import Place
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def test_a_fan_that_was_uploaded_is_sent_as_a_card(bot, chat):
    """By name, with the picture of the answer before, its numbers and the way to the chart."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    uploads = len(chat.calls.of("sendPhoto"))
    query = await chat.results(chat.ben.inline("tesla"))
    (result,) = query.results
    assert result.title.startswith("Tesla (TSLA): $")
    assert result.photo is not None
    sent = chat.ben.choose(query, result.id, chat.market_talk)
    assert sent.photo[-1] == shown.photo[-1]
    assert sent.text.startswith("TSLA · By Jan 31, 2022: most likely $")
    assert "Not investment advice. #F1" in sent.text
    (button,) = sent.keyboard[0]
    assert button.url == "https://t.me/tickercast_bot?start=predict-TSLA-20"
    assert len(chat.calls.of("sendPhoto")) == uploads
    (call,) = chat.calls.of("answerInlineQuery")
    assert call.raw["is_personal"] in (True, "True", "true")


async def test_numbers_alone_where_the_fan_was_never_uploaded_so(bot, chat):
    """Five sessions ahead were never drawn: an article with the range, not a picture of twenty."""
    await chat.photo_for(chat.ann.say("/predict TSLA"))
    query = await chat.results(chat.ben.inline("tesla 5"))
    (result,) = query.results
    assert (result.photo, "By Jan 7" in result.text) == (None, True)
    assert int(chat.calls.of("answerInlineQuery")[0].raw["cache_time"]) <= 300


async def test_a_ticker_nobody_asked_for_is_never_fetched_inside_the_query(bot, chat):
    """The card leads into the private chat, where the link asks at once."""
    query = await chat.results(chat.ben.inline("AAPL"))
    (result,) = query.results
    assert result.title == "Apple (AAPL): not asked for yet"
    assert bot.store.blocking.forecasts_of("AAPL", 1) == ()
    answer = await chat.photo_for(chat.ben.say("/start predict-AAPL-5"))
    assert "AAPL · By Jan 7" in answer.text


async def test_what_cannot_be_read_yet_gets_the_way_into_private(bot, chat):
    """No result, a button above them; what was asked for last comes where nothing is typed."""
    query = await chat.results(chat.ben.inline("???"))
    assert (query.results, query.start_parameter) == ((), "ask")
    assert "I show where" in (await chat.answer_to(chat.ben.say("/start ask"))).text
    await chat.photo_for(chat.ben.say("/predict TSLA"))
    empty = await chat.results(chat.ben.inline(""))
    assert [result.id for result in empty.results] == ["TSLA:20"]


async def test_forecasts_can_be_shared_by_a_press(bot, chat):
    """The button asks for the same card in a chat that is chosen then."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA 5"))
    share = next(b for row in shown.keyboard for b in row if b.text == "↗ Share")
    assert share.query_chosen == "TSLA 5"
    query = await chat.results(chat.ann.inline(share.query_chosen))
    assert query.results[0].photo == shown.photo[-1]


async def test_what_was_compared_is_shared_as_one_card(bot, chat):
    """The very picture; where it is not at hand, each range; the link asks the same in private."""
    shown = await chat.photo_for(chat.ann.say("/compare TSLA AAPL 5"))
    share = next(b for row in shown.keyboard for b in row if b.text == "↗ Share")
    assert sorted(share.query_chosen.split()) == ["5", "AAPL", "TSLA"]
    query = await chat.results(chat.ben.inline(share.query_chosen))
    together, *each = query.results
    assert (together.photo, together.text) == (shown.photo[-1], shown.text)
    assert [result.title.partition(":")[0] for result in each] == ["Apple (AAPL)", "Tesla (TSLA)"]
    link = together.keyboard[0][0].url.partition("?start=")[2]
    assert (await chat.photo_for(chat.ben.say(f"/start {link}"))).text == shown.text
    other = (await chat.results(chat.ben.inline("apple tesla 10"))).results[0]
    assert (other.photo, other.title) == (None, "AAPL, TSLA")
    assert "AAPL by Jan 14" in other.text
    assert "moves least" in other.text


async def test_a_basket_is_shared_with_its_shares(bot, chat):
    """Typed as it was, or in another order; in other shares it is another basket."""
    shown = await chat.photo_for(chat.ann.say("/basket TSLA 40 AAPL 60"))
    share = next(b for row in shown.keyboard for b in row if b.text == "↗ Share")
    assert share.query_chosen == "TSLA 40 AAPL 60"
    same = (await chat.results(chat.ben.inline("apple 30 tesla 20"))).results[0]
    assert (same.photo, same.text) == (shown.photo[-1], shown.text)
    assert same.title == "In it: AAPL 60\u202f% and TSLA 40\u202f%."
    other = (await chat.results(chat.ben.inline("apple 50 tesla 50"))).results[0]
    assert other.photo is None
    link = other.keyboard[0][0].url.partition("?start=")[2]
    again = await chat.photo_for(chat.ben.say(f"/start {link}"))
    assert "Basket" in again.text


async def test_inline_questions_are_no_rows_and_wait_for_no_chat(bot, chat):
    """They are answered while the person's own chat is at work, and are not kept."""
    chat.ann.say("/predict TSLA AAPL")
    asked = [chat.ann.inline(text) for text in ("t", "te", "tes", "tesla")]
    for query in asked:
        await chat.results(query)
    await asyncio.sleep(0.2)
    with bot.store.blocking.database.reading() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM inbox").scalars().all()
    assert not [body for body in bodies if "inline_query" in body]


async def test_a_price_question_is_a_card_of_its_own(bot, chat):
    """The chance from the forecast that is at hand; its button asks the same in private."""
    asked = await chat.photo_for(chat.ann.say("/chance TSLA above 1000 in 5 sessions"))
    share = next(b for row in asked.keyboard for b in row if b.text == "↗ Share")
    assert share.query_chosen == "TSLA above 1000 2022-01-07"
    again = read_question(share.query_chosen, date(2022, 1, 3), "de")
    assert again == ReadQuestion(("TSLA",), "above", 1000.0, when=date(2022, 1, 7))
    query = await chat.results(chat.ben.inline("tesla above 1000 in 5 sessions"))
    (result,) = query.results
    assert "in 100 by Jan 7, 2022: Tesla above $1,000" in result.title
    assert result.text == asked.text
    (button,) = result.keyboard[0]
    link = button.url.partition("?start=")[2]
    again = await chat.photo_for(chat.ben.say(f"/start {link}"))
    assert again.text == asked.text
    past = await chat.results(chat.ben.inline("tesla above 1000 on 2021-12-01"))
    assert past.results == ()


async def test_a_guest_is_answered_where_the_bot_is_no_member(bot, chat):
    """Called by name in talk: a chance, a card, or what can be asked; each question is kept."""
    club = chat.basic_group("Weekend club", chat.carl, chat.ben)
    chat.world.save_chat(replace(club, bot_status="left"))
    chat.ben.say("what do you think of tesla?", club)
    said = chat.ben.say("@tickercast_bot tesla above 1000 in 5 sessions?", club)
    answer = await chat.answer_to(said)
    assert "in 100, by the close of Fri, Jan 7, 2022: Tesla (TSLA) above $1,000" in answer.text
    assert (answer.reply_to, answer.called_by) == (said.id, chat.ben.id)
    (kept,) = bot.store.blocking.questions_in(Place(chat.ben.id))
    assert (kept.question.user_id, kept.question.low) == (chat.ben.id, 1000.0)
    card = await chat.answer_to(chat.ben.say("and apple 5 @tickercast_bot", club))
    assert "Two that I understand" in card.text
    named = await chat.answer_to(chat.ben.say("@tickercast_bot apple 5", club))
    assert "By Jan 7" in named.text
    assert "Not investment advice" in named.text
    assert len(chat.of_bot(club)) == 3
