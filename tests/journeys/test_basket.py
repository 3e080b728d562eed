"""A person asks what several tickers may be worth together: `/basket`."""

import io
import re

import pytest
from PIL import Image

from tests.journeys.product import running_bot
from tests.storage.samples import result


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def test_a_basket_is_told_beside_moving_apart_and_with_each_ones_risk(bot, chat):
    """One fan; the shares of the risk add up; every forecast's number is there."""
    answer = await chat.photo_for(chat.ann.say("/basket tesla 40 AAPL 60%"))
    lines = answer.text.split("\nDetails\n", maxsplit=1)[0].splitlines()
    assert lines[0] == "Read as Tesla (TSLA)."
    assert re.match(
        r"Basket · By Jan 31, 2022: most likely −\S+\s% to \+\S+\s% \(8 in 10\)\.", lines[1]
    )
    assert lines[2].startswith("If each moved on its own: −")
    # Below the fold, since the prices are old.
    (told,) = re.findall("^Share of the risk: .*$", answer.text, re.MULTILINE)
    shares = [int(share) for share in re.findall(r"(\d+)\s%", told)]
    assert sum(shares) == 100
    assert re.fullmatch(r"Not investment advice\. #F\d #F\d", lines[-1])
    assert "In it: AAPL 60\u202f%" in answer.text
    picture = Image.open(io.BytesIO(chat.photo(answer)))
    assert picture.size == (1280, 720)


async def test_a_basket_is_kept_and_decided_when_its_forecasts_are(bot, chat):
    """From twenty decided ones on it is told how they ended; asked twice it is kept once."""
    store, now = bot.store.blocking, bot.clock.now()
    for share in range(1, 21):
        who = (chat.ann, chat.ben, chat.carl)[share % 3]
        await chat.photo_for(who.say(f"/basket TSLA {share} AAPL 60"))
    await chat.photo_for(chat.ben.say("/basket TSLA 20 AAPL 60"))
    issued = [store.find_forecast(number) for number in (1, 2)]
    same = [result(one.id, horizon=20, close=one.forecast.close) for one in issued]
    store.resolve(same, now)
    assert store.settle_baskets(now) == 20
    told = await chat.photo_for(chat.ann.say("/basket TSLA 1 AAPL 60"))
    assert "Of 20 baskets so far 20 ended inside their ranges." in told.text


async def test_the_list_of_a_place_is_a_basket_of_equal_shares(bot, chat):
    """Without a list, and with what cannot be read, the way is told."""
    for typed in ("/basket", "/basket TSLA 40 AAPL", "/basket TSLA 0 AAPL 5", "/basket TSLA 5"):
        told = await chat.answer_to(chat.ann.say(typed))
        assert "/basket TSLA 40 AAPL 60" in told.text, typed
    await chat.answer_to(chat.ann.say("/subscribe TSLA AAPL SPY"))
    answer = await chat.photo_for(chat.ann.say("/basket"))
    assert answer.text.count("33\u202f%") >= 3


async def test_a_basket_with_an_unknown_ticker_is_no_basket(bot, chat):
    """It would be another one than asked for."""
    told = await chat.answer_to(chat.ann.say("/basket TSLA 50 NOSUCH 50"))
    assert "NOSUCH" in told.text
    assert not told.photo
