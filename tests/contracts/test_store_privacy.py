"""Export, erasure and clean-up."""

from sqlalchemy import select

from storage.metadata import metadata
from storage.records.chats import ForecastMessage, NewAlert, Place, PlaceSettings
from storage.records.inbox import Arrival, Claim
from storage.records.questions import NewQuestion
from storage.records.work import OutboxItem, PhotoKey
from storage.tables.chats import alerts
from tests.storage.samples import DAY, NOW, forecast, question

ANN, GROUP = Place(42), Place(-500)
PERSONAL = [
    column
    for table in metadata.tables.values()
    for column in table.c
    if column.name in ("chat_id", "user_id", "added_by")
]
"""Every column that can hold a person's id; a new one must be erased, too."""


def use(store, place, user):
    """Do in a place all that leaves a trace."""
    issued = store.issue(forecast(seed=user), NOW)
    store.see_chat(place.chat_id)
    store.save_settings(place, PlaceSettings(theme="dark"), NOW)
    store.subscribe(place, [f"T{user}"], user, NOW)
    store.remember_ticker(place, user, f"T{user}", NOW)
    store.add_alert(NewAlert(place, user, "TSLA", "band", issued.id), NOW)
    chance = NewQuestion(
        place, user, issued.id, 1, issued.forecast.targets[0], "above", 9.0, 0.0, 0.5
    )
    store.add_question(chance, NOW)
    store.enqueue([OutboxItem(place, "digest", f"d{user}", NOW, "{}")], NOW)
    store.save_forecast_message(ForecastMessage(place, user, issued.id, user, NOW, 10))
    store.set_league(place, on=True)
    asked, _ = store.ask_round(question(place, issued.id), NOW)
    store.save_call(asked.id, user, NOW, fifth=2)
    number = 10 * user + (place == ANN)
    store.take_in(7, [Arrival(number, place.chat_id, user, "{}", NOW)], Claim("one", NOW))
    return issued


def test_an_export_holds_everything_about_a_place_and_nothing_else(store):
    """Settings, list, alerts, recent tickers, forecasts shown."""
    issued = use(store, ANN, 42)
    use(store, GROUP, 43)
    export = store.export_place(ANN)
    assert (export.place, export.settings.theme, export.recent) == (ANN, "dark", ("T42",))
    assert [s.ticker for s in export.subscriptions] == ["T42"]
    assert [alert.wish.user_id for alert in export.alerts] == [42]
    assert [asked.asked.place for asked in export.rounds] == [ANN]
    (shown,) = export.forecasts
    assert (shown.id, shown.message_id, shown.sent_at, shown.sessions) == (issued.id, 42, NOW, 10)
    assert shown.forecast.canonical() == issued.forecast.canonical()


def test_a_forgotten_person_leaves_no_id_anywhere(store):
    """Their private chat is gone; what the group keeps no longer names them."""
    use(store, ANN, 42)
    use(store, GROUP, 42)
    use(store, GROUP, 43)
    assert set(personal_rows(store, 42)) == {f"{c.table.name}.{c.name}" for c in PERSONAL}
    erased = dict(store.forget_user(42).counts)
    assert erased == {
        "calls": 2,
        "rounds": 1,
        "leagues": 1,
        "questions": 1,
        "group_questions": 1,
        "recent_tickers": 2,
        "alerts": 2,
        "subscriptions": 1,
        "group_subscriptions": 1,
        "forecast_messages": 1,
        "group_messages": 0 + 1,
        "outbox": 1,
        "inbox": 2,
        "settings": 1,
        "chats": 1,
    }
    assert personal_rows(store, 42) == []
    assert [s.ticker for s in store.subscriptions(GROUP)] == ["T42", "T43"]
    assert store.recent_tickers(GROUP) == ("T43",)
    assert len(store.alerts_in(GROUP)) == 1


