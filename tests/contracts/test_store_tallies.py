"""Running totals: what they hold is the sum of the results that count, whatever happened."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting.slices import Slice
from storage.records.ledger import CorrectingRow
from storage.records.tallies import ALL, Sums, Tally, week_of
from storage.schema import NEWEST, move_to
from tests.storage.samples import AS_OF, DAY, NOW, forecast, result, void

MONDAY = date(2021, 3, 8)


def near(tally: Tally) -> tuple[object, ...]:
    sums = tally.sums
    counts = (sums.resolved, sums.void, sums.in_50, sums.in_80, sums.in_95)
    errors = (sums.abs_error, sums.naive_abs_error, sums.loss, sums.naive_loss)
    rounded = tuple(round(error, 9) + 0.0 for error in errors)
    return (tally.ticker, tally.horizon, tally.week, tally.slice, counts, rounded)


def test_a_week_runs_from_monday_to_sunday():
    """Seven days have one number, the next Monday the following one."""
    assert {week_of(MONDAY + timedelta(days=n)) for n in range(7)} == {week_of(MONDAY)}
    assert week_of(MONDAY + timedelta(days=7)) == week_of(MONDAY) + 1
    assert week_of(date(1, 1, 1)) == 0  # a Monday


def test_results_are_added_to_their_ticker_and_to_all(store):
    """Three results of one week at one horizon, by hand."""
    tesla = [store.issue(forecast(seed=seed), NOW).id for seed in range(2)]
    apple = store.issue(forecast("AAPL", seed=9), NOW).id
    store.resolve([result(tesla[0], 1, in_50=False), void(tesla[1], 1), result(apple, 1)], NOW)
    week = week_of(AS_OF + DAY)
    (one,) = store.tallies("TSLA")
    assert near(one) == ("TSLA", 1, week, "", (1, 1, 0, 1, 1), (0.02, 0.03, 0.005, 0.006))
    (both,) = store.tallies()
    assert near(both) == (ALL, 1, week, "", (2, 1, 1, 2, 2), (0.04, 0.06, 0.01, 0.012))
    assert store.tallies("KO") == ()


def test_a_record_reads_weeks_whatever_the_slice_and_slices_whatever_the_week(store):
    """A calm and a wild day of one week, a wild one of the next: by hand, two weeks, two slices."""
    days: list[tuple[Slice, date]]
    days = [("calm", AS_OF), ("wild", AS_OF), ("wild", AS_OF + 7 * DAY)]
    for seed, (name, day) in enumerate(days):
        made = store.issue(replace(forecast(as_of=day, seed=seed), slice=name), NOW).id
        store.resolve([replace(result(made, 1), target=day + DAY), void(made, 2)], NOW)
    week = week_of(AS_OF + DAY)
    for owner in ("TSLA", None):
        weeks = store.weekly_sums(owner, [1])
        assert [(w.horizon, w.week, w.sums.resolved) for w in weeks] == [
            (1, week, 2),
            (1, week + 1, 1),
        ]
        assert round(weeks[0].sums.abs_error, 9) == 0.04
        by_slice = store.sums_by_slice(owner, 1)
        assert {name: sums.resolved for name, sums in by_slice.items()} == {"calm": 1, "wild": 2}
    assert store.weekly_sums("KO", [1]) == store.weekly_sums("TSLA", [5]) == ()


def test_a_result_that_is_written_again_counts_once(store):
    """As after a crash between two batches."""
    issued = store.issue(forecast(), NOW).id
    for _ in range(2):
        store.resolve([result(issued, 1), result(issued, 2)], NOW)
    assert [entry.sums.resolved for entry in store.tallies()] == [1, 1]


def test_a_correction_takes_the_place_of_what_counted_before(store):
    """Corrected twice, to a miss and then to void: only the newest counts."""
    issued = store.issue(forecast(), NOW).id
    store.resolve([result(issued, 1)], NOW)
    missed = replace(result(issued, 1), in_50=False, in_80=False, abs_error=0.5)
    store.correct([CorrectingRow("TSLA", missed, 100.5, "price-corrected")], NOW)
    (entry,) = store.tallies("TSLA")
    assert near(entry)[4:] == ((1, 0, 0, 0, 1), (0.5, 0.03, 0.005, 0.006))
    store.correct([CorrectingRow("TSLA", void(issued, 1), 100.5, "price-corrected")], NOW)
    for (entry,) in (store.tallies("TSLA"), store.tallies()):
        assert near(entry)[4:] == ((0, 1, 0, 0, 0), (0, 0, 0, 0))


@settings(
    max_examples=5, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["resolve", "void", "correct"]),
            st.integers(0, 3),
            st.integers(1, 20),
            st.booleans(),
            st.integers(0, 400),
        ),
        max_size=20,
    )
)
def test_totals_are_those_of_counting_anew_whatever_was_written(store, events):
    """The database's own counting over all rows, and sums over what the store says of each."""
    made_on: tuple[Slice | None, ...] = ("eve", None, "other", "wild")
    ids = [
        store.issue(replace(forecast(t, seed=s), slice=made_on[s]), NOW).id
        for s, t in enumerate(("A", "A", "B", "C"))
    ]
    for kind, number, horizon, held, days in events:
        written = {r.horizon for r in store.resolutions_for(ids[number])}
        made = replace(
            result(ids[number], horizon, in_80=held, loss=0.01 * days),
            target=AS_OF + timedelta(days=days),
        )
        if kind == "correct" and horizon in written:
            ticker = ("A", "A", "B", "C")[number]
            store.correct([CorrectingRow(ticker, made, 1.0, "price-corrected")], NOW)
        elif kind != "correct":
            store.resolve([made if kind == "resolve" else void(ids[number], horizon)], NOW)
    running = {t: [near(e) for e in store.tallies(t) if any(_counts(e))] for t in _WHO}
    store.rebuild_tallies()
    assert {t: [near(e) for e in store.tallies(t)] for t in _WHO} == running


