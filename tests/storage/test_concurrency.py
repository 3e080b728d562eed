"""Many threads and processes on one database: one chain, no row handed out twice."""

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest

from storage.engine import open_store
from storage.records import Place
from storage.work import OutboxItem
from tests.storage.samples import MINUTE, NOW, forecast

SPAWN = multiprocessing.get_context("spawn")


def issue_many(url, start, count):
    store = open_store(url)
    for seed in range(start, start + count):
        store.issue(forecast(seed=seed), NOW)
    store.close()


def claim_until_empty(url, owner, found):
    store = open_store(url)
    while rows := store.claim_due(NOW, 7, NOW + MINUTE, owner):
        for row in rows:
            assert store.mark_sending(row.id, owner, NOW)
            store.mark_sent(row.id, [row.id], NOW)
            found.put(row.id)
    store.close()


def start_and_wait(target, arguments):
    processes = [SPAWN.Process(target=target, args=each) for each in arguments]
    for process in processes:
        process.start()
    return processes


@pytest.mark.slow
def test_processes_that_issue_at_once_write_one_whole_chain(store, database_url):
    """Overlapping questions get one row each, and every row follows the one before."""
    processes = start_and_wait(issue_many, [(database_url, start, 30) for start in (0, 15, 30)])
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    report = store.verify_chain()
    assert (report.rows, report.holds) == (60, True)


def test_threads_that_ask_the_same_question_at_once_get_one_answer(store):
    """Concurrent questions about one ticker make one row."""
    barrier = threading.Barrier(8)

    def ask(seed):
        barrier.wait()
        return store.issue(forecast(seed=seed % 2), NOW).id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(ask, range(8)))
    assert sorted(set(ids)) == [1, 2]
    assert store.verify_chain().rows == 2


@pytest.mark.slow
def test_two_owners_claim_every_row_once(store, database_url):
    """Two bots started by mistake: nothing doubled, nothing left."""
    items = [OutboxItem(Place(chat), "digest", "d", NOW, "{}") for chat in range(1, 201)]
    store.enqueue(items, NOW)
    found = SPAWN.Queue()
    arguments = [(database_url, owner, found) for owner in ("a", "b")]
    processes = start_and_wait(claim_until_empty, arguments)
    ids = [found.get(timeout=120) for _ in items]
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(ids) == sorted(set(ids))
    assert store.backlog(NOW).sent == 200


def test_threads_of_two_owners_never_hold_the_same_row(store):
    """The same within one process, all claims overlapping."""
    items = [OutboxItem(Place(chat), "digest", "d", NOW, "{}") for chat in range(1, 101)]
    store.enqueue(items, NOW)

    def claim(owner):
        return [row.id for row in store.claim_due(NOW, 9, NOW + MINUTE, f"o{owner}")]

    with ThreadPoolExecutor(6) as pool:
        ids = list(chain.from_iterable(pool.map(claim, range(20))))
    assert len(ids) == len(set(ids)) == 100


def test_only_one_of_many_gets_a_free_lease(store):
    """Whoever comes second is told who was first."""

    def take(number):
        holder = f"bot{number}"
        return store.take_lease("leader", holder, NOW, NOW + MINUTE).holder == holder

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, range(12))) == 1


def test_counters_are_not_lost_between_threads(store):
    """A read-modify-write waits for the one before: every attempt of a run is counted."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: store.start_job("j", "k", NOW), range(30)))
    assert store.find_job("j", "k").attempts == 30


def die_in_transaction(url, ready):
    store = open_store(url)
    store.issue(forecast(seed=1), NOW)
    with store._db.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO leases VALUES ('x', 'y', '2021-03-04', '2021-03-04')"
        )
        ready.set()
        time.sleep(60)


@pytest.mark.slow
def test_a_kill_within_a_transaction_leaves_what_was_committed_and_no_lock(store, database_url):
    """`kill -9` in mid-write: the committed forecast stays, the rest never was, writing goes on."""
    ready = SPAWN.Event()
    (process,) = start_and_wait(die_in_transaction, [(database_url, ready)])
    assert ready.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    assert store.take_lease("x", "me", NOW, NOW + MINUTE).holder == "me"
    assert store.issue(forecast(seed=2), NOW).id == 2
    assert store.verify_chain().holds


def write_for_ever(url):
    store = open_store(url)
    for number in range(100_000):
        store.issue(forecast(seed=number), NOW)
        store.enqueue([OutboxItem(Place(number + 1), "digest", "d", NOW, "{}")], NOW)


@pytest.mark.slow
def test_kills_at_any_moment_leave_a_whole_chain(store, database_url):
    """Forecasts have their promises with them or are not there at all, and the chain holds."""
    for delay in (0.05, 0.3):
        before = store.verify_chain().rows
        (process,) = start_and_wait(write_for_ever, [(database_url,)])
        while process.is_alive() and store.verify_chain().rows <= before:
            time.sleep(0.02)
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.join(30)
        report = store.verify_chain()
        assert report.holds
        assert report.rows > before
        assert len(store.due_resolutions(NOW.date().replace(year=2030), 10**6)) == 20 * report.rows
