"""Alerts are told once, when they come to pass, to the right place, with or without a sound."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest

from bot.answers.bands import first_break, is_over, split_factor
from bot.background.alerts import due_alerts, key_of, tell_due_alerts
from bot.background.outbox.posts import read_post
from bot.words.alerts import band_set, chance_set
from bot.words.buttons import Button
from bot.words.language import load_words
from forecasting.chances import chance_above
from storage.records.chats import ForecastMessage, NewAlert, Place, PlaceSettings
from storage.store import open_store
from tests.bot.markets import after_close, plain_forecast, split, walk

ANN = Place(700_000_001)
GROUP = Place(-100_500, 7)
WORDS = load_words("en")


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'alerts.db'}")
    yield opened
    opened.close()


def to_row(bars, row):
    return bars.rows(slice(0, row + 1))


def with_close(bars, row, close):
    """The bars with one session closing elsewhere, its high and low around it."""
    columns = {
        name: getattr(bars, name).copy() for name in ("open", "high", "low", "close", "adj_close")
    }
    for values in columns.values():
        values[row] = close
    return replace(bars, **columns)


def watch(store, forecast, place=ANN, user=ANN.chat_id, at=None):
    issued = store.issue(forecast, at or datetime(2020, 1, 1, tzinfo=UTC))
    wish = NewAlert(place, user, forecast.ticker, "band", forecast_id=issued.id)
    return store.add_alert(wish, datetime(2020, 1, 1, tzinfo=UTC))


def settled(bars, row=300, level=0.5):
    """Bars that close on the median for 25 sessions after `row`, and the forecast from there."""
    forecast = plain_forecast(bars, row)
    for horizon in range(1, 25):
        target = forecast.at(min(horizon, 20), level)
        bars = with_close(bars, row + horizon, target)
    return bars, plain_forecast(bars, row)


def test_a_band_alert_is_told_on_the_night_its_band_is_left_and_once(store):
    """Nothing while inside; then one message that answers the forecast's own; then never again."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    (alert,) = store.open_alerts()
    store.save_forecast_message(
        ForecastMessage(ANN, 55, 1, ANN.chat_id, datetime(2020, 1, 1, tzinfo=UTC), 20)
    )
    bars = with_close(bars, 304, forecast.at(4, 0.9) * 1.02)
    for row in range(301, 304):
        assert tell_due_alerts(store, "AAA", to_row(bars, row), None, after_close(bars, row)) == 0
    now = after_close(bars, 304)
    assert tell_due_alerts(store, "AAA", to_row(bars, 304), None, now) == 1
    assert tell_due_alerts(store, "AAA", to_row(bars, 305), None, after_close(bars, 305)) == 0
    post = read_post(store.find_outbox(ANN, "alert", key_of(alert)).item.payload)
    assert "above its 8-in-10 range" in post.html
    assert (post.reply_to, post.silent) == (55, False)
    assert post.keyboard == ((Button("AAA", "v1:p:AAA:20"),),)


def test_a_close_below_says_below(store):
    """Direction matters to the reader."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    bars = with_close(bars, 301, forecast.at(1, 0.1) * 0.97)
    ((_, item),) = due_alerts(store, "AAA", to_row(bars, 301), None, after_close(bars, 301))
    assert "below its 8-in-10 range" in json.loads(item.payload)["html"]


def test_a_missed_night_is_made_good(store):
    """A bot that was down for days tells of the first close that left, with its day."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    bars = with_close(bars, 303, forecast.at(3, 0.9) * 1.05)
    ((_, item),) = due_alerts(store, "AAA", to_row(bars, 307), None, after_close(bars, 307))
    assert WORDS.day(bars.session(303)) in json.loads(item.payload)["html"]


def test_a_band_that_held_ends_with_a_quiet_word(store):
    """After the last session the person hears how it ended, without a sound."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    assert due_alerts(store, "AAA", to_row(bars, 319), None, after_close(bars, 319)) == []
    ((_, item),) = due_alerts(store, "AAA", to_row(bars, 320), None, after_close(bars, 320))
    post = read_post(item.payload)
    assert "in all its 20 sessions" in post.html
    assert post.silent


def test_a_number_given_out_again_after_an_erasure_loses_no_alert(store):
    """A group's told alert is erased with its owner; the next one may get its number."""
    bars, forecast = settled(walk())
    bars = with_close(bars, 301, forecast.at(1, 0.9) * 1.1)
    now = after_close(bars, 301)
    watch(store, forecast, GROUP)
    assert tell_due_alerts(store, "AAA", to_row(bars, 301), None, now) == 1
    store.forget_user(ANN.chat_id)
    wish = NewAlert(GROUP, 43, "AAA", "band", forecast_id=1)
    store.add_alert(wish, datetime(2020, 1, 2, tzinfo=UTC))
    ((_, item),) = due_alerts(store, "AAA", to_row(bars, 301), None, now)
    assert store.enqueue([item], now) == 1