_WHO = (None, "A", "B", "C")


def _counts(entry: Tally) -> tuple[int, int]:
    return entry.sums.resolved, entry.sums.void


def test_sums_taken_off_again_leave_nothing():
    """Adding and taking off are one operation with two signs."""
    some = Sums(3, 1, 1, 2, 3, 0.5, 0.6, 0.1, 0.2)
    assert some.plus(some, -1) == Sums()


def test_an_older_database_is_counted_when_it_is_opened(store):
    """The step from the release before: written, corrected and void results, on either database."""
    ids = [store.issue(forecast(t, seed=s), NOW).id for s, t in enumerate(("TSLA", "AAPL"))]
    store.resolve([result(ids[0], 1), result(ids[1], 1, in_80=False), void(ids[0], 20)], NOW)
    changed = replace(result(ids[0], 1), in_50=False, target=MONDAY + timedelta(days=14))
    store.correct([CorrectingRow("TSLA", changed, 100.5, "price-corrected")], NOW)
    before = {t: [near(e) for e in store.tallies(t) if any(_counts(e))] for t in (None, "TSLA")}
    move_to(store.database, "0001")
    move_to(store.database, NEWEST)
    assert {t: [near(e) for e in store.tallies(t)] for t in (None, "TSLA")} == before


def test_results_are_told_apart_by_the_slice_of_days(store):
    """One forecast of an eve, one that tells no slice: two rows of one week."""
    eve = store.issue(replace(forecast(seed=1), slice="eve"), NOW).id
    none = store.issue(forecast(seed=2), NOW).id
    store.resolve([result(eve, 1, in_80=False), result(none, 1)], NOW)
    held = {entry.slice: (entry.sums.resolved, entry.sums.in_80) for entry in store.tallies()}
    assert held == {"eve": (1, 0), "": (1, 1)}
