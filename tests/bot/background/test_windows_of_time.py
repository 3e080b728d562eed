"""How long what was missed is made good, and how long it is of use."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.background.nightly.came_true import KIND, enqueue_came_true
from bot.background.nightly.outcomes import resolve_due
from bot.background.outbox.posts import read_post
from bot.background.schedule_lease import ScheduleLease
from bot.clock import ReplayClock
from bot.words.language import load_words
from storage.records.chats import ForecastMessage, Place
from storage.records.work import Holder
from storage.store import open_store
from tests.bot.markets import Shop, after_close, plain_forecast, walk

ANN = Place(700)
BARS = walk()
END = after_close(BARS, 320)
NOON = datetime(2021, 12, 15, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    """A new SQLite file."""
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def shown(store):
    """A ledger with a forecast that Ann saw and that was compared with its closes at `END`."""
    issued_at = after_close(BARS, 300)
    store.issue(plain_forecast(BARS, 300), issued_at)
    resolve_due(store, Shop({"AAA": BARS}), END)
    store.save_forecast_message(ForecastMessage(ANN, 9, 1, 700, issued_at, 20))
    return store


@pytest.mark.parametrize(("hours", "replies"), [(71, 2), (73, 0)])
def test_a_reply_that_was_missed_is_made_good_for_three_days(shown, hours, replies):
    """Resolved at `END`: 71 hours later both marks are still replied to, after 73 none."""
    assert enqueue_came_true(shown, load_words, END + timedelta(hours=hours)) == replies


def test_replies_come_five_and_twenty_sessions_later_and_are_of_use_for_two_days(shown):
    """No other session is a mark; a reply held up for longer than two days is not sent."""
    assert enqueue_came_true(shown, load_words, END) == 2
    marks = [h for h in range(1, 21) if shown.find_outbox(ANN, KIND, f"9:{h}")]
    assert marks == [5, 20]
    for mark in marks:
        post = read_post(shown.find_outbox(ANN, KIND, f"9:{mark}").item.payload)
        assert post.expires == END + timedelta(hours=48)


def test_a_process_that_hangs_loses_the_schedule_after_eight_seconds(store):
    """At 7.9 seconds another must not run it; at 8 it may, or a dead host would stop all nights."""
    clock = ReplayClock(NOON)
    first, second = (
        ScheduleLease(store, Holder(f"host-{n}", "-", 1, str(n)), clock) for n in (1, 2)
    )
    assert first.renew() == ""
    clock.move_to(NOON + timedelta(seconds=7.9))
    assert second.renew() is None
    assert (first.held, second.held) == (True, False)
    clock.move_to(NOON + timedelta(seconds=8))
    assert second.renew() == "host-1/-/1/1"
    assert (first.held, second.held) == (False, True)
