"""What is told beside a forecast: found once, and another picture has another name."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bot.answers.forecasts import ForecastDesk
from bot.answers.surroundings import Surroundings, fan_name
from bot.awaitable_store import AwaitableStore
from bot.clock import ReplayClock
from bot.worker import Worker
from forecasting.announcements.known import PRE, Announcements, Certainty
from forecasting.charts.ladder import rung_of
from forecasting.model.serving import load_pretrained
from storage.store import open_store
from tests.bot.markets import Shop, after_close, walk

KO, SPY = walk("KO", 700), walk("SPY", 700, seed=9)


class Dates:
    """Knows one coming day."""

    name = "made-up"

    def __init__(self, day, certainty):
        self.day, self.certainty, self.asked = day, certainty, 0

    def announcements(self, ticker, now):
        self.asked += 1
        days = np.array([self.day], "datetime64[D]")
        return Announcements(
            ticker, days, np.array([PRE], np.int8), "made-up", certainty=self.certainty
        )


@pytest.fixture
def world(tmp_path):
    store, worker = open_store(f"sqlite:///{tmp_path / 'beside.db'}"), Worker()
    waiting, clock = AwaitableStore(store, worker), ReplayClock(after_close(KO, -2))
    model = load_pretrained()

    def made(dates):
        shop = Shop({"KO": KO, "SPY": SPY})
        desk = ForecastDesk(shop, waiting, lambda _: model, worker, clock, dates)
        return desk, Surroundings(desk, waiting, model, worker, clock, dates)

    yield made, clock
    worker.close()
    store.close()


async def test_name_market_day_and_earlier_range_are_told(world):
    """What the picture and the caption say beside the forecast."""
    made, clock = world
    day = KO.as_of + timedelta(days=5)
    desk, beside = made(Dates(day, Certainty.CONFIRMED))
    first = await desk.answer("KO")
    assert (await beside.of(first)).about.before is None
    clock.move_to(after_close(KO))
    second = await desk.answer("KO")
    setting = await beside.of(second)
    about = setting.about
    assert (about.name, about.number) == ("Coca-Cola", second.issued.id)
    assert about.before.canonical() == first.issued.forecast.canonical()
    assert (about.market.ticker, about.market.as_of) == ("SPY", SPY.as_of)
    assert about.announcements == (day,)
    assert (setting.coming.day, setting.coming.sure) == (day, True)
    assert about.rung == rung_of([(second.bars, second.issued.forecast)])


async def test_it_is_found_once_for_all_who_ask(world):
    """A crowd costs one look."""
    made, _ = world
    dates = Dates(KO.as_of + timedelta(days=5), Certainty.ESTIMATED)
    desk, beside = made(dates)
    answer = await desk.answer("KO")
    before = dates.asked
    settings = [await beside.of(answer), await beside.of_number(answer.issued.id)]
    assert settings[0] is settings[1]
    assert dates.asked == before + 1
    assert not settings[0].coming.sure


async def test_a_day_beyond_the_forecast_is_not_told(world):
    """Twenty sessions are less than six weeks."""
    made, _ = world
    desk, beside = made(Dates(KO.as_of + timedelta(days=42), Certainty.CONFIRMED))
    setting = await beside.of(await desk.answer("KO"))
    assert setting.coming is None
    assert setting.about.announcements == ()


async def test_the_market_is_not_measured_by_itself(world):
    """Nothing is as wild as itself."""
    made, _ = world
    desk, beside = made(Dates(KO.as_of, Certainty.CONFIRMED))
    assert (await beside.of(await desk.answer("SPY"))).about.market is None


async def test_another_picture_has_another_name(world):
    """Rung, earlier range, announcement, company and age: each changes the key."""
    made, _ = world
    desk, beside = made(Dates(KO.as_of, Certainty.CONFIRMED))
    answer = await desk.answer("KO")
    about = (await beside.of(answer)).about
    others = [
        replace(about, rung=0.8),
        replace(about, before=answer.issued.forecast),
        replace(about, announcements=()),
        replace(about, name="Coke"),
        replace(about, market=None),
    ]
    names = [fan_name(about, 0), fan_name(about, 1), *(fan_name(other, 0) for other in others)]
    assert len(set(names)) == len(names)
    assert fan_name(replace(about), 0) == names[0]
