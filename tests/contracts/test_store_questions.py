"""Questions are kept once, decided by the ledger's result, and counted by their chance."""

from dataclasses import replace

import pytest

from storage.records.chats import Place
from storage.records.ledger import CorrectingRow
from storage.records.questions import NewQuestion
from tests.storage.samples import NOW, forecast, result, void

ANN, GROUP = Place(42), Place(-500, 7)


def asked(store, place=ANN, **changes):
    issued = store.issue(forecast(), NOW)
    target = issued.forecast.targets[0]
    plain = NewQuestion(place, 42, issued.id, 1, target, "above", 100.0, 0.0, 0.12)
    return replace(plain, **changes)


def test_the_same_question_in_a_place_is_one(store):
    """Who asks twice, or two who ask the same, leave one row; another place has its own."""
    first = store.add_question(asked(store), NOW)
    assert store.add_question(asked(store, user_id=43), NOW) == first
    assert store.add_question(asked(store, low=101.0), NOW) != first
    assert store.add_question(asked(store, GROUP), NOW) != first
    assert [kept.question.low for kept in store.questions_in(ANN)] == [101.0, 100.0]


@pytest.mark.parametrize(
    ("relation", "low", "high", "close", "came"),
    [
        ("above", 100.0, 0.0, 100.5, True),
        ("above", 100.5, 0.0, 100.5, False),
        ("below", 101.0, 0.0, 100.5, True),
        ("below", 100.0, 0.0, 100.5, False),
        ("between", 100.0, 101.0, 100.5, True),
        ("between", 101.0, 102.0, 100.5, False),
        ("beyond", 101.0, 102.0, 100.5, True),
        ("beyond", 100.0, 101.0, 100.5, False),
    ],
)
def test_the_close_decides(store, relation, low, high, close, came):
    """Once; what has no result yet stays open."""
    question = asked(store, relation=relation, low=low, high=high)
    store.add_question(question, NOW)
    store.add_question(replace(question, horizon=2), NOW)
    assert store.settle_questions(NOW) == 0
    store.resolve([result(question.forecast_id, close=close)], NOW)
    assert store.settle_questions(NOW) == 1
    assert store.settle_questions(NOW) == 0
    later, decided = store.questions_in(ANN)
    assert (decided.status, decided.close, decided.came) == ("resolved", close, came)
    assert (later.status, later.came) == ("open", None)


def test_a_day_without_a_close_decides_nothing(store):
    """A halt makes a question void, and void ones are not counted."""
    question = asked(store)
    store.add_question(question, NOW)
    store.resolve([void(question.forecast_id)], NOW)
    store.settle_questions(NOW)
    assert [(kept.status, kept.came) for kept in store.questions_in(ANN)] == [("void", None)]
    assert store.chance_record(0.1, 0.2).resolved == 0


def test_a_result_that_was_set_right_decides_anew(store):
    """What came is what the ledger says in the end."""
    question = asked(store)
    store.add_question(question, NOW)
    store.resolve([result(question.forecast_id, close=100.5)], NOW)
    store.settle_questions(NOW)
    right = result(question.forecast_id, close=99.0)
    store.correct([CorrectingRow("TSLA", right, 100.5, "price-corrected")], NOW)
    assert store.settle_questions(NOW) == 1
    assert [kept.came for kept in store.questions_in(ANN)] == [False]


def test_the_record_counts_each_question_once_by_its_tenth(store):
    """Four of 10 to 19 %, asked in two places; one of them came true: 15 % said, 25 % came."""
    for low, chance in ((100.0, 0.10), (101.0, 0.13), (102.0, 0.18), (103.0, 0.19), (104.0, 0.2)):
        for place in (ANN, GROUP):
            store.add_question(asked(store, place, low=low, chance=chance), NOW)
    store.resolve([result(asked(store).forecast_id, close=100.5)], NOW)
    store.settle_questions(NOW)
    record = store.chance_record(0.1, 0.2)
    assert (record.resolved, record.came) == (4, 0.25)
    assert record.said == pytest.approx(0.15)


def test_a_group_takes_its_questions_along(store):
    """As a supergroup it finds them under its new number."""
    store.add_question(asked(store, GROUP), NOW)
    store.migrate_chat(-500, -100500)
    assert store.questions_in(GROUP) == ()
    assert len(store.questions_in(Place(-100500, 7))) == 1
