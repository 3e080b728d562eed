"""Watchlists."""

from datetime import time

from sqlalchemy import text

from storage.records.chats import DigestSlot, Place, PlaceSettings, WatchedTicker
from storage.schema import NEWEST, move_to
from tests.storage.samples import DAY, NOW

ANN, GROUP, TOPIC = Place(42), Place(-500), Place(-500, 12)


def test_subscribing_tells_what_is_new_and_keeps_the_order(store):
    """Asked twice is on the list once."""
    assert store.subscribe(ANN, ["TSLA", "AAPL", "TSLA"], 42, NOW) == ("TSLA", "AAPL")
    assert store.subscribe(ANN, ["MSFT", "TSLA"], 42, NOW + DAY) == ("MSFT",)
    assert store.subscribe(ANN, [], 42, NOW) == ()
    listed = store.subscriptions(ANN)
    assert [s.ticker for s in listed] == ["TSLA", "AAPL", "MSFT"]
    assert (listed[0].added_by, listed[0].added_at, listed[0].place) == (42, NOW, ANN)


def test_unsubscribing_tells_what_was_on_the_list(store):
    """What was not there is not reported as removed."""
    store.subscribe(ANN, ["TSLA", "AAPL"], 42, NOW)
    assert store.unsubscribe(ANN, ["NOPE", "AAPL", "AAPL"]) == ("AAPL",)
    assert store.unsubscribe(ANN, []) == ()
    assert [s.ticker for s in store.subscriptions(ANN)] == ["TSLA"]


def test_each_topic_has_a_list_of_its_own(store):
    """A forum's topics do not see each other's tickers."""
    store.subscribe(GROUP, ["TSLA"], 1, NOW)
    store.subscribe(TOPIC, ["AAPL"], 1, NOW)
    assert [s.ticker for s in store.subscriptions(TOPIC)] == ["AAPL"]
    assert store.count_by_user(1) == 2
    assert store.count_by_user(2) == 0


def test_watched_tickers_are_counted_over_live_places(store):
    """What nobody can be told about is not trained for."""
    store.subscribe(ANN, ["TSLA", "AAPL"], 42, NOW)
    store.subscribe(GROUP, ["TSLA"], 1, NOW)
    store.subscribe(Place(7), ["TSLA", "GONE"], 7, NOW)
    store.mark_chat_dead(7, "blocked", NOW)
    assert store.watched_tickers() == (WatchedTicker("TSLA", 2), WatchedTicker("AAPL", 1))


def test_subscribers_come_with_their_lists_and_the_settings_that_hold(store):
    """A topic without settings is served as its chat; the paused are left out."""
    store.subscribe(GROUP, ["TSLA", "AAPL"], 1, NOW)
    store.subscribe(TOPIC, ["MSFT"], 1, NOW)
    store.subscribe(ANN, ["TSLA"], 42, NOW)
    store.subscribe(Place(8), ["TSLA"], 8, NOW)
    store.save_settings(GROUP, PlaceSettings(theme="dark", zone="Asia/Tokyo"), NOW)
    store.save_settings(Place(8), PlaceSettings(paused=True), NOW)
    found = {s.place: s for s in store.subscribers()}
    assert set(found) == {ANN, GROUP, TOPIC}
    assert found[GROUP].subscriptions == store.subscriptions(GROUP)
    assert found[TOPIC].settings == found[GROUP].settings == store.settings(GROUP)
    assert found[ANN].settings == PlaceSettings()


def test_digest_slots_group_places_by_zone_and_local_time(store):
    """One look tells which times of day matter; each slot then gives its places."""
    tokyo = PlaceSettings(zone="Asia/Tokyo", digest_at=time(7, 30))
    for chat in (1, 2, 3, 4):
        store.subscribe(Place(chat), ["TSLA"], chat, NOW)
    store.save_settings(Place(1), tokyo, NOW)
    store.save_settings(Place(2), tokyo, NOW)
    store.save_settings(Place(3), PlaceSettings(paused=True), NOW)
    unset = DigestSlot(None, PlaceSettings().digest_at)
    set_slot = DigestSlot("Asia/Tokyo", time(7, 30))
    assert store.digest_slots() == (unset, set_slot)
    assert [s.place.chat_id for s in store.subscribers(set_slot)] == [1, 2]
    assert [s.place.chat_id for s in store.subscribers(unset)] == [4]


