"""People ask to be told when a close leaves its range or a chance passes a mark."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from forecasting.chances import chance_above
from localchat.state.values import InlineButton
from storage.records.chats import Place
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


def waiting(bot, place):
    return bot.store.blocking.alerts_in(place)


async def test_the_bell_under_a_forecast_watches_that_forecast(bot, chat):
    """A press sets it with a pop-up, a second press does not set it twice."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    for _ in range(2):
        press = chat.ann.press(shown, "🔔 Alert")
        told = await chat.notice(press)
        assert told.alert
        assert "leaves the 8-in-10 range of forecast #F1" in told.text
    (alert,) = waiting(bot, Place(chat.ann.id))
    assert (alert.wish.kind, alert.wish.forecast_id) == ("band", 1)


async def test_alerts_by_command_are_listed_and_cancelled(bot, chat):
    """A band, a chance, a reply to a forecast; each confirmed, listed, cancelled in place."""
    usage = await chat.answer_to(chat.ann.say("/alert"))
    assert "/alert TSLA 250 60%" in usage.text
    band = await chat.answer_to(chat.ann.say("/alert tsla"))
    assert "TSLA: I tell you when a close leaves" in band.text
    chance = await chat.answer_to(chat.ann.say("/alert TSLA 1,200.50 90%"))
    assert "above $1,200.50 in 20 sessions rises above 90\u202f%" in chance.text
    below = await chat.answer_to(chat.ann.say("/alert TSLA 500 60"))
    assert "falls below 60\u202f%" in below.text
    apple = await chat.photo_for(chat.ann.say("/predict AAPL"))
    # Which forecast a message shows is written down once Telegram has numbered it.
    while bot.store.blocking.find_forecast_message(chat.ann.id, apple.id) is None:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.01)
    replied = await chat.answer_to(chat.ann.say("/alert", reply_to=apple))
    assert "AAPL: I tell you" in replied.text
    listed = await chat.answer_to(chat.ann.say("/alerts"))
    assert "4 alerts wait here" in listed.text
    press = chat.ann.press(listed, "✖ TSLA: a close outside the range of #F1")
    edited = await chat.edit_of(listed)
    await chat.notice(press)
    assert "3 alerts wait here" in edited.text


async def test_alerts_that_make_no_sense_are_refused(bot, chat):
    """Each with one sentence that shows the way."""
    for typed, told in (
        ("/alert NOSUCH", "The price files here hold no NOSUCH"),
        ("/alert TSLA soon", "I cannot read that"),
        ("/alert TSLA 250 99%", "between 3 and 97 %"),
        ("/alert TSLA 0 50%", "must be above zero"),
        ("/alert /x", "is not a ticker"),
    ):
        answer = await chat.answer_to(chat.ann.say(typed))
        assert told in answer.text, (typed, answer.text)
    assert waiting(bot, Place(chat.ann.id)) == ()


async def test_members_set_alerts_in_a_group_and_cancel_their_own(bot, chat):
    """Ann's alert is cancelled by Ann or an admin, not by Ben; nobody fills the group's list."""
    talk, place = chat.market_talk, Place(chat.market_talk.id)
    await chat.answer_to(chat.ann.say("/alert TSLA", talk))
    listed = await chat.answer_to(chat.ben.say("/alerts", talk))
    button = chat.buttons(listed)[0]
    refused = await chat.notice(chat.ben.press(listed, button))
    assert "Only admins" in refused.text
    assert len(waiting(bot, place)) == 1
    chat.carl.press(listed, button)
    assert "No alerts wait here" in (await chat.edit_of(listed)).text
    for price in range(10):
        asked = chat.ben.say(f"/alert TSLA {2000 + price} 90%", talk)
        await chat.answer_to(asked)
    full = await chat.answer_to(chat.ben.say("/alert AAPL", talk))
    assert "at most 10 alerts" in full.text
    assert len(waiting(bot, place)) == 10


async def test_a_band_already_left_is_refused(bot, chat):
    """The forecast's own prices tell; the person is shown the way to a new one."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    issued = bot.store.blocking.find_forecast(1)
    bars = (await bot.forecasts.answer("TSLA")).bars
    old = replace(
        issued.forecast,
        as_of=bars.session(-3),
        close=float(bars.close[-3]),
        targets=(bars.session(-2), bars.session(-1), *(issued.forecast.targets[:18])),
        quantiles=np.sort(np.full((20, 13), float(bars.close[-1]) * 2) * np.linspace(1, 1.1, 13)),
        data_digest="old",
    )
    past = bot.store.blocking.issue(old, datetime.now(UTC) - timedelta(days=3))
    assert past.id == 2
    forged = chat.world.save(
        replace(
            chat.world.messages[shown.chat_id][shown.id], keyboard=((InlineButton("x", "v1:a:2"),),)
        )
    )
    told = await chat.notice(chat.ann.press(forged, "x"))
    assert "already closed outside" in told.text
    assert waiting(bot, Place(chat.ann.id)) == ()


@pytest.mark.slow
async def test_alerts_are_lived_through_to_their_end(chat, tmp_path):
    """Five weeks of closes: the band alert ends with one reply to its chart, the chance's with one."""
    start = {"replay_start": date(2021, 11, 1), "admin_ids": (chat.carl.id,)}
    async with running_bot(chat, tmp_path, **start) as bot:
        shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
        await chat.notice(chat.ann.press(shown, "🔔 Alert"))
        store = bot.store.blocking
        issued = store.find_forecast(1)
        assert issued is not None
        forecast = issued.forecast
        chance = round(100 * chance_above(forecast, forecast.close, 20))
        mark = f"/alert TSLA {forecast.close:.2f} {chance}%"
        set_ = await chat.answer_to(chat.ann.say(mark))
        assert "I tell you when the chance" in set_.text
        for share in (0.999, 1.001):
            price = f"/alert TSLA {forecast.close * share:.2f}"
            set_ = await chat.answer_to(chat.ann.say(price))
            assert "I tell you once when a close is" in set_.text
        asked = chat.ann.say(f"/chance TSLA above {forecast.close:.2f} in 5 sessions")
        await chat.photo_for(asked)
        assert len(store.alerts_in(Place(chat.ann.id))) == 4
        for _ in range(3):
            next_ = chat.carl.say("/next 7")
            await chat.answer_to(next_, where=lambda m: "sessions later" in m.text, seconds=180)
        told = [m for m in chat.of_bot(chat.ann) if m.id > set_.id and m.text.startswith("🔔")]
        assert len(told) == 4
        crossed = [m for m in told if ", above your $" in m.text or ", below your $" in m.text]
        assert len(crossed) == 2
        assert all(m.photo for m in crossed)
        (kept,) = store.questions_in(Place(chat.ann.id))
        assert kept.close is not None
        assert (kept.status, kept.came) == ("resolved", kept.close > kept.question.low)
        band = next(m for m in told if "8-in-10 range" in m.text)
        assert (band.reply_to, chat.buttons(band)) == (shown.id, ["TSLA"])
        assert sum("the chance of a close above" in m.text for m in told) == 1
        assert store.alerts_in(Place(chat.ann.id)) == ()
