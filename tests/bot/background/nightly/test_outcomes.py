"""The nightly resolution: every due promise once, void only when sure, and thousands a second."""

import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from bot.background.nightly.outcomes import resolve_due
from forecasting.errors import NoConnectionError
from storage.records.tallies import summed
from storage.store import open_store
from tests.bot.markets import Shop, after_close, plain_forecast, split, walk, without


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


def issue(store, bars, row, **options):
    return store.issue(plain_forecast(bars, row, **options), after_close(bars, row))


def test_each_promise_is_resolved_on_the_night_of_its_day_and_never_again(store):
    """Night after night exactly what has come due is written, and a second run adds nothing."""
    bars = walk()
    shop = Shop({"AAA": bars})
    issued = issue(store, bars, 300)
    for horizon in range(1, 21):
        now = after_close(bars, 300 + horizon)
        assert resolve_due(store, shop, now).resolved == 1
        assert resolve_due(store, shop, now).resolved == 0
    results = store.resolutions_for(issued.id)
    assert [r.horizon for r in results] == list(range(1, 21))
    assert [r.close for r in results] == pytest.approx(list(bars.close[301:321]))
    assert {r.status for r in results} == {"resolved"}


def test_nothing_is_resolved_before_the_close(store):
    """Noon of the target day is too early, and the source is not even asked."""
    bars = walk()
    shop = Shop({"AAA": bars})
    issue(store, bars, 300)
    noon = after_close(bars, 301) - timedelta(hours=5)
    assert resolve_due(store, shop, noon).resolved == 0
    assert shop.asked == []


def test_a_source_that_is_down_leaves_everything_due(store):
    """What cannot be fetched waits, is named in the report, and stops no other ticker."""
    down, up = walk("DOWN"), walk("UPUP")
    shop = Shop({"DOWN": down, "UPUP": up})
    shop.failures["DOWN"] = NoConnectionError("DOWN", "made-up", "refused")
    issue(store, down, 300)
    issue(store, up, 300)
    now = after_close(up, 305)
    report = resolve_due(store, shop, now)
    assert report.resolved == 5
    assert [ticker for ticker, _ in report.unreachable] == ["DOWN"]
    assert store.due_tickers(now.date()) == ("DOWN",)
    shop.failures.clear()
    assert resolve_due(store, shop, now).resolved == 5


def test_a_halted_day_is_void_after_three_later_bars_and_not_before(store):
    """A late bar may still come: only later bars prove that none will."""
    bars = walk()
    issued = issue(store, bars, 300)
    shop = Shop({"AAA": without(bars, [303])})
    report = resolve_due(store, shop, after_close(bars, 305))
    assert (report.resolved, report.void, report.waiting) == (4, 0, 1)
    report = resolve_due(store, shop, after_close(bars, 306))
    assert (report.resolved, report.void, report.waiting) == (1, 1, 0)
    (void,) = [r for r in store.resolutions_for(issued.id) if r.status == "void"]
    assert (void.horizon, void.reason, void.close) == (3, "halted", None)


def test_a_late_bar_resolves_what_waited(store):
    """A bar that comes two sessions late is as good as any."""
    bars = walk()
    issued = issue(store, bars, 300)
    resolve_due(store, Shop({"AAA": without(bars, [303])}), after_close(bars, 304))
    resolve_due(store, Shop({"AAA": bars}), after_close(bars, 305))
    assert [r.status for r in store.resolutions_for(issued.id)] == ["resolved"] * 5


def test_a_target_that_was_no_session_is_void_by_that_name(store):
    """A date guessed wrong is not called a halt."""
    bars = walk()
    forecast = plain_forecast(bars, 300)
    saturday = bars.session(300)
    while saturday.weekday() != 5:
        saturday += timedelta(days=1)
    days = sorted({*forecast.targets[:19], saturday})
    store.issue(replace(forecast, targets=tuple(days)), after_close(bars, 300))
    resolve_due(store, Shop({"AAA": bars}), after_close(bars, 310))
    (void,) = [r for r in store.resolutions_for(1) if r.status == "void"]
    assert (void.target, void.reason) == (saturday, "no-session")


