"""People call the bot by name in any chat: `@bot tesla 5`."""

import asyncio

import pytest

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
    assert sent.text.startswith("TSLA · By Jan 31: most likely $")
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
