"""Counting anew: a wrong total is named and set right, a right one is left, archived or not."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import delete, text, update

from storage.records.ledger import CorrectingRow
from storage.records.tallies import ALL, week_of
from storage.tables.tallies import tallies
from tests.contracts.test_store_archive import LATER, settled
from tests.storage.samples import AS_OF, DAY, NOW, forecast, result, void


@pytest.fixture
def counted(store):
    """Three tickers, one archived, one with corrections of before and after; and its totals."""
    for seed, ticker in enumerate(("TSLA", "AAPL", "KO")):
        settled(store, seed, ticker)
    right = replace(result(1, 2), in_80=False, loss=0.5)
    store.correct([CorrectingRow("TSLA", right, 100.5, "price-corrected")], NOW)
    store.archive(LATER, 2)
    store.correct([CorrectingRow("TSLA", void(1, 3), 100.5, "price-corrected")], NOW)
    store.resolve([result(store.issue(forecast(seed=9), NOW).id, 1)], NOW)
    return store


def change(store, statement):
    with store.database.writing() as connection:
        connection.execute(statement)


def test_totals_that_are_right_are_left_alone(counted):
    """Of rows, of archived results, and of both beside each other."""
    before = counted.tallies(), counted.tallies("TSLA"), counted.tallies("KO")
    passed = []
    done = counted.rebuild_tallies(lambda number, of: passed.append((number, of)))
    assert (done.wrong, done.differences) == (0, ())
    assert done.rows == sum(len(counted.tallies(t)) for t in (None, "TSLA", "AAPL", "KO"))
    assert passed == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert (counted.tallies(), counted.tallies("TSLA"), counted.tallies("KO")) == before


def test_a_planted_wrong_total_is_named_and_set_right(counted):
    """Of an archived ticker, of all, one that is missing and one that nothing stands for."""
    before = [counted.tallies(ticker) for ticker in (None, "TSLA", "KO")]
    kept = tallies.c
    for ticker, horizon in (("TSLA", 5), (ALL, 7)):
        this = update(tallies).where(kept.ticker == ticker, kept.horizon == horizon)
        change(counted, this.values(in_80=kept.in_80 + 3))
    change(counted, delete(tallies).where(kept.ticker == "KO", kept.horizon == 1))
    change(counted, text("INSERT INTO tallies SELECT 'GONE', 1, 1, '', 1,1,1,1,1, .1,.1,.1,.1"))
    done = counted.rebuild_tallies()
    told = [
        (d.ticker, d.horizon, d.slice, d.stored.in_80, d.counted.in_80) for d in done.differences
    ]
    assert told == [
        ("GONE", 1, "", 1, 0),
        ("KO", 1, "eve", 0, 1),
        ("TSLA", 5, "eve", 4, 1),
        (ALL, 7, "eve", 6, 3),
    ]
    assert (done.wrong, done.differences[2].week) == (4, week_of(AS_OF + 5 * DAY))
    after = [counted.tallies(ticker) for ticker in (None, "TSLA", "KO")]
    assert [[entry.sums.in_80 for entry in part] for part in after] == [
        [entry.sums.in_80 for entry in part] for part in before
    ]
    assert counted.rebuild_tallies().wrong == 0


def test_all_totals_are_made_anew_where_there_are_none(counted):
    """Archived errors come back with seven digits, counts exactly."""
    before = {(t.horizon, t.week, t.slice): t.sums for t in counted.tallies()}
    change(counted, delete(tallies))
    counted.rebuild_tallies()
    after = {(t.horizon, t.week, t.slice): t.sums for t in counted.tallies()}
    assert after.keys() == before.keys()
    for key, sums in after.items():
        assert tuple(sums.by_name.values()) == pytest.approx(tuple(before[key].by_name.values()))


def test_counting_beside_a_writer_loses_nothing(counted):
    """A wrong total of the ticker that is being written meanwhile: both ends are right."""
    ids = [counted.issue(forecast(seed=seed), NOW).id for seed in range(20, 32)]

    def write():
        for number in ids:
            counted.resolve([result(number, horizon) for horizon in range(1, 4)], NOW)

    change(counted, update(tallies).where(tallies.c.ticker == "TSLA").values(resolved=99))
    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        counted.rebuild_tallies()
    writer.join()
    assert counted.rebuild_tallies().wrong == 0
    first = [t.sums for t in counted.tallies("TSLA") if (t.horizon, t.slice) == (1, "")]
    assert [sums.resolved for sums in first] == [13]
