"""Results of the league: void by rule, told once, the same again after a crash."""

import pytest

from bot.background.league import RESULT, finish_rounds
from bot.words.language import load_words
from storage.records.chats import Place
from storage.records.ledger import Resolution
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