def test_a_history_that_ended_is_given_up_only_while_the_source_is_alive(store):
    """An old cache that stands in for a dead source must not make promises void."""
    gone, alive = walk("GONE"), walk("LIVE")
    issue(store, gone, 300)
    now = after_close(alive, 360)
    ended = Shop({"GONE": gone.rows(slice(0, 303)), "LIVE": alive})
    report = resolve_due(store, ended, now)
    assert (report.resolved, report.void, report.waiting) == (2, 0, 18)
    issue(store, alive, 355)
    report = resolve_due(store, ended, now)
    assert (report.void, report.waiting) == (18, 0)
    assert {r.reason for r in store.resolutions_for(1) if r.status == "void"} == {"ended"}


def test_an_as_of_bar_that_vanished_makes_the_result_void(store):
    """Without the bar the forecast stood on, a split since cannot be told from a move."""
    bars = walk()
    issue(store, bars, 300)
    resolve_due(store, Shop({"AAA": without(bars, [300])}), after_close(bars, 310))
    reasons = {r.reason for r in store.resolutions_for(1)}
    assert reasons == {"as-of-missing"}


def test_a_split_between_issue_and_target_is_undone(store):
    """Four shares for one: the result is that of the share the forecast spoke of."""
    bars = walk()
    issued = issue(store, bars, 300)
    resolve_due(store, Shop({"AAA": split(bars, 4)}), after_close(bars, 305))
    (first, *_) = store.resolutions_for(issued.id)
    assert first.close == pytest.approx(bars.close[301])


@pytest.mark.slow
def test_realised_coverage_is_what_the_forecasts_promised(store):
    """Over many tickers the 80 % band of fitting forecasts holds 80 of 100 closes."""
    markets = {f"T{i}": walk(f"T{i}", 320) for i in range(8)}
    for bars in markets.values():
        for row in range(220, 300):
            issue(store, bars, row)
    resolve_due(store, Shop(markets), after_close(markets["T0"]))
    daily = summed(store.tallies(), 1)
    assert daily.resolved == 640
    assert daily.in_80 / daily.resolved == pytest.approx(0.8, abs=0.05)
    assert daily.in_95 / daily.resolved == pytest.approx(0.95, abs=0.03)
    assert daily.loss == pytest.approx(daily.naive_loss, rel=1e-9)


@pytest.mark.slow
def test_thousands_are_resolved_a_second(store):
    """A night of catching up after a long outage takes seconds, not hours."""
    markets = {f"T{i}": walk(f"T{i}", 300) for i in range(20)}
    for bars in markets.values():
        for row in range(250, 280):
            issue(store, bars, row)
    began = time.process_time()  # other work on this machine does not count
    report = resolve_due(store, Shop(markets), after_close(markets["T0"]))
    seconds = time.process_time() - began
    assert report.resolved == 20 * 30 * 20
    assert report.resolved / seconds > 1500


def test_a_result_from_a_wrong_price_is_set_right_once_by_a_further_row(store):
    """A close in pounds was written; when the source shows pence again, a correction names both."""
    bars = walk()
    wrong = bars.close.copy()
    wrong[301] *= 0.01
    shown = replace(bars, close=wrong, adj_close=wrong, low=np.minimum(bars.low, wrong))
    issued = issue(store, bars, 300)
    resolve_due(store, Shop({"AAA": shown}), after_close(bars, 301))
    assert store.resolutions_for(issued.id)[0].close == pytest.approx(bars.close[301] * 0.01)
    shop = Shop({"AAA": bars})
    for row in (302, 303):
        resolve_due(store, shop, after_close(bars, row))
    (correction,) = store.corrections_for(issued.id)
    assert correction.was == pytest.approx(bars.close[301] * 0.01)
    assert store.resolutions_for(issued.id)[0].close == pytest.approx(bars.close[301])
    assert store.corrections_hold()


def test_a_split_since_corrects_nothing(store):
    """Prices of today count other shares; the results were right in those of their day."""
    bars = walk()
    issued = issue(store, bars, 300)
    resolve_due(store, Shop({"AAA": bars}), after_close(bars, 305))
    resolve_due(store, Shop({"AAA": split(bars, 4.0)}), after_close(bars, 306))
    assert store.corrections_for(issued.id) == ()
