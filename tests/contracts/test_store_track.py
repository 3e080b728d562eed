"""The track record: counted right, and replied with where a place wants it."""

from dataclasses import replace
from datetime import date

from storage.records.chats import ForecastMessage, Place, PlaceSettings
from tests.storage.samples import DAY, NOW, forecast, result, void


def test_models_are_named_with_the_day_of_their_first_forecast(store):
    """Of all tickers, from one model to the next; of one, its own."""
    for day, version, ticker in ((4, "m2", "TSLA"), (2, "m2", "AAPL"), (3, "m1", "TSLA")):
        store.issue(forecast(ticker, date(2021, 3, day), version=version), NOW)
    assert store.models_since() == {"m1": date(2021, 3, 3), "m2": date(2021, 3, 2)}
    assert store.models_since("TSLA") == {"m1": date(2021, 3, 3), "m2": date(2021, 3, 4)}
    assert store.models_since("KO") == {}


def test_results_of_a_models_first_days_are_counted(store):
    """Those it may have learned from: up to a day, at some horizons, resolved ones only."""
    ids = [
        store.issue(forecast("TSLA", date(2021, 3, day), version="m1"), NOW).id for day in (2, 3, 4)
    ]
    store.resolve([result(ids[0], 1), result(ids[1], 5), result(ids[2], 1), void(ids[0], 5)], NOW)
    store.resolve([result(ids[0], 2)], NOW)
    assert store.count_results_of("m1", date(2021, 3, 3), None, (1, 5)) == 2
    assert store.count_results_of("m1", date(2021, 3, 3), "AAPL", (1, 5)) == 0
    assert store.count_results_of("m2", date(2021, 3, 3), None, (1, 5)) == 0


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


def test_results_of_some_days_are_those_that_count(store):
    """One ticker, one horizon, both ends included, by day; void ones and others are left out."""
    ids = [
        store.issue(forecast("TSLA", date(2021, 3, day), version="m1"), NOW).id
        for day in (1, 2, 3, 4)
    ]
    days = [date(2021, 3, day) for day in (8, 9, 10, 11)]
    found = [replace(result(i, 5), target=day) for i, day in zip(ids, days, strict=True)]
    other = replace(result(ids[0], 1), target=days[1])
    store.resolve([found[2], found[1], found[3], other, void(ids[0], 5)], NOW)
    assert store.results_between("TSLA", 5, days[1], days[2]) == (found[1], found[2])
    assert store.results_between("KO", 5, days[0], days[3]) == ()


def test_a_promise_waits_until_it_is_compared(store):
    """Of the days asked for, at the horizon asked for; no longer once there is a result."""
    issued = store.issue(forecast("TSLA", date(2021, 3, 1), version="m1"), NOW)
    day = issued.forecast.targets[4]
    assert store.is_pending("TSLA", 5, day, day)
    assert not store.is_pending("TSLA", 4, day, day)
    assert not store.is_pending("TSLA", 5, day + DAY, day + DAY)
    store.resolve([replace(result(issued.id, 5), target=day)], NOW)
    assert not store.is_pending("TSLA", 5, day, day)
