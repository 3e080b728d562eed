"""The league: one question a place, one call a person, chained when it closes, erased alone."""

import json
import threading
from datetime import time

import pytest
from sqlalchemy import text

from storage.errors import ConflictError
from storage.league_rows import person_hash
from storage.records.chats import DigestSlot, Place, PlaceSettings
from storage.records.league import RoundOutcome
from storage.records.work import OutboxItem
from tests.storage.samples import DAY, MINUTE, NOW, forecast, question

GROUP, TOPIC = Place(-500), Place(-500, 12)


@pytest.fixture
def issued(store):
    return store.issue(forecast(), NOW).id


@pytest.fixture
def asked(store, issued):
    return store.ask_round(question(GROUP, issued), NOW)[0]


def calls(store, round_id):
    return {call.user_id: (call.fifth, call.sure) for call in store.calls_on(round_id)}


def test_a_place_has_one_open_question_at_a_time(store, issued, asked):
    """A second one shows the first; a topic beside it has its own; once shut, the next may come."""
    again, new = store.ask_round(question(GROUP, issued, "AAPL"), NOW)
    assert (again, new) == (asked, False)
    assert store.ask_round(question(TOPIC, issued), NOW)[1]
    assert store.open_round(GROUP, NOW) == asked
    assert store.open_round(GROUP, NOW + DAY) is None
    assert store.ask_round(question(GROUP, issued), NOW + DAY)[1]


def test_a_question_on_a_forecast_that_was_never_issued_is_refused(store):
    """Its edges must be in the ledger."""
    with pytest.raises(ConflictError):
        store.ask_round(question(GROUP, 99), NOW)


def test_a_person_has_one_call_and_may_change_it_until_the_question_closes(store, asked):
    """The last press counts; of the instant of closing on, none does."""
    first = store.save_call(asked.id, 42, NOW, fifth=0)
    assert (first.call.fifth, first.call.sure, first.answered, first.taken) == (0, True, 1, True)
    store.save_call(asked.id, 42, NOW, sure=False)
    store.save_call(asked.id, 43, NOW, fifth=1, sure=False)
    again = store.save_call(asked.id, 42, NOW + MINUTE, fifth=4)
    assert (again.call.fifth, again.call.sure, again.answered) == (4, False, 2)
    late = store.save_call(asked.id, 42, NOW + DAY, fifth=2)
    assert (late.call.fifth, late.taken) == (4, False)
    assert calls(store, asked.id) == {42: (4, False), 43: (1, False)}


def test_a_mood_without_a_fifth_is_no_call(store, asked):
    """Whoever presses "unsure" first has not answered yet."""
    pressed = store.save_call(asked.id, 42, NOW, sure=False)
    assert (pressed.call, pressed.answered, pressed.taken) == (None, 0, True)


def test_presses_at_one_time_are_all_kept_once(store, asked):
    """Twelve people press twice each from as many threads."""
    failed = []

    def press(user):
        try:
            for fifth in (user % 5, (user + 1) % 5):
                store.save_call(asked.id, user, NOW, fifth=fifth)
        except Exception as err:  # noqa: BLE001 (any failure fails the test)
            failed.append(err)

    threads = [threading.Thread(target=press, args=(user,)) for user in range(100, 112)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert calls(store, asked.id) == {user: ((user + 1) % 5, True) for user in range(100, 112)}


def test_a_closed_question_is_chained_with_its_calls_once(store, asked):
    """The record holds fifths and moods of people known by a hash whose salt is elsewhere."""
    store.save_call(asked.id, 42, NOW, fifth=3)
    store.save_call(asked.id, 43, NOW, fifth=0, sure=False)
    assert store.close_rounds(NOW) == ()
    assert store.close_rounds(NOW + DAY) == (asked.id,)
    assert store.close_rounds(NOW + DAY) == ()
    assert store.find_round(asked.id).counts == (1, 0, 0, 1, 0)
    with store.database.reading() as connection:
        body = connection.execute(text("SELECT body FROM league_records")).scalar_one()
        salts = dict(connection.execute(text("SELECT user_id, salt FROM league_calls")).all())
    kept = {tuple(call) for call in json.loads(body)["calls"]}
    assert kept == {
        (person_hash(salts[42], 42), 3, True),
        (person_hash(salts[43], 43), 0, False),
    }
    assert store.league_records_hold()


def test_closing_records_cannot_be_changed_and_a_change_would_show(store, issued, asked):
    """The database refuses an update; the walk finds a chain that does not fit its hashes."""
    store.close_rounds(NOW + DAY)
    store.ask_round(question(GROUP, issued), NOW + DAY / 2)
    store.ask_round(question(TOPIC, issued), NOW)
    store.close_rounds(NOW + DAY)
    with pytest.raises(ConflictError), store.database.writing() as connection:
        connection.execute(text("UPDATE league_records SET body = '{}'"))
    assert store.league_records_hold()
    with store.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO league_records (id, round_id, body, closed_at, previous_hash, row_hash)"
                " SELECT 99, 99, body, closed_at, previous_hash, row_hash FROM league_records"
                " WHERE id = 1"
            )
        )
    assert not store.league_records_hold()


