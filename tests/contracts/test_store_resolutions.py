"""Results of forecasts: due when their day has come, written once, counted right."""

from datetime import date

import pytest

from storage.errors import ConflictError
from storage.records import ForecastMessage, Place, PlaceSettings, Resolution
from tests.storage.samples import DAY, NOW, forecast

AS_OF = date(2021, 3, 4)


def result(forecast_id, horizon=1, **changes):
    given = {
        "close": 100.5,
        "log_return": 0.01,
        "pit": 0.61,
        "in_50": True,
        "in_80": True,
        "in_95": True,
        "abs_error": 0.02,
        "naive_abs_error": 0.03,
        "loss": 0.005,
        "naive_loss": 0.006,
    } | changes
    return Resolution(forecast_id, horizon, AS_OF + horizon * DAY, "resolved", **given)


def void(forecast_id, horizon=1):
    return Resolution(forecast_id, horizon, AS_OF + horizon * DAY, "void", reason="halted")


def test_a_promise_is_due_from_its_target_day_on(store):
    """Neither earlier, nor only on that day."""
    issued = store.issue(forecast(), NOW).id
    assert store.due_resolutions(AS_OF, 100) == ()
    due = store.due_resolutions(AS_OF + 3 * DAY, 100)
    assert [(d.forecast_id, d.horizon, d.target.day) for d in due] == [
        (issued, 1, 5),
        (issued, 2, 6),
        (issued, 3, 7),
    ]
    assert len(store.due_resolutions(AS_OF + 100 * DAY, 100)) == 20


def test_due_promises_come_by_ticker_so_that_few_histories_are_read(store):
    """The order is ticker, target, forecast; a ticker can be asked for alone."""
    for ticker, seed in (("TSLA", 1), ("AAPL", 2), ("TSLA", 3)):
        store.issue(forecast(ticker, seed=seed), NOW)
    due = store.due_resolutions(AS_OF + 2 * DAY, 100)
    assert list(due) == sorted(due)
    assert store.due_tickers(AS_OF + 2 * DAY) == ("AAPL", "TSLA")
    assert store.due_tickers(AS_OF) == ()
    assert {d.ticker for d in store.due_resolutions(AS_OF + 2 * DAY, 100, "TSLA")} == {"TSLA"}
    assert len(store.due_resolutions(AS_OF + 2 * DAY, 2)) == 2


def test_a_resolved_promise_is_no_longer_due_and_stays_as_it_was_written(store):
    """The second result for the same promise is passed over, whatever it says."""
    issued = store.issue(forecast(), NOW).id
    first = result(issued, 1)
    assert store.resolve([first, void(issued, 2)], NOW + DAY) == 2
    assert store.resolve([result(issued, 1, close=1.0), result(issued, 3)], NOW + 2 * DAY) == 1
    assert store.resolutions_for(issued) == (first, void(issued, 2), result(issued, 3))
    assert [d.horizon for d in store.due_resolutions(AS_OF + 4 * DAY, 9)] == [4]
    assert store.resolve([], NOW) == 0


def test_a_result_without_a_forecast_is_refused_with_all_that_came_with_it(store):
    """A batch is written whole or not at all."""
    issued = store.issue(forecast(), NOW).id
    with pytest.raises(ConflictError):
        store.resolve([result(issued), result(999)], NOW)
    assert store.resolutions_for(issued) == ()


def test_results_come_newest_first_beside_what_they_resolve(store):
    """What /track draws: as-of, its close and the model with each result."""
    first, second = forecast(seed=1), forecast("AAPL", seed=2, version="m2")
    ids = [store.issue(f, NOW).id for f in (first, second)]
    store.resolve([result(ids[0], 1), result(ids[0], 5), void(ids[1], 2)], NOW + DAY)
    found = store.resolutions_of()
    assert [(r.ticker, r.resolution.horizon) for r in found] == [
        ("TSLA", 5),
        ("AAPL", 2),
        ("TSLA", 1),
    ]
    assert (found[0].as_of, found[0].as_of_close) == (AS_OF, first.close)
    assert (found[1].model_version, found[1].resolved_at) == ("m2", NOW + DAY)
    assert [r.ticker for r in store.resolutions_of("TSLA", 1)] == ["TSLA"]
    assert len(store.resolutions_of(limit=1)) == 1


def test_totals_count_bands_and_sum_errors_by_horizon(store):
    """Void results are counted apart and enter no sum."""
    ids = [store.issue(forecast(seed=seed), NOW).id for seed in range(4)]
    store.resolve(
        [
            result(ids[0], 1, in_50=False, in_80=False),
            result(ids[1], 1, in_50=False),
            void(ids[2], 1),
            result(ids[3], 5),
        ],
        NOW,
    )
    one, five = store.track_totals()
    assert (one.horizon, one.resolved, one.void) == (1, 2, 1)
    assert (one.in_50, one.in_80, one.in_95) == (0, 1, 2)
    assert one.abs_error == pytest.approx(0.04)
    assert one.naive_abs_error == pytest.approx(0.06)
    assert (one.loss, one.naive_loss) == pytest.approx((0.01, 0.012))
    assert (five.horizon, five.resolved) == (5, 1)
    assert store.track_totals("AAPL") == ()


def test_an_all_void_horizon_sums_to_zero(store):
    """No result is not an error of nothing divided by nothing."""
    issued = store.issue(forecast(), NOW).id
    store.resolve([void(issued, 1)], NOW)
    (total,) = store.track_totals("TSLA")
    assert (total.resolved, total.void, total.abs_error, total.loss) == (0, 1, 0.0, 0.0)


def test_replies_are_due_for_messages_whose_forecast_was_resolved(store):
    """At the asked horizons, since an instant, and only where the place wants replies."""
    issued = store.issue(forecast(), NOW).id
    wanting, refusing, paused = Place(1), Place(2), Place(3)
    gone, topic = Place(4), Place(-5, 6)
    for number, place in enumerate([wanting, refusing, paused, gone, topic], start=10):
        store.save_forecast_message(ForecastMessage(place, number, issued, 42, NOW, number))
    store.save_settings(refusing, PlaceSettings(replies=False), NOW)
    store.save_settings(paused, PlaceSettings(paused=True), NOW)
    store.save_settings(Place(-5), PlaceSettings(replies=False), NOW)
    store.mark_chat_dead(gone.chat_id, "kicked", NOW)
    store.resolve([result(issued, 1), result(issued, 5), void(issued, 20)], NOW + DAY)
    found = store.came_true([5, 20], NOW)
    assert [(c.message.place, c.resolution) for c in found] == [(wanting, result(issued, 5))]
    assert found[0].message == ForecastMessage(wanting, 10, issued, 42, NOW, 10)
    assert store.came_true([5], NOW + 2 * DAY) == ()
    store.save_settings(topic, PlaceSettings(), NOW)
    assert [c.message.place for c in store.came_true([5], NOW)] == [wanting, topic]
