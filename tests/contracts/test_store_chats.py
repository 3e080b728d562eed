"""Chats and the settings of their places."""

from datetime import time

from storage.records.chats import DigestSlot, ForecastMessage, NewAlert, Place, PlaceSettings
from storage.records.work import OutboxItem
from storage.schema import NEWEST, REVISIONS, move_to
from tests.storage.samples import DAY, MINUTE, NOW, forecast

GROUP = Place(-500)


TOPIC = Place(-500, 12)


def reachable(store, chat_id):
    """Whether a message to a chat is taken in."""
    return store.enqueue([OutboxItem(Place(chat_id), "test", "k", NOW, "{}")], NOW) == 1


def test_a_chat_may_be_seen_again_and_again(store):
    """Ids may be wider than 32 bits, as those of supergroups are."""
    big = -1009876543210123
    store.see_chat(big)
    store.see_chat(big)
    assert reachable(store, big)


def test_a_dead_chat_loses_what_waits_for_it_and_says_how_much(store):
    """Blocked: unsubscribed, nothing more is sent, alerts are off; a second call finds nothing."""
    store.see_chat(5)
    store.subscribe(Place(5), ["TSLA", "AAPL"], 5, NOW)
    store.add_alert(NewAlert(Place(5), 5, "TSLA", "probability", None, 9.0, 0.5, "above"), NOW)
    store.enqueue([OutboxItem(Place(5), "digest", "d1", NOW, "{}")], NOW)
    lost = store.mark_chat_dead(5, "blocked", NOW + MINUTE)
    assert (lost.subscriptions, lost.unsent) == (2, 1)
    assert not reachable(store, 5)
    assert store.claim_due(NOW + DAY, 10, NOW + 2 * DAY, "a") == ()
    assert (store.subscriptions(Place(5)), store.open_alerts()) == ((), ())
    again = store.mark_chat_dead(5, "blocked", NOW + MINUTE)
    assert (again.subscriptions, again.unsent) == (0, 0)


def test_a_dead_chat_lives_again_when_it_is_seen(store):
    """Who unblocks the bot and writes is served; who never wrote cannot be written to."""
    assert not store.is_reachable(5)
    store.mark_chat_dead(5, "blocked", NOW)
    assert not reachable(store, 5)
    assert not store.is_reachable(5)
    store.see_chat(5)
    assert reachable(store, 5)
    assert store.is_reachable(5)


def test_settings_are_kept_whole_and_replaced_whole(store):
    """Every field makes the round trip."""
    chosen = PlaceSettings(
        theme="dark",
        sessions=5,
        digest_at=time(6, 45),
        zone="America/New_York",
        days=(0, 2, 4),
        quiet=(time(22), time(6, 30)),
        sound="loud",
        paused=True,
        closed_note=True,
        replies=False,
        anyone_may_change=True,
        language="de",
        language_chosen=True,
    )
    assert store.settings(GROUP) == PlaceSettings()
    store.save_settings(GROUP, chosen, NOW)
    assert store.settings(GROUP) == chosen
    store.save_settings(GROUP, PlaceSettings(days=()), NOW)
    assert store.settings(GROUP) == PlaceSettings(days=())


def test_a_change_leaves_all_else_as_it_is_by_then(store):
    """Two who change different settings of a place at once both have their way."""
    quiet, days = (time(22), time(6)), (0, 4)
    for place in (GROUP, TOPIC):
        store.change_settings(place, {"quiet": quiet}, NOW)
        store.change_settings(place, {"language": "de", "language_chosen": True}, NOW)
        store.change_settings(place, {"zone": "Asia/Tokyo", "days": days}, NOW)
        changed = PlaceSettings(
            quiet=quiet, zone="Asia/Tokyo", days=days, language="de", language_chosen=True
        )
        assert store.settings(place) == changed
        store.change_settings(place, {"language_chosen": False, "quiet": None}, NOW)
        assert store.settings(place) == PlaceSettings(zone="Asia/Tokyo", days=days)
    assert DigestSlot("Asia/Tokyo", time(8)) in store.digest_slots()


def test_an_unchosen_language_is_the_one_noted_for_the_chat(store):
    """What Telegram says of a person holds until they choose, and again once they unchoose."""
    store.note_language(GROUP.chat_id, "de")
    assert store.settings(GROUP) == PlaceSettings(language="de")
    assert store.settings(TOPIC).language == "de"
    store.save_settings(GROUP, PlaceSettings(language="ru", language_chosen=True), NOW)
    assert (store.settings(GROUP).language, store.settings(TOPIC).language) == ("ru", "ru")
    store.note_language(GROUP.chat_id, "fr")
    assert store.settings(GROUP).language == "ru"
    store.save_settings(GROUP, PlaceSettings(theme="dark", language="ru"), NOW)
    assert store.settings(GROUP) == PlaceSettings(theme="dark", language="fr")