def test_a_question_is_scored_once(store, asked):
    """Its calls get their points, the question their number and sum."""
    store.save_call(asked.id, 42, NOW, fifth=3)
    (call,) = store.calls_on(asked.id)
    outcome = RoundOutcome(111.5, 3, ((call.id, 100.0),))
    assert not store.score_round(asked.id, outcome, NOW)
    store.close_rounds(NOW + DAY)
    assert [waiting.id for waiting in store.rounds_to_score()] == [asked.id]
    assert store.score_round(asked.id, outcome, NOW + DAY)
    assert not store.score_round(asked.id, outcome, NOW + DAY)
    assert not store.void_round(asked.id, "halted", NOW + DAY)
    (scored,) = store.rounds_of(GROUP, "2021Q1")
    assert (scored.close, scored.fifth, scored.scored, scored.points) == (111.5, 3, 1, 100.0)
    assert [c.points for c in store.scored_calls(GROUP, "2021Q1")] == [100.0]
    assert store.latest_round(GROUP, "TSLA") == scored
    assert store.latest_round(GROUP, "AAPL") is None
    assert store.rounds_ended(NOW) == (scored,)
    assert store.rounds_of(TOPIC, "2021Q1") == ()


def test_a_person_who_is_forgotten_leaves_the_others_points_where_they_were(store, asked):
    """Their call and its salt are gone; the question's sums and the chain stay."""
    for user in (42, 43):
        store.save_call(asked.id, user, NOW, fifth=user - 40)
    store.close_rounds(NOW + DAY)
    points = tuple((call.id, call.user_id / 1.0) for call in store.calls_on(asked.id))
    store.score_round(asked.id, RoundOutcome(111.5, 3, points), NOW + DAY)
    store.forget_user(42)
    assert [(c.user_id, c.points) for c in store.scored_calls(GROUP, "2021Q1")] == [(43, 43.0)]
    (scored,) = store.rounds_of(GROUP, "2021Q1")
    assert (scored.scored, scored.points, scored.counts) == (2, 85.0, (0, 0, 1, 1, 0))
    assert store.league_records_hold()


def test_only_its_own_place_can_stop_a_question(store, asked):
    """A number guessed in another topic does nothing; a stopped one takes no call."""
    assert not store.stop_round(asked.id, TOPIC, NOW)
    assert store.stop_round(asked.id, GROUP, NOW)
    assert not store.stop_round(asked.id, GROUP, NOW)
    assert not store.save_call(asked.id, 42, NOW, fifth=1).taken
    assert store.open_round(GROUP, NOW) is None


def test_a_group_that_moves_takes_its_question_and_its_league_along(store, asked):
    """Calls go on under the new id; the old message cannot be replied to."""
    store.set_league(GROUP, on=True)
    store.note_round_message(asked.id, 77)
    store.save_call(asked.id, 42, NOW, fifth=1)
    store.migrate_chat(-500, -100500)
    moved = store.open_round(Place(-100500), NOW)
    assert (moved.id, moved.message_id) == (asked.id, -77)
    assert store.save_call(asked.id, 43, NOW, fifth=1).answered == 2
    assert asked_weekly(store) == [Place(-100500)]


def asked_weekly(store):
    """The places that a week's question is still to be put to."""
    return [place for place, _ in store.league_places("weekly", "2021-W10")]


def test_a_weekly_league_is_on_until_it_is_switched_off_or_the_bot_is_removed(store):
    """Switching it on twice is once."""
    for _ in range(2):
        store.set_league(GROUP, on=True)
    store.set_league(TOPIC, on=True)
    assert asked_weekly(store) == [GROUP, TOPIC]
    store.set_league(TOPIC, on=False)
    assert asked_weekly(store) == [GROUP]
    store.mark_chat_dead(-500, "kicked", NOW)
    assert asked_weekly(store) == []
    store.see_chat(-500)
    assert asked_weekly(store) == []


def test_whoever_was_asked_this_week_or_is_paused_is_not_asked(store):
    """The others come with the hour of their digest: a topic's is that of its group unless set."""
    for place in (GROUP, TOPIC, Place(-7), Place(-8)):
        store.set_league(place, on=True)
    store.enqueue([OutboxItem(GROUP, "weekly", "2021-W10", NOW, "{}")], NOW)
    store.enqueue([OutboxItem(TOPIC, "weekly", "2021-W09", NOW, "{}")], NOW)
    store.save_settings(GROUP, PlaceSettings(zone="Asia/Tokyo", digest_at=time(7)), NOW)
    store.save_settings(Place(-7), PlaceSettings(paused=True), NOW)
    assert store.league_places("weekly", "2021-W10") == (
        (TOPIC, DigestSlot("Asia/Tokyo", time(7))),
        (Place(-8), DigestSlot(None, PlaceSettings().digest_at)),
    )