def test_a_crash_between_outbox_and_closing_tells_nothing_twice(store):
    """The row is there, the alert still open: the next night adds no second row."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    (alert,) = store.open_alerts()
    bars = with_close(bars, 301, forecast.at(1, 0.9) * 1.1)
    now = after_close(bars, 301)
    ((_, item),) = due_alerts(store, "AAA", to_row(bars, 301), None, now)
    assert store.enqueue([item], now) == 1
    later = after_close(bars, 302)
    assert tell_due_alerts(store, "AAA", to_row(bars, 302), None, later) == 1
    assert store.enqueue([store.find_outbox(ANN, "alert", key_of(alert)).item], later) == 0
    assert store.open_alerts() == ()


@pytest.mark.parametrize("ratio", [4.0, 0.1])
def test_a_split_is_no_break(store, ratio):
    """Prices in other shares are compared in the forecast's own."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    after = split(bars, ratio)
    assert split_factor(forecast, after) == pytest.approx(1 / ratio)
    assert due_alerts(store, "AAA", to_row(after, 305), None, after_close(bars, 305)) == []
    broken = split(with_close(bars, 306, forecast.at(6, 0.9) * 1.1), ratio)
    found = first_break(forecast, to_row(broken, 306))
    assert found is not None
    assert found.close == pytest.approx(forecast.at(6, 0.9) * 1.1)


def test_old_prices_tell_nothing(store):
    """A source that lags by a session could tell of what everyone knows, or wrongly."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    bars = with_close(bars, 301, forecast.at(1, 0.9) * 1.1)
    assert due_alerts(store, "AAA", to_row(bars, 301), None, after_close(bars, 302)) == []


def test_a_paused_place_keeps_its_alerts_for_later(store):
    """Pausing loses nothing; quiet hours and silence take the sound away."""
    bars, forecast = settled(walk())
    watch(store, forecast, GROUP)
    bars = with_close(bars, 301, forecast.at(1, 0.9) * 1.1)
    now, seen = after_close(bars, 301), to_row(bars, 301)
    store.save_settings(GROUP, PlaceSettings(paused=True), now)
    assert due_alerts(store, "AAA", seen, None, now) == []
    store.save_settings(GROUP, PlaceSettings(quiet=(time(0), time(23, 59))), now)
    ((_, item),) = due_alerts(store, "AAA", seen, None, now)
    assert (item.place, read_post(item.payload).silent) == (GROUP, True)


@pytest.mark.parametrize("direction", ["above", "below"])
def test_a_chance_is_told_when_it_passes_its_mark(store, direction):
    """Not on the mark's near side, not without a new forecast; in shares of now after a split."""
    bars = walk()
    first, later = plain_forecast(bars, 300), plain_forecast(bars, 301)
    issued = store.issue(first, after_close(bars, 300))
    price = later.at(20, 0.7)
    chance = chance_above(later, price, 20)
    mark = chance + (-0.05 if direction == "above" else 0.05)
    for probability in (mark, 1 - 0.04 if direction == "above" else 0.04):
        wish = NewAlert(ANN, 1, "AAA", "probability", issued.id, price, probability, direction)
        store.add_alert(wish, after_close(bars, 300))
    seen, now = to_row(bars, 301), after_close(bars, 301)
    assert due_alerts(store, "AAA", seen, None, now) == []
    ((_, item),) = due_alerts(store, "AAA", seen, later, now)
    assert f"{direction} your" in read_post(item.payload).html
    halved = replace(later, close=later.close / 2, quantiles=later.quantiles / 2)
    ((_, item),) = due_alerts(store, "AAA", split(seen, 2), halved, now)
    assert WORDS.price(price / 2, "USD") in read_post(item.payload).html


def test_bars_that_lack_the_as_of_prove_nothing():
    """Another source may have other sessions; a band is not left on a guess."""
    bars, forecast = settled(walk())
    without_as_of = bars.rows(slice(301, 306))
    assert first_break(forecast, without_as_of) is None
    assert split_factor(forecast, without_as_of) is None


