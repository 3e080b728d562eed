"""The ledger's promises: same question same answer, nothing changed, nothing lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from sqlalchemy import text

from storage.errors import ConflictError
from storage.hash_chain import GENESIS, row_hash
from storage.records.ledger import Resolution
from tests.storage.samples import DAY, NOW, forecast


def test_an_issued_forecast_is_read_back_exactly(store):
    """Every digit, the gaps in the usual width, and the words survive."""
    given = forecast(seed=3)
    issued = store.issue(given, NOW)
    found = store.find_forecast(issued.id)
    assert found.forecast.canonical() == given.canonical()
    assert np.array_equal(found.forecast.quantiles, given.quantiles)
    assert (found.issued_at, found.row_hash, found.new) == (NOW, issued.row_hash, False)
    assert issued.new


def test_ids_count_from_one_without_a_gap_and_each_row_names_the_one_before(store):
    """The chain starts at the genesis hash and each hash is that of the documented formula."""
    rows = [store.issue(forecast(seed=seed), NOW + seed * DAY) for seed in range(3)]
    assert [row.id for row in rows] == [1, 2, 3]
    previous = GENESIS
    for row in rows:
        assert row.previous_hash == previous
        assert row.row_hash == row_hash(previous, row.id, row.issued_at, row.forecast.canonical())
        previous = row.row_hash
    assert store.head().row_hash == previous
    assert [link.row_hash for link in store.chain(2, 3)] == [row.row_hash for row in rows[1:]]


def test_the_same_question_gets_the_same_answer(store):
    """A second forecast of the same bars by the same model is not written, whatever it says."""
    first = store.issue(forecast(seed=1), NOW)
    other = replace(forecast(seed=2), data_digest=first.forecast.data_digest)
    again = store.issue(other, NOW + DAY)
    assert (again.id, again.new, again.issued_at) == (first.id, False, NOW)
    assert again.forecast.canonical() == first.forecast.canonical()
    assert store.head().id == 1


@pytest.mark.parametrize(
    "change",
    [{"ticker": "AAPL"}, {"as_of": date(2021, 3, 3)}, {"version": "m2"}, {"seed": 9}],
    ids=["ticker", "as-of", "model", "data"],
)
def test_another_question_gets_its_own_row(store, change):
    """Ticker, last bar, model and data each make it another question."""
    first = store.issue(forecast(), NOW)
    assert store.issue(forecast(**change), NOW).id == first.id + 1


def test_the_answer_to_a_question_is_found_without_issuing(store):
    """`latest_issued` finds by the four parts of the question, and nothing else."""
    issued = store.issue(forecast(seed=5), NOW)
    known = (issued.forecast.ticker, issued.forecast.as_of, "m1", issued.forecast.data_digest)
    assert store.latest_issued(*known).id == issued.id
    assert store.latest_issued(known[0], known[1], "m2", known[3]) is None


def test_a_tickers_forecasts_come_newest_first_up_to_a_day(store):
    """What the digest needs: the last forecast before today."""
    for back in (3, 1, 2):
        store.issue(forecast(as_of=date(2021, 3, 4) - back * DAY, seed=back), NOW)
    store.issue(forecast("AAPL"), NOW)
    days = [row.forecast.as_of.day for row in store.forecasts_of("TSLA", 10)]
    assert days == [3, 2, 1]
    until = store.forecasts_of("TSLA", 1, until=date(2021, 3, 2))
    assert [row.forecast.as_of.day for row in until] == [2]


def test_an_empty_ledger_is_whole(store):
    """Nothing to find is not an error."""
    report = store.verify_chain()
    assert (report.rows, report.head, report.holds) == (0, None, True)
    assert store.find_forecast(1) is None
    assert store.head() is None
    assert store.publish_head(date(2021, 3, 4), NOW) is None


def test_instants_come_back_in_utc_whatever_zone_they_were_given_in(store):
    """The hash is over UTC, so that it can be recomputed anywhere."""
    tokyo = datetime(2021, 3, 5, 6, 30, 15, 123456, tzinfo=timezone(timedelta(hours=9)))
    issued = store.issue(forecast(), tokyo)
    assert store.find_forecast(issued.id).issued_at == tokyo.astimezone(UTC)
    assert store.find_forecast(issued.id).issued_at.utcoffset() == timedelta(0)
    assert store.verify_chain().holds


def test_a_naive_instant_is_refused_and_nothing_is_written(store):
    """Without a zone nobody can tell when a forecast was issued."""
    with pytest.raises(ValueError, match="naive"):
        store.issue(forecast(), datetime(2021, 3, 4))  # noqa: DTZ001
    assert store.head() is None


@pytest.mark.parametrize("table", ["forecasts", "resolutions", "daily_heads"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET row_hash = row_hash", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete(store, table, statement):
    """A mistake in the program cannot rewrite history."""
    issued = store.issue(forecast(), NOW)
    store.publish_head(date(2021, 3, 4), NOW)
    store.resolve([Resolution(issued.id, 1, date(2021, 3, 5), "void", reason="halted")], NOW)
    sql = statement.format(table).replace(
        "row_hash = row_hash",
        "reason = reason" if table == "resolutions" else "row_hash = row_hash",
    )
    with pytest.raises(ConflictError, match="append only"), store.database.writing() as connection:
        connection.execute(text(sql))
    assert store.verify_chain().rows == 1
