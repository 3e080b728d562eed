"""Results of forecasts: due when their day has come, written once."""

from datetime import date

import pytest

from storage.errors import ConflictError
from storage.records.ledger import CorrectingRow
from storage.records.tallies import summed
from tests.storage.samples import AS_OF, DAY, NOW, forecast, result, void


def test_a_promise_is_due_from_its_target_day_on(store):
    """Neither earlier, nor only on that day."""
    issued = store.issue(forecast(), NOW).id
    assert store.due_resolutions(AS_OF, 100) == ()
    due = store.due_resolutions(AS_OF + 3 * DAY, 100)
    assert [(d.forecast_id, d.horizon, d.target.day) for d in due] == [
        (issued, 1, 5),
        (issued, 2, 6),
        (issued, 3, 7),
    ]
    assert len(store.due_resolutions(AS_OF + 100 * DAY, 100)) == 20


def test_due_promises_come_by_ticker_so_that_few_histories_are_read(store):
    """The order is ticker, target, forecast; a ticker can be asked for alone."""
    for ticker, seed in (("TSLA", 1), ("AAPL", 2), ("TSLA", 3)):
        store.issue(forecast(ticker, seed=seed), NOW)
    due = store.due_resolutions(AS_OF + 2 * DAY, 100)
    assert list(due) == sorted(due)
    assert store.due_tickers(AS_OF + 2 * DAY) == ("AAPL", "TSLA")
    assert store.due_tickers(AS_OF) == ()
    assert {d.ticker for d in store.due_resolutions(AS_OF + 2 * DAY, 100, "TSLA")} == {"TSLA"}
    assert len(store.due_resolutions(AS_OF + 2 * DAY, 2)) == 2


def test_a_resolved_promise_is_no_longer_due_and_stays_as_it_was_written(store):
    """The second result for the same promise is passed over, whatever it says."""
    issued = store.issue(forecast(), NOW).id
    first = result(issued, 1)
    assert store.resolve([first, void(issued, 2)], NOW + DAY) == 2
    assert store.resolve([result(issued, 1, close=1.0), result(issued, 3)], NOW + 2 * DAY) == 1
    assert store.resolutions_for(issued) == (first, void(issued, 2), result(issued, 3))
    assert [d.horizon for d in store.due_resolutions(AS_OF + 4 * DAY, 9)] == [4]
    assert store.resolve([], NOW) == 0


def test_a_result_without_a_forecast_is_refused_with_all_that_came_with_it(store):
    """A batch is written whole or not at all."""
    issued = store.issue(forecast(), NOW).id
    with pytest.raises(ConflictError):
        store.resolve([result(issued), result(999)], NOW)
    assert store.resolutions_for(issued) == ()


def test_results_come_newest_first_beside_what_they_resolve(store):
    """What /track draws: as-of, its close and the model with each result."""
    first, second = forecast(seed=1), forecast("AAPL", seed=2, version="m2")
    ids = [store.issue(f, NOW).id for f in (first, second)]
    store.resolve([result(ids[0], 1), result(ids[0], 5), void(ids[1], 2)], NOW + DAY)
    found = store.resolutions_of()
    assert [(r.ticker, r.resolution.horizon) for r in found] == [
        ("TSLA", 5),
        ("AAPL", 2),
        ("TSLA", 1),
    ]
    assert found[0].as_of == AS_OF
    assert (found[1].model_version, found[1].resolved_at) == ("m2", NOW + DAY)
    assert [r.ticker for r in store.resolutions_of("TSLA", 1)] == ["TSLA"]
    assert len(store.resolutions_of(limit=1)) == 1


def test_a_correction_counts_from_then_on_and_the_first_result_stays(store):
    """The newest of several is the result; each names what was written before, and why."""
    issued = store.issue(forecast(), NOW).id
    store.resolve([result(issued), result(issued, 2)], NOW)
    for close in (3.9, 4.1):
        right = result(issued, close=close, in_80=False)
        store.correct([CorrectingRow("TSLA", right, 100.5, "price-corrected")], NOW)
    found = {r.horizon: r for r in store.resolutions_for(issued)}
    assert (found[1].close, found[1].in_80, found[1].reason) == (4.1, False, "price-corrected")
    assert found[2].close == 100.5
    assert [c.result.close for c in store.corrections_for(issued)] == [3.9, 4.1]
    assert store.corrections_for(issued)[0].was == 100.5
    assert store.corrections_for(issued)[0].corrected_at == NOW
    assert [summed(store.tallies(), h).in_80 for h in (1, 2)] == [0, 1]
    assert len(store.resolutions_of()) == 2


def test_the_chain_of_corrections_holds(store):
    """An empty one does, and one of several rows."""
    issued = store.issue(forecast(), NOW).id
    store.resolve([result(issued)], NOW)
    assert store.corrections_hold()
    for close in (3.9, 4.1, 4.2):
        store.correct([CorrectingRow("TSLA", result(issued, close=close), 100.5, "why")], NOW)
    assert store.corrections_hold()


def test_the_next_promise_is_that_with_the_earliest_day(store):
    """Of a ticker or all; a promise that was compared with its close is none any more."""
    assert store.next_due() is None
    early = store.issue(forecast("TSLA", date(2021, 3, 4)), NOW).id
    store.issue(forecast("AAPL", date(2021, 3, 8)), NOW)
    assert store.next_due() == store.next_due("TSLA") == date(2021, 3, 5)
    assert store.next_due("AAPL") == date(2021, 3, 9)
    assert store.next_due(since=date(2021, 3, 6)) == date(2021, 3, 6)
    store.resolve([result(early, 1)], NOW)
    assert store.next_due() == date(2021, 3, 6)
    assert store.next_due("KO") is None