def test_over_means_the_last_target_has_closed():
    """One session earlier it is not."""
    bars = walk()
    forecast = plain_forecast(bars, 300)
    assert not is_over(forecast, to_row(bars, 319))
    assert is_over(forecast, to_row(bars, 320))


def test_simulated_walks_leave_the_band_as_often_as_it_says():
    """On walks that the forecast is right about, the first session's band is left 20 times in 100."""
    left = 0
    for seed in range(300):
        bars = walk("AAA", 330, seed=seed)
        broken = first_break(plain_forecast(bars, 300), to_row(bars, 301))
        left += broken is not None
    assert 0.12 < left / 300 < 0.28


def test_confirmations_fit_a_pop_up(store):
    """Telegram cuts a pop-up at 200 characters."""
    bars = walk("ABCDEFGH.IJKL")
    high = plain_forecast(bars, 300)
    high = replace(high, quantiles=high.quantiles * 12345, close=high.close * 12345)
    issued = store.issue(high, datetime(2020, 1, 1, tzinfo=UTC))
    assert len(band_set(WORDS, replace(issued, id=123456), 9).without_markup()) <= 190
    wish = NewAlert(ANN, 1, "A", "probability", 1, 1.5e6, 0.6, "above")
    assert np.isfinite(len(chance_set(WORDS, wish, 0.4, high)))


def test_alerts_of_other_tickers_are_left_alone(store):
    """One ticker's close says nothing of another's."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    later = after_close(bars, 301) + timedelta(minutes=1)
    assert due_alerts(store, "BBB", to_row(walk("BBB"), 301), None, later) == []


def watch_price(store, forecast, price, direction, place=ANN):
    issued = store.issue(forecast, datetime(2020, 1, 1, tzinfo=UTC))
    wish = NewAlert(
        place, 42, forecast.ticker, "price", forecast_id=issued.id, price=price, direction=direction
    )
    store.add_alert(wish, datetime(2020, 1, 1, tzinfo=UTC))
    return issued


@pytest.mark.parametrize(("direction", "share"), [("above", 1.04), ("below", 0.96)])
def test_a_price_alert_is_told_when_a_close_passes_it_and_once(store, direction, share):
    """With the new forecast's picture, behind whose dot stands the range of the day before."""
    bars, forecast = settled(walk())
    price = forecast.close * share
    first = watch_price(store, forecast, price, direction)
    bars = with_close(bars, 302, price * (1 + 0.01 * (1 if direction == "above" else -1)))
    for row in (300, 301):
        new = plain_forecast(bars, row)
        now = after_close(bars, row)
        assert tell_due_alerts(store, "AAA", to_row(bars, row), new, now) == 0
    second = store.issue(plain_forecast(bars, 302), datetime(2020, 1, 2, tzinfo=UTC))
    (alert,) = store.open_alerts()
    now = after_close(bars, 302)
    assert tell_due_alerts(store, "AAA", to_row(bars, 302), second.forecast, now) == 1
    assert tell_due_alerts(store, "AAA", to_row(bars, 302), second.forecast, now) == 0
    post = read_post(store.find_outbox(ANN, "alert", key_of(alert)).item.payload)
    assert f", {direction} your" in post.html
    assert WORDS.day(bars.session(302)) in post.html
    (picture,) = post.pictures
    assert (picture.kind, picture.forecast_ids) == ("fan", (second.id,))
    assert picture.before == (first.id,)


def test_a_price_alert_follows_a_split(store):
    """Shares split two for one after it was set: half the price is meant."""
    bars, forecast = settled(walk())
    watch_price(store, forecast, forecast.close * 1.5, "above")
    halved = split(bars, 2)
    new = plain_forecast(halved, 302)
    now = after_close(halved, 302)
    assert due_alerts(store, "AAA", to_row(halved, 302), new, now) == []
    risen = with_close(halved, 302, forecast.close / 2 * 1.6)
    new = plain_forecast(risen, 302)
    ((_, item),) = due_alerts(store, "AAA", to_row(risen, 302), new, now)
    assert WORDS.price(forecast.close * 0.75, new.currency) in json.loads(item.payload)["html"]


def test_a_band_that_was_left_is_told_with_its_picture(store):
    """The watched fan, and the closes that came up to the one outside."""
    bars, forecast = settled(walk())
    watch(store, forecast)
    bars = with_close(bars, 303, forecast.at(3, 0.9) * 1.05)
    ((_, item),) = due_alerts(store, "AAA", to_row(bars, 303), None, after_close(bars, 303))
    (picture,) = read_post(item.payload).pictures
    assert (picture.kind, picture.forecast_ids, picture.sessions) == ("resolved", (1,), 3)