def test_a_slot_that_nobody_is_in_any_more_is_swept(store):
    """A place that moved its digest leaves a time of day behind until the next clean-up."""
    store.subscribe(ANN, ["TSLA"], 42, NOW)
    store.save_settings(ANN, PlaceSettings(zone="Asia/Tokyo", digest_at=time(7, 30)), NOW)
    assert store.sweep_slots() == 1
    assert store.digest_slots() == (DigestSlot("Asia/Tokyo", time(7, 30)),)
    assert store.sweep_slots() == 0


def test_a_long_answer_comes_chat_by_chat(store):
    """Five chats of a slot, two at a time: none is cut, none missing, none twice; none of another slot."""
    for chat in range(1, 7):
        store.subscribe(Place(chat), ["TSLA", "KO"], chat, NOW)
    store.subscribe(Place(2, 9), ["AAPL"], 2, NOW)
    store.save_settings(Place(4), PlaceSettings(paused=True), NOW)
    store.save_settings(Place(5), PlaceSettings(zone="Asia/Tokyo", recap=True), NOW)
    slot, parts, after = DigestSlot(None, PlaceSettings().digest_at), [], None
    while chat_ids := store.next_chats(slot, after, 2):
        part = store.subscribers(slot, chat_ids=chat_ids)
        parts.append([(s.place.chat_id, s.place.topic_id, len(s.subscriptions)) for s in part])
        after = chat_ids[-1]
    assert parts == [[(1, 0, 2), (2, 0, 2), (2, 9, 1)], [(3, 0, 2), (6, 0, 2)]]
    assert store.next_chats(None, None, 9, recap=True) == (5,)


def test_followers_of_a_ticker_are_found_without_the_rest_of_their_lists(store):
    """What an ended ticker's followers are told needs no more."""
    store.subscribe(GROUP, ["TSLA", "AAPL"], 1, NOW)
    store.subscribe(ANN, ["AAPL"], 42, NOW)
    (found,) = store.subscribers(ticker="TSLA")
    assert (found.place, [held.ticker for held in found.subscriptions]) == (GROUP, ["TSLA"])
    assert (store.is_watched("TSLA"), store.is_watched("KO")) == (True, False)


def test_watched_tickers_and_places_are_counted(store):
    """Two tickers; three places, of which one is paused."""
    store.subscribe(GROUP, ["TSLA", "AAPL"], 1, NOW)
    store.subscribe(TOPIC, ["TSLA"], 1, NOW)
    store.subscribe(Place(8), ["TSLA"], 8, NOW)
    store.save_settings(Place(8), PlaceSettings(paused=True), NOW)
    assert store.count_watched() == (2, 2)


def test_a_crowd_is_counted_once_a_day(store, monkeypatch):
    """With more subscriptions than are counted at a question, what was noted last is told."""
    monkeypatch.setattr("storage.subscriptions._FEW", 3)
    store.subscribe(GROUP, ["TSLA", "AAPL"], 1, NOW)
    assert store.count_watched() == (2, 1)
    store.subscribe(Place(8), ["TSLA"], 8, NOW)
    assert store.count_watched() == (2, 2)  # nothing was noted yet
    store.subscribe(Place(9), ["KO"], 9, NOW)
    assert store.count_watched() == (2, 2)
    assert store.note_watched() == (3, 3)
    assert store.count_watched() == (3, 3)


def test_an_older_database_serves_those_who_never_set_anything(store):
    """The step from the release before gives their chats the defaults, and every slot its row."""
    store.subscribe(ANN, ["TSLA"], 42, NOW)
    store.subscribe(GROUP, ["KO"], 42, NOW)
    store.save_settings(GROUP, PlaceSettings(zone="Asia/Tokyo", digest_at=time(7, 30)), NOW)
    move_to(store.database, "0001")
    with store.database.writing() as connection:
        connection.execute(text("DELETE FROM places WHERE chat_id = :ann"), {"ann": ANN.chat_id})
    move_to(store.database, NEWEST)
    unset, tokyo = store.digest_slots()
    assert unset == DigestSlot(None, PlaceSettings().digest_at)
    (ann,) = store.subscribers(unset)
    assert (ann.place, ann.settings) == (ANN, PlaceSettings())
    assert [s.place for s in store.subscribers(tokyo)] == [GROUP]
