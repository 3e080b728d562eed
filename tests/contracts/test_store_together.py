"""Writes that share one transaction."""

from functools import partial

from sqlalchemy import event

from storage.errors import ConflictError
from storage.records.chats import ForecastMessage, Place
from tests.storage.samples import MINUTE, NOW

PLACE = Place(7)


def commits_of(store):
    """What the database commits from now on."""
    seen = []
    event.listen(store.database.engine, "commit", lambda _: seen.append("commit"))
    return seen


def remembering(store, *tickers):
    """Writes that remember tickers."""
    return [partial(store.remember_ticker, PLACE, 1, ticker, NOW) for ticker in tickers]


def test_writes_that_come_together_are_one_transaction(store):
    """Each is kept, for the price of one."""
    commits = commits_of(store)
    assert store.write_together(remembering(store, "A", "B", "C")) == [None] * 3
    assert commits == ["commit"]
    assert store.recent_tickers(PLACE) == ("A", "B", "C")


def test_a_write_that_fails_takes_no_other_with_it(store):
    """Whoever asked for the impossible is told; the rest is kept."""
    shown = ForecastMessage(PLACE, 5, 404, 1, NOW, 20)
    wrong = partial(store.save_forecast_message, shown)
    first, second = remembering(store, "A", "B")
    told = store.write_together([first, wrong, second])
    assert [type(error) for error in told] == [type(None), ConflictError, type(None)]
    assert store.recent_tickers(PLACE) == ("A", "B")
    assert store.find_forecast_message(7, 5) is None


def test_a_write_sees_those_before_it(store):
    """What a write reads on the way is what its bunch has written."""
    seen = []
    writes = [*remembering(store, "A"), lambda: seen.append(store.recent_tickers(PLACE))]
    assert store.write_together(writes) == [None, None]
    assert seen == [("A",)]


def test_what_is_read_together_is_of_one_state(store):
    """A write in between shows afterwards; a record's figures never come from two moments."""
    store.remember_ticker(PLACE, 1, "A", NOW)
    with store.seeing():
        first = store.recent_tickers(PLACE)
        store.remember_ticker(PLACE, 1, "B", NOW + MINUTE)
        assert store.recent_tickers(PLACE) == first == ("A",)
    assert store.recent_tickers(PLACE) == ("B", "A")
