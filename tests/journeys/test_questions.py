"""People ask in words: in private, by command, by mention and by reply; price alerts included."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from forecasting.chances import chance_above
from storage.records.chats import Place
from storage.records.ledger import Resolution
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def test_a_question_gets_one_line_a_picture_and_a_number(bot, chat):
    """The chance leads; the answer is written down with the forecast it is read from."""
    answer = await chat.photo_for(chat.ann.say("Will Tesla be above 1000 in 5 sessions?"))
    first, *rest = answer.text.split("\n")
    assert "in 100, by the close of Fri, Jan 7, 2022: Tesla (TSLA) above $1,000" in first
    assert any("Forecast #F1." in line for line in rest)
    assert Image.open(io.BytesIO(chat.photo(answer))).size == (1280, 560)
    (kept,) = bot.store.blocking.questions_in(Place(chat.ann.id))
    asked = kept.question
    assert (asked.forecast_id, asked.horizon, asked.relation, asked.low) == (1, 5, "above", 1000.0)
    forecast = bot.store.blocking.find_forecast(1).forecast
    assert asked.chance == pytest.approx(chance_above(forecast, 1000.0, 5))
    assert first.startswith(f"{round(100 * asked.chance)} in 100")
    again = await chat.photo_for(chat.ann.say("/chance TSLA above 1000 in 5 sessions"))
    assert again.text == answer.text
    assert len(bot.store.blocking.questions_in(Place(chat.ann.id))) == 1


async def test_what_came_of_such_answers_is_said_once_there_are_twenty(bot, chat):
    """Each is decided by the close of its day; five of twenty came true."""
    ask = "/chance TSLA above 1000 in 5 sessions"
    assert "came true" not in (await chat.photo_for(chat.ann.say(ask))).text
    store, now = bot.store.blocking, bot.clock.now()
    (kept,) = store.questions_in(Place(chat.ann.id))
    target = store.find_forecast(1).forecast.targets[0]
    for price in range(20):
        asked = replace(kept.question, horizon=1, target=target, low=900.0 + price)
        store.add_question(asked, now)
    store.resolve([Resolution(1, 1, target, "resolved", close=904.5)], now)
    assert store.settle_questions(now) == 20
    said = round(100 * kept.question.chance)
    answer = await chat.photo_for(chat.ann.say(ask))
    assert f"Such answers came true 25 of 100 times when I said {said}." in answer.text


async def test_other_questions(bot, chat):
    """Far days, per cent, where, and which is calmer."""
    far = await chat.photo_for(chat.ann.say("/chance TSLA above 5000 by Christmas"))
    assert far.text.startswith("Under 3 in 100")
    assert "My forecasts reach 20 sessions ahead" in far.text
    # The twentieth session is Mon, Jan 31; the market trades on the day after.
    next_day = await chat.photo_for(chat.ann.say("/chance TSLA above 1000 on February 1, 2022"))
    assert "so this is for Mon, Jan 31, 2022" in next_day.text
    assert "no trading day" not in next_day.text
    move = await chat.photo_for(chat.ann.say("TSLA ±10 % in 10 sessions"))
    assert "Tesla (TSLA) below $951.10 or above $1,162.46" in move.text
    where = await chat.photo_for(chat.ann.say("where will apple be in 10 sessions?"))
    assert "Apple (AAPL) by the close of Fri, Jan 14, 2022: most likely" in where.text
    calmer = await chat.photo_for(chat.ann.say("is AAPL calmer than TSLA?"))
    assert "is the calmer one" in calmer.text


async def test_a_name_alone_is_a_forecast_and_the_rest_gets_examples(bot, chat):
    """In private nothing stays without an answer."""
    named = await chat.photo_for(chat.ann.say("tesla"))
    assert "Read as Tesla (TSLA)." in named.text
    for text in ("will tesla not be above 300?", "what a day", "300 people on Friday"):
        answer = await chat.answer_to(chat.ann.say(text))
        assert "Two that I understand" in answer.text
    usage = await chat.answer_to(chat.ann.say("/chance"))
    assert "/chance TSLA above 300 on Friday" in usage.text
    reach = await chat.answer_to(chat.ann.say("will tesla hit 1500 by Friday?"))
    assert "not whether it gets there" in reach.text


async def test_who_says_which_company_is_answered_the_whole_question(bot, chat):
    """A press takes up the price and the day that were asked, not only the company."""
    alphabet = chat.ann.say("will alphabet be above 150 in 5 sessions?")
    which = await chat.answer_to(alphabet)
    assert "Press the one you mean" in which.text
    assert len(chat.buttons(which)) == 2
    seen = len(chat.of_bot())
    chat.ann.press(which, "Alphabet A (GOOGL)")
    await chat.wait(lambda: len(chat.of_bot()) > seen)
    assert "GOOGL" in chat.of_bot()[-1].text
    cash = await chat.photo_for(chat.ann.say("$TSLA above 1000 in 5 sessions?"))
    assert "Tesla (TSLA) above $1,000" in cash.text


async def test_what_has_no_honest_answer_is_refused_plainly(bot, chat):
    """Another currency, a day gone by, two names for one."""
    euro = await chat.answer_to(chat.ann.say("will tesla be above 300 € in 5 sessions?"))
    assert "TSLA is quoted in USD" in euro.text
    past = await chat.answer_to(chat.ann.say("will tesla be above 300 on 2021-12-01?"))
    assert "That day has gone by" in past.text


async def test_in_groups_only_mentions_and_replies_count(bot, chat):
    """Talk is left alone; who addresses the bot is answered as a reply."""
    talk = chat.market_talk
    # Telegram hands mentions and talk to a bot that is an admin; in privacy mode only replies.
    talk = chat.server.people.change_bot(chat.carl.user, talk, "administrator")
    chat.ann.say("will tesla be above 1000 in 5 sessions?", talk)
    said = chat.ben.say(f"@{chat.world.bot.username} will tesla be above 1000 in 5 sessions?", talk)
    answer = await chat.photo_for(said)
    assert answer.reply_to == said.id
    assert len([m for m in chat.of_bot(talk) if m.photo]) == 1
    reply = chat.ann.say("and below 900 in 5 sessions", talk, reply_to=answer)
    unread = await chat.answer_to(reply)
    assert "Two that I understand" in unread.text
    (kept,) = bot.store.blocking.questions_in(Place(talk.id))
    assert kept.question.user_id == chat.ben.id


async def test_a_reply_to_a_forecast_need_not_name_its_ticker(bot, chat):
    """What is asked below a chart is about it; talk below it is not read as a question."""
    shown = await chat.photo_for(chat.ben.say("/predict TSLA", chat.market_talk))
    # It is noted as the forecast's message before its answer counts as given.
    await chat.answer_to(chat.ben.say("/disclaimer", chat.market_talk))
    said = chat.ann.say("will it be above 1000 in 5 sessions?", chat.market_talk, reply_to=shown)
    assert "Tesla (TSLA) above $1,000" in (await chat.photo_for(said)).text
    talk = chat.ann.say("up 10 % lol", chat.market_talk, reply_to=shown)
    assert "Two that I understand" in (await chat.answer_to(talk)).text


async def test_price_alerts_in_plain_words(bot, chat):
    """By command with or without a side, and as a sentence in several languages."""
    above = await chat.answer_to(chat.ann.say("/alert TSLA 1200"))
    assert "Tesla (TSLA): I tell you once when a close is above $1,200" in above.text
    below = await chat.answer_to(chat.ann.say("/alert tesla 900"))
    assert "when a close is below $900" in below.text
    there = await chat.answer_to(chat.ann.say("/alert tesla above 900"))
    assert "is there already" in there.text
    for text in (
        "tell me when apple closes below 150",
        "Sag mir, wenn Apple unter 149 schließt",
        "avísame cuando apple cierre por debajo de 148",
        "préviens-moi quand apple clôture sous 147",
        "me avise quando a apple fechar abaixo de 146",
        "сообщи, когда Apple закроется ниже 145",
    ):
        told = await chat.answer_to(chat.ann.say(text))
        assert "Apple (AAPL): I tell you once when a close is below" in told.text, text
    listed = await chat.answer_to(chat.ann.say("/alerts"))
    assert "8 alerts wait here" in listed.text
    assert "TSLA: a close above 1,200" in listed.text
