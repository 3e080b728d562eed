"""Replies with what came: at the marks that a message showed, once for each forecast and place."""

from datetime import timedelta

import pytest

from bot.background.nightly.came_true import KIND, MARKS, enqueue_came_true
from bot.background.nightly.outcomes import resolve_due
from bot.words.language import load_words
from storage.records.chats import ForecastMessage, Place, PlaceSettings
from storage.store import open_store
from tests.bot.markets import Shop, after_close, plain_forecast, walk

ANN = Place(700)
BARS = walk()
ISSUED_AT, END = after_close(BARS, 300), after_close(BARS, 320)


@pytest.fixture
def store(tmp_path):
    """A ledger with one forecast that has been compared with all its twenty closes."""
    opened = open_store(f"sqlite:///{tmp_path / 'replies.db'}")
    opened.issue(plain_forecast(BARS, 300), ISSUED_AT)
    resolve_due(opened, Shop({"AAA": BARS}), END)
    yield opened
    opened.close()


def show(store, message_id, sessions):
    store.save_forecast_message(ForecastMessage(ANN, message_id, 1, 700, ISSUED_AT, sessions))


def replied(store, message_id):
    return tuple(m for m in MARKS if store.find_outbox(ANN, KIND, f"{message_id}:{m}"))


@pytest.mark.parametrize(
    ("sessions", "marks"), [(3, ()), (5, (5,)), (10, (5,)), (19, (5,)), (20, (5, 20))]
)
def test_a_message_is_replied_to_at_the_marks_it_showed(store, sessions, marks):
    """What the chat's charts show by default does not matter, nor that it was changed since."""
    store.save_settings(ANN, PlaceSettings(sessions=20 if sessions < 20 else 5), END)
    show(store, 9, sessions)
    assert enqueue_came_true(store, load_words, END) == len(marks)
    assert replied(store, 9) == marks


def test_a_forecast_shown_twice_is_replied_to_where_the_mark_was_seen_last(store):
    """Twenty sessions in the first message, five in the second: one reply at each mark."""
    show(store, 9, 20)
    show(store, 12, 5)
    assert enqueue_came_true(store, load_words, END) == 2
    assert (replied(store, 9), replied(store, 12)) == ((20,), (5,))


@pytest.mark.parametrize(("message", "sessions"), [(12, 5), (9, 20)])
def test_a_button_pressed_after_the_reply_brings_no_second_one(store, message, sessions):
    """Which message is the last to show a mark may change; the place has had its reply."""
    show(store, 9, 10)
    show(store, 12, 20)
    assert enqueue_came_true(store, load_words, END) == 2
    assert store.note_shown_sessions(ANN.chat_id, message, sessions)
    assert enqueue_came_true(store, load_words, END + timedelta(days=1)) == 0


def test_a_button_pressed_before_the_day_changes_at_which_marks_it_is_replied_to(store):
    """The number that stands under the picture counts, not the one first asked for."""
    show(store, 9, 20)
    assert store.note_shown_sessions(ANN.chat_id, 9, 10)
    enqueue_came_true(store, load_words, END)
    assert replied(store, 9) == (5,)