def personal_rows(store, user_id):
    """Return every column of every table outside the ledger that holds this id."""
    found = []
    with store.database.reading() as connection:
        for column in PERSONAL:
            rows = connection.execute(select(column).where(column == user_id)).all()
            found += [f"{column.table.name}.{column.name}"] * len(rows)
    return found


def test_the_ledger_is_untouched_by_erasure(store):
    """It holds nothing personal, and its chain stays whole."""
    issued = use(store, ANN, 42)
    store.forget_user(42)
    assert store.find_forecast(issued.id).row_hash == issued.row_hash
    assert store.verify_chain().holds


def test_forgetting_a_stranger_erases_nothing(store):
    """And says so."""
    use(store, GROUP, 43)
    erased = store.forget_user(42)
    assert (erased.counts, erased.rows) == ((), 0)


def test_a_sweep_deletes_only_what_is_old_and_done(store):
    """What waits is never swept, however old."""
    old, new = NOW, NOW + 10 * DAY
    items = [OutboxItem(Place(chat), "digest", "d", NOW, "{}") for chat in (1, 2, 3, 4)]
    store.enqueue(items, NOW)
    rows = store.claim_due(NOW, 10, NOW + DAY, "a")
    store.mark_sent(rows[0].id, old)
    store.give_up(rows[1].id, "gone", old)
    store.mark_sent(rows[2].id, new)
    for forecast_id, at in ((1, old), (2, new)):
        store.save_photo(PhotoKey(7, forecast_id, "fan", 20, "dark", "en"), "A", at)
        store.save_unknown("yahoo", f"U{forecast_id}", at)
        store.finish_item("retrain", "n1", f"T{forecast_id}", "kept", at)
    swept = store.sweep(NOW + DAY)
    assert (swept.outbox, swept.photos, swept.unknown_tickers, swept.job_items) == (2, 1, 1, 1)
    assert swept.alerts == 0
    backlog = store.backlog(NOW)
    assert (backlog.due, backlog.sent, backlog.dead) == (1, 1, 0)
    assert store.find_photo(PhotoKey(7, 2, "fan", 20, "dark", "en")) == "A"
    assert store.finished_items("retrain", "n1") == {"T2": "kept"}


def test_a_sweep_deletes_alerts_that_ended_long_ago(store):
    """Fired, cancelled, or cancelled with their chat; one that is open stays, however old."""
    fired, unwanted, lost, late, still_open = (
        store.add_alert(NewAlert(place, 42, "TSLA", "probability", None, price, 0.5, "above"), NOW)
        for place, price in ((ANN, 1.0), (ANN, 2.0), (GROUP, 3.0), (ANN, 4.0), (ANN, 5.0))
    )
    assert store.fire_alert(fired, NOW)
    assert store.cancel_alert(unwanted, ANN, NOW)
    store.mark_chat_dead(GROUP.chat_id, "kicked", NOW)
    assert store.fire_alert(late, NOW + DAY)
    assert alert_ids(store) == [fired, unwanted, lost, late, still_open]
    assert store.sweep(NOW).alerts == 0
    assert store.sweep(NOW + DAY).alerts == 3
    assert alert_ids(store) == [late, still_open]
    assert store.sweep(NOW + 99 * DAY).alerts == 1
    assert [alert.id for alert in store.alerts_in(ANN)] == [still_open]


def test_a_swept_alert_s_number_is_never_given_out_again(store):
    """A message kept under the number of an alert that is gone would swallow the new one's."""
    wishes = [
        NewAlert(ANN, 42, "TSLA", "probability", None, price, 0.5, "above") for price in (1.0, 2.0)
    ]
    first = store.add_alert(wishes[0], NOW)
    store.fire_alert(first, NOW)
    store.sweep(NOW + DAY)
    assert store.add_alert(wishes[1], NOW + DAY) > first
    assert store.sweep(NOW + DAY).alerts == 1


def alert_ids(store):
    """Return the numbers of all alerts, ended ones too."""
    with store.database.reading() as connection:
        return list(connection.execute(select(alerts.c.id).order_by(alerts.c.id)).scalars())
