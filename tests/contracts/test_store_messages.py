"""Recent tickers and forecast messages."""

import pytest

from storage.errors import ConflictError
from storage.records.chats import ForecastMessage, Place
from tests.storage.samples import MINUTE, NOW, forecast

GROUP = Place(-500)


TOPIC = Place(-500, 12)


def test_recent_tickers_come_newest_first_each_once_and_by_place(store):
    """Two people asking for one ticker make one button."""
    for minute, (user, ticker) in enumerate([(1, "A"), (2, "B"), (1, "C"), (2, "A")]):
        store.remember_ticker(GROUP, user, ticker, NOW + minute * MINUTE)
    store.remember_ticker(TOPIC, 1, "Z", NOW)
    assert store.recent_tickers(GROUP) == ("A", "C", "B")
    assert store.recent_tickers(GROUP, limit=2) == ("A", "C")
    assert store.recent_tickers(Place(9)) == ()


def test_a_message_is_found_by_its_id_and_by_its_forecast(store):
    """An edited message shows another forecast; a deleted one is forgotten."""
    first, second = (store.issue(forecast(seed=seed), NOW).id for seed in (1, 2))
    for number in (3, 4):
        store.save_forecast_message(ForecastMessage(TOPIC, number, first, 42, NOW, 20))
    edited = ForecastMessage(TOPIC, 4, second, 42, NOW + MINUTE, 5)
    store.save_forecast_message(edited)
    assert store.find_forecast_message(-500, 4) == edited
    assert [m.message_id for m in store.forecast_messages([first])] == [3]
    assert [m.message_id for m in store.forecast_messages([second, first, 99])] == [3, 4]
    store.drop_forecast_message(-500, 3)
    assert store.find_forecast_message(-500, 3) is None
    assert store.forecast_messages([]) == ()


def test_a_redrawn_message_keeps_all_but_its_number_of_sessions(store):
    """Who asked is not written again: they may have been forgotten meanwhile."""
    issued = store.issue(forecast(), NOW).id
    for number in (3, 4):
        store.save_forecast_message(ForecastMessage(GROUP, number, issued, 42, NOW, 20))
    assert store.note_shown_sessions(GROUP.chat_id, 3, 5) is True
    assert store.forecast_messages([issued]) == (
        ForecastMessage(GROUP, 3, issued, 42, NOW, 5),
        ForecastMessage(GROUP, 4, issued, 42, NOW, 20),
    )
    assert store.note_shown_sessions(GROUP.chat_id, 5, 5) is False
    assert store.note_shown_sessions(-501, 4, 5) is False


def test_a_message_cannot_show_a_forecast_that_was_never_issued(store):
    """Log first, send second."""
    with pytest.raises(ConflictError):
        store.save_forecast_message(ForecastMessage(GROUP, 1, 123, None, NOW, 20))


def test_messages_of_dead_chats_are_not_offered_for_replies(store):
    """Nobody replies where the bot was thrown out."""
    issued = store.issue(forecast(), NOW).id
    store.save_forecast_message(ForecastMessage(GROUP, 1, issued, 42, NOW, 20))
    store.mark_chat_dead(GROUP.chat_id, "kicked", NOW)
    assert store.forecast_messages([issued]) == ()


def test_messages_from_before_a_migration_do_not_take_the_place_of_new_ones(store):
    """Message ids begin anew in a supergroup: the old ones are kept negated, for no reply."""
    old, new = Place(-500), Place(-1000500)
    first, second = (store.issue(forecast(seed=seed), NOW).id for seed in (1, 2))
    store.save_forecast_message(ForecastMessage(old, 9, first, 42, NOW, 20))
    store.migrate_chat(old.chat_id, new.chat_id)
    store.save_forecast_message(ForecastMessage(new, 9, second, 42, NOW, 20))
    assert store.find_forecast_message(new.chat_id, 9).forecast_id == second
    assert [m.message_id for m in store.forecast_messages([first])] == [-9]
