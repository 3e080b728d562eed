"""The price cache."""

import numpy as np
import pytest
from sqlalchemy import text

from tests.storage.samples import DAY, NOW, bars


def test_cached_bars_are_read_back_exactly(store):
    """Every bit of every column, and what the digest does not cover."""
    given = bars()
    store.save_bars("chain", given, NOW)
    found = store.load_bars("chain", "TSLA")
    assert found.checked_at == NOW
    for name in ("sessions", "open", "high", "low", "close", "adj_close", "volume"):
        assert np.array_equal(getattr(found.bars, name), getattr(given, name))
    for name in ("ticker", "currency", "source", "exchange", "note"):
        assert getattr(found.bars, name) == getattr(given, name)
    assert found.bars.digest() == given.digest()


def test_bars_are_kept_by_source_and_ticker_and_replaced(store):
    """A longer history takes the place of the shorter."""
    store.save_bars("yahoo", bars(n=300), NOW)
    store.save_bars("yahoo", bars(n=301), NOW + DAY)
    found = store.load_bars("yahoo", "TSLA")
    assert (len(found.bars), found.checked_at) == (301, NOW + DAY)
    assert store.load_bars("files", "TSLA") is None
    assert store.load_bars("yahoo", "AAPL") is None


@pytest.mark.parametrize("column", ["bars", "currency", "digest"])
def test_damaged_bars_are_as_good_as_none(store, column):
    """They are fetched again in place of a forecast from broken numbers."""
    store.save_bars("yahoo", bars(), NOW)
    store.save_bars("yahoo", bars("AAPL", seed=2), NOW)
    with store.database.writing() as connection:
        value = f"(SELECT {column} FROM price_bars WHERE ticker = 'AAPL')"
        value = "'EUR'" if column == "currency" else value
        connection.execute(text(f"UPDATE price_bars SET {column} = {value} WHERE ticker = 'TSLA'"))
    assert store.load_bars("yahoo", "TSLA") is None
    assert store.load_bars("yahoo", "AAPL") is not None


def test_an_unknown_ticker_is_remembered_until_it_is_found(store):
    """The source is spared, and bars end the matter."""
    store.save_unknown("yahoo", "TSLA", NOW)
    store.save_unknown("yahoo", "TSLA", NOW + DAY)
    assert store.load_unknown("yahoo", "TSLA") == NOW + DAY
    assert store.load_unknown("files", "TSLA") is None
    store.save_bars("yahoo", bars(), NOW)
    assert store.load_unknown("yahoo", "TSLA") is None


def test_all_kept_bars_are_listed_by_ticker(store):
    """What a refit of the model of all tickers reads; one entry for each source."""
    for source, ticker in (("yahoo", "TSLA"), ("files", "AAPL"), ("files", "TSLA")):
        store.save_bars(source, bars(ticker), NOW)
    found = store.kept_bars()
    assert sorted(found) == [("files", "AAPL"), ("files", "TSLA"), ("yahoo", "TSLA")]
    assert found[0] == ("files", "AAPL")
