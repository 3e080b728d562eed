"""Job runs and their finished items."""

from tests.storage.samples import DAY, MINUTE, NOW


def test_a_finished_run_is_not_done_again_and_a_crashed_one_is(store):
    """Started twice without an end, it is taken up; done, it stays done."""
    assert store.start_job("retrain", "2021-03-04", NOW)
    assert store.start_job("retrain", "2021-03-04", NOW + MINUTE)
    store.finish_job("retrain", "2021-03-04", NOW + DAY, ok=True, detail="3 promoted")
    assert not store.start_job("retrain", "2021-03-04", NOW + DAY)
    assert store.start_job("retrain", "2021-03-05", NOW + DAY)
    run = store.find_job("retrain", "2021-03-04")
    assert (run.state, run.attempts, run.detail) == ("done", 2, "3 promoted")
    assert (run.started_at, run.finished_at) == (NOW + MINUTE, NOW + DAY)
    assert store.find_job("retrain", "never") is None


def test_a_failed_run_may_be_tried_again_and_forgets_its_end(store):
    """A failure is not success."""
    store.start_job("resolve", "k", NOW)
    store.finish_job("resolve", "k", NOW + MINUTE, ok=False, detail="source down")
    assert store.find_job("resolve", "k").state == "failed"
    assert store.start_job("resolve", "k", NOW + DAY)
    assert (store.find_job("resolve", "k").state, store.find_job("resolve", "k").finished_at) == (
        "running",
        None,
    )


def test_finished_items_survive_a_crash_of_their_run(store):
    """Tickers that are done are not trained twice in a night."""
    store.start_job("retrain", "n1", NOW)
    store.finish_item("retrain", "n1", "TSLA", "kept", NOW)
    store.finish_item("retrain", "n1", "AAPL", "failed", NOW)
    store.start_job("retrain", "n1", NOW + MINUTE)
    store.finish_item("retrain", "n1", "AAPL", "promoted", NOW + MINUTE)
    assert store.finished_items("retrain", "n1") == {"AAPL": "promoted", "TSLA": "kept"}
    assert store.finished_items("retrain", "n2") == {}


def test_runs_are_listed_newest_first(store):
    """Of one job or of all."""
    for number, name in enumerate(["a", "b", "a"]):
        store.start_job(name, str(number), NOW + number * MINUTE)
    assert [(run.name, run.key) for run in store.job_runs()] == [("a", "2"), ("b", "1"), ("a", "0")]
    assert [run.key for run in store.job_runs("a", limit=1)] == ["2"]
    assert [run.key for run in store.job_runs(("a", "c"), limit=9)] == ["2", "0"]


def test_runs_of_one_exchange_are_found_without_those_of_others(store):
    """Whether a night of Tokyo was ever lived through says nothing of New York."""
    store.start_job("resolve", "XTKS 2021-03-04", NOW, "XTKS")
    store.start_job("resolve", "XNYS 2021-03-04", NOW, "XNYS")
    store.start_job("refit", "XTKS 2021-03-04", NOW, "XTKS")
    store.start_job("day-end", "2021-03-04", NOW)
    assert [run.key for run in store.job_runs("resolve", "XTKS")] == ["XTKS 2021-03-04"]
    assert [run.name for run in store.job_runs(exchange="XTKS")] == ["refit", "resolve"]
    assert store.find_job("day-end", "2021-03-04").exchange == ""
