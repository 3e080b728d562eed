"""A week in which the price service fails in turn: every digest once, no false close anywhere."""

from datetime import UTC, date, datetime

import pytest
from pydantic import SecretStr

from forecasting.values import Bars
from tests.forecasting.prices.alphavantage_market import BURST
from tests.forecasting.prices.market import make_bars
from tests.forecasting.prices.planted import scaled
from tests.forecasting.prices.services import CONSENT, Answer, running
from tests.forecasting.prices.yahoo_market import YahooMarket
from tests.journeys.product import write_prices
from tests.journeys.unattended import product, texts

TRUE = make_bars("ACME", date(2021, 12, 31), n=400, start_price=50.0)
SPY = make_bars("SPY", date(2021, 12, 31), n=400, start_price=470.0)
AWAY = Answer(503, "away", "text/plain")


def until(day: date) -> Bars:
    return TRUE.between(None, day)


def wrong_on(day: date) -> Bars:
    """Pounds for pence on a day that has just closed."""
    return scaled(until(day), slice(-1, None), 0.01)


@pytest.mark.slow
async def test_a_week_in_which_the_source_fails_in_turn(chat, tmp_path):
    """Cut answers, pounds for pence, 503, a consent page, burst notes: what is told is true."""
    market = YahooMarket({"ACME": until(date(2021, 12, 13)), "SPY": SPY})
    burst = Answer(body={"Information": BURST})
    with (
        running(market.respond, "/v8/finance/chart/ACME") as service,
        running(lambda *_: burst, "/query") as second,
    ):
        changes = {
            "price_source": ("yahoo", "alphavantage"),
            "yahoo_url": service.url,
            "alphavantage_url": second.url,
            "alphavantage_api_key": SecretStr("K"),
        }
        now = datetime(2021, 12, 13, 23, tzinfo=UTC)
        async with product(chat, tmp_path, now, admin_ids=(chat.ben.id,), **changes) as bot:
            chat.ben.say("hello")
            bot.subscribe(chat.ann, "ACME")
            await _day(bot, service, market, 14, until(date(2021, 12, 13)))
            await _day(bot, service, market, 15, until(date(2021, 12, 14)).rows(slice(-30, None)))
            await _day(bot, service, market, 16, wrong_on(date(2021, 12, 15)))
            await _day(bot, service, market, 17, until(date(2021, 12, 16)), AWAY)
            await _day(bot, service, market, 18, until(date(2021, 12, 17)), CONSENT)
            told = texts(chat, chat.ann)
            operators = "\n".join(texts(chat, chat.ben))
            issued = bot.store.forecasts_of("ACME", 50, date(2022, 1, 1))
            results = bot.store.resolutions_of("ACME")
    assert len(told) == 5
    assert second.requests("/query"), "the second source was asked and said: a burst"
    for text, day in zip(told, range(13, 18), strict=True):
        assert f"Dec {day}, 2021" in text
        assert f"${_close(day):,.2f}" in text
    assert sum("This digest is late" in text for text in told) >= 1
    assert operators.count("Digests have waited for prices") >= 1
    assert operators.count("Prices can be had again") >= 1
    for one in issued:
        assert one.forecast.close == pytest.approx(_close(one.forecast.as_of.day), rel=1e-6)
    for result in (found.resolution for found in results):
        assert result.close == pytest.approx(_close(result.target.day), rel=1e-6)
    assert results


def _close(day: int) -> float:
    return float(TRUE.between(None, date(2021, 12, day)).close[-1])


async def _day(bot, service, market, day: int, shown: Bars, instead: Answer | None = None):
    """Live through a morning with a fault until eleven; then the service answers rightly."""
    market.bars["ACME"], service.always = shown, instead
    await bot.night(2021, 12, day)
    for hour, minute in ((8, 0), (9, 0), (10, 0), (11, 0)):
        await bot.at(2021, 12, day, hour, minute)
    market.bars["ACME"], service.always = until(date(2021, 12, day - 1)), None
    for hour in (12, 13):
        await bot.at(2021, 12, day, hour, 30)
    await bot.night(2021, 12, day, 14)


async def test_a_digest_without_prices_comes_late_and_says_so(chat, tmp_path):
    """Prices from noon on: one digest at noon, an alarm after an hour, and one when it is over."""
    prices = write_prices(tmp_path / "prices", {"TSLA": 1056.78, "SPY": 474.96})
    whole = (prices / "TSLA.csv").read_text()
    rows = whole.splitlines()
    cut = [row for row in rows if row[:10] < "2021-12-14" or not row[0].isdigit()]
    (prices / "TSLA.csv").write_text("\n".join(cut) + "\n")
    async with product(chat, tmp_path, admin_ids=(chat.ben.id,)) as bot:
        chat.ben.say("hello")
        bot.subscribe(chat.ann, "TSLA")
        for hour, minute in ((8, 0), (8, 30), (9, 5), (11, 30)):
            await bot.at(2021, 12, 15, hour, minute)
        assert texts(chat, chat.ann) == []
        (prices / "TSLA.csv").write_text(whole)
        await bot.at(2021, 12, 15, 12, 45)
        await bot.at(2021, 12, 15, 13, 30)
    (text,) = texts(chat, chat.ann)
    assert "This digest is late" in text
    assert "Tue, Dec 14, 2021" in text
    alarms = texts(chat, chat.ben)
    assert [("waited for prices since" in a, "had again" in a) for a in alarms] == [
        (True, False),
        (False, True),
    ]


async def test_followers_of_an_ended_ticker_are_told_once_and_it_leaves_the_list(chat, tmp_path):
    """Its exchange has traded for months since; no forecast of it is written down."""
    prices = write_prices(tmp_path / "prices", {"TSLA": 1056.78, "SPY": 474.96, "GONE": 20.0})
    rows = (prices / "GONE.csv").read_text().splitlines()
    cut = [row for row in rows if row[:10] < "2021-09-01" or not row[0].isdigit()]
    (prices / "GONE.csv").write_text("\n".join(cut) + "\n")
    async with product(chat, tmp_path) as bot:
        place = bot.subscribe(chat.ann, "GONE", "TSLA")
        await bot.night(2021, 12, 15)
        await bot.at(2021, 12, 15, 1, 30)
        await bot.night(2021, 12, 16)
        await bot.at(2021, 12, 16, 1, 30)
        assert [held.ticker for held in bot.store.subscriptions(place)] == ["TSLA"]
        assert bot.store.forecasts_of("GONE", 5, date(2022, 1, 1)) == ()
    notes = [text for text in texts(chat, chat.ann) if "GONE" in text]
    assert len(notes) == 1
    assert "last traded on Tue, Aug 31, 2021" in notes[0]
