"""Results of the league: void by rule, told once, the same again after a crash."""

from dataclasses import replace

import pytest

from bot.background.league import CORRECTED, RESULT, finish_rounds
from bot.words.language import load_words
from storage.records.chats import Place
from storage.records.ledger import CorrectingRow, Resolution
from storage.store import open_store
from tests.storage.samples import DAY, NOW, forecast, question, result

GROUP = Place(-500)


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def asked(store):
    issued = store.issue(forecast(), NOW).id
    made, _ = store.ask_round(question(GROUP, issued), NOW)
    store.save_call(made.id, 42, NOW, fifth=2)
    return made


def finish(store, days):
    return finish_rounds(store, lambda _: load_words(), NOW + days * DAY)


def test_a_question_waits_for_its_close(store, asked):
    """Without a result it is closed to calls and not told of."""
    assert finish(store, 1) == 0
    assert store.find_round(asked.id).state == "closed"


@pytest.mark.parametrize("reason", ["no-session", "halted", "ended", "as-of-missing"])
def test_without_a_usable_close_a_question_is_void(store, asked, reason):
    """Nobody gets points, and the place is told once."""
    target = asked.asked.target
    store.resolve([Resolution(asked.asked.forecast_id, 2, target, "void", reason=reason)], NOW)
    assert [finish(store, 1), finish(store, 1)] == [1, 0]
    void = store.find_round(asked.id)
    assert (void.state, void.reason, void.scored) == ("void", reason, 0)
    assert store.scored_calls(GROUP, "2021Q1") == ()


def test_a_result_that_a_crash_kept_from_being_told_is_told_by_the_next_night(store, asked):
    """The close of 100.5 is in the third fifth; 90.25 to 110.5: the call gets 100 points."""
    store.resolve([result(asked.asked.forecast_id, 2)], NOW)
    assert finish(store, 1) == 1
    scored = store.find_round(asked.id)
    assert (scored.fifth, scored.points) == (2, 100.0)
    key = f"{asked.id}@{asked.asked_at.isoformat()}"
    assert store.find_outbox(GROUP, RESULT, key) is not None
    store.migrate_chat(-500, -100500)
    assert finish(store, 1) == 0


def test_a_close_that_was_set_right_is_scored_anew_and_told_once(store, asked):
    """115 in place of 100.5 is one fifth higher: the call is off by one step and gets 75 points.

    A call that was erased meanwhile stays in the sum: it was in the fourth fifth, and gets 100 now.
    """
    store.save_call(asked.id, 43, NOW, fifth=3)
    store.resolve([result(asked.asked.forecast_id, 2)], NOW)
    assert finish(store, 1) == 1
    assert [call.points for call in store.scored_calls(GROUP, "2021Q1")] == [100.0, 75.0]
    store.forget_user(43)
    right = replace(result(asked.asked.forecast_id, 2), close=115.0)
    store.correct([CorrectingRow("TSLA", right, 100.5, "price-corrected")], NOW)
    assert [finish(store, 2), finish(store, 2)] == [0, 0]
    anew = store.find_round(asked.id)
    assert (anew.close, anew.fifth, anew.scored, anew.points) == (115.0, 3, 2, 175.0)
    assert [call.points for call in store.scored_calls(GROUP, "2021Q1")] == [75.0]
    key = f"{asked.id}@{asked.asked_at.isoformat()}#115"
    told = store.find_outbox(GROUP, CORRECTED, key).item.payload
    assert "closed at $115" in told
    assert "not at $100.50" in told