def test_subscribers_carry_their_language(store):
    """A digest is worded in its place's language, chosen or noted, set or never set."""
    told = {Place(1): "es", Place(2): "ru", Place(3): "en"}
    for place in told:
        store.subscribe(place, ["TSLA"], 1, NOW)
    store.note_language(1, "es")
    store.note_language(2, "fr")
    store.save_settings(Place(2), PlaceSettings(language="ru", language_chosen=True), NOW)
    assert {s.place: s.settings.language for s in store.subscribers()} == told


def test_a_topic_follows_its_chat_until_it_has_settings_of_its_own(store):
    """A forum's admin sets once; a topic may differ."""
    store.save_settings(GROUP, PlaceSettings(theme="dark"), NOW)
    assert store.settings(TOPIC).theme == "dark"
    store.save_settings(TOPIC, PlaceSettings(sessions=5), NOW)
    assert store.settings(TOPIC) == PlaceSettings(sessions=5)
    assert store.settings(GROUP) == PlaceSettings(theme="dark")


def test_a_migrated_group_keeps_everything_under_its_new_id(store):
    """One transaction over all tables; doing it twice is doing it once."""
    old, new = Place(-500, 12), Place(-1000500, 12)
    store.see_chat(old.chat_id)
    store.note_language(old.chat_id, "pt_BR")
    store.save_settings(old, PlaceSettings(theme="dark"), NOW)
    store.subscribe(old, ["TSLA"], 42, NOW)
    store.remember_ticker(old, 42, "TSLA", NOW)
    store.add_alert(NewAlert(old, 42, "TSLA", "probability", None, 9.0, 0.5, "above"), NOW)
    store.enqueue([OutboxItem(old, "digest", "d1", NOW, "{}")], NOW)
    issued = store.issue(forecast(), NOW).id
    store.save_forecast_message(ForecastMessage(old, 9, issued, 42, NOW, 20))
    for _ in range(2):
        store.migrate_chat(old.chat_id, new.chat_id)
        assert store.settings(new) == PlaceSettings(theme="dark", language="pt_BR")
        assert [s.ticker for s in store.subscriptions(new)] == ["TSLA"]
        assert store.recent_tickers(new) == ("TSLA",)
        assert [alert.wish.place for alert in store.open_alerts()] == [new]
        assert store.find_outbox(new, "digest", "d1").state == "pending"
        assert [m.place for m in store.forecast_messages([issued])] == [new]
    assert (reachable(store, old.chat_id), reachable(store, new.chat_id)) == (False, True)
    assert store.subscriptions(old) == ()
    assert store.find_outbox(old, "digest", "d1") is None


def test_where_old_and_new_group_have_the_same_row_the_new_one_stays(store):
    """The supergroup may have been used before Telegram told of the migration."""
    old, new = Place(-500), Place(-1000500)
    for place, user in ((old, 1), (new, 2)):
        store.save_settings(place, PlaceSettings(sessions=user), NOW)
        store.subscribe(place, ["TSLA"], user, NOW)
        store.enqueue([OutboxItem(place, "digest", "d1", NOW, str(user))], NOW)
        store.remember_ticker(place, 7, "TSLA", NOW)
    store.subscribe(old, ["AAPL"], 1, NOW)
    store.migrate_chat(old.chat_id, new.chat_id)
    assert store.settings(new).sessions == 2
    found = [(s.ticker, s.added_by) for s in store.subscriptions(new)]
    assert sorted(found) == [("AAPL", 1), ("TSLA", 2)]
    assert store.find_outbox(new, "digest", "d1").item.payload == "2"
    assert store.subscriptions(old) == ()


def test_places_of_releases_before_have_no_recap_and_no_cashtags(store):
    """An upgrade turns on nothing that nobody asked for, and keeps what was chosen."""
    store.save_settings(GROUP, PlaceSettings(theme="dark", recap=True, cashtags=True), NOW)
    assert store.settings(GROUP).recap
    move_to(store.database, REVISIONS[REVISIONS.index("0003") - 1])
    move_to(store.database, NEWEST)
    assert store.settings(GROUP) == PlaceSettings(theme="dark", recap=False, cashtags=False)
