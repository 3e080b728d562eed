"""The track record: counted right, and replied with where a place wants it."""

from dataclasses import replace

import pytest

from forecasting.slices import Slice
from storage.records.chats import ForecastMessage, Place, PlaceSettings
from tests.storage.samples import DAY, NOW, forecast, result, void


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


def test_results_are_counted_by_the_slice_that_their_forecasts_carry(store):
    """At one horizon, of a ticker or all; void results and forecasts without a slice are left out."""
    slices: tuple[Slice | None, ...] = ("eve", "eve", "eve", "calm", None)
    ids = [
        store.issue(replace(forecast(seed=seed), slice=name), NOW).id
        for seed, name in enumerate(slices)
    ]
    results = [result(ids[0], 5), result(ids[1], 5, in_50=False, in_80=False), void(ids[2], 5)]
    results += [result(ids[3], 5), result(ids[4], 5), result(ids[0], 1)]
    store.resolve(results, NOW)
    names = ("eve", "near", "calm")
    assert store.held_by_slice(names, None, 5) == {"eve": (2, 1), "calm": (1, 1)}
    assert store.held_by_slice(names, "TSLA", 1) == {"eve": (1, 1)}
    assert store.held_by_slice(names, "AAPL", 5) == {}


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
