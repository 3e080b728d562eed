"""Alerts: kept until they fire once, and their place's own."""

import pytest

from storage.errors import ConflictError
from storage.records.chats import NewAlert, Place
from tests.storage.samples import DAY, NOW, forecast

ANN, GROUP, TOPIC = Place(42), Place(-500), Place(-500, 12)


def test_an_alert_is_kept_until_it_fires_once(store):
    """The second to fire it is told that it was closed already."""
    issued = store.issue(forecast(), NOW).id
    wish = NewAlert(ANN, 42, "TSLA", "band", forecast_id=issued)
    alert_id = store.add_alert(wish, NOW)
    assert [(a.id, a.wish, a.state) for a in store.open_alerts("TSLA")] == [
        (alert_id, wish, "open")
    ]
    assert store.open_alerts("AAPL") == ()
    assert store.fire_alert(alert_id, NOW + DAY)
    assert not store.fire_alert(alert_id, NOW + DAY)
    assert store.open_alerts() == ()


def test_the_same_alert_set_twice_is_one(store):
    """Pressing the button again does not ring twice; a fired one may be set again."""
    wish = NewAlert(ANN, 42, "TSLA", "probability", None, 900.0, 0.25, "above")
    first = store.add_alert(wish, NOW)
    assert store.add_alert(wish, NOW + DAY) == first
    store.fire_alert(first, NOW)
    assert store.add_alert(wish, NOW + DAY) != first


def test_only_the_place_of_an_alert_can_cancel_it(store):
    """An id guessed in another chat does nothing."""
    wish = NewAlert(TOPIC, 42, "TSLA", "probability", None, 900.0, 0.25, "below")
    alert_id = store.add_alert(wish, NOW)
    assert not store.cancel_alert(alert_id, GROUP, NOW)
    assert [alert.id for alert in store.alerts_in(TOPIC)] == [alert_id]
    assert store.cancel_alert(alert_id, TOPIC, NOW)
    assert store.alerts_in(TOPIC) == ()


def test_an_alert_on_a_forecast_that_was_never_issued_is_refused(store):
    """The band must be in the ledger."""
    with pytest.raises(ConflictError):
        store.add_alert(NewAlert(ANN, 42, "TSLA", "band", forecast_id=99), NOW)
