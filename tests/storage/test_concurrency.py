"""Many threads and processes on one database: one chain, no row handed out twice."""

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count

import pytest
from sqlalchemy import insert

from storage.records.chats import Place
from storage.records.work import Holder, OutboxItem
from storage.store import open_store
from storage.tables.work import leases
from tests.storage.samples import DAY, MINUTE, NOW, forecast

SPAWN = multiprocessing.get_context("spawn")


def issue_many(url, start, count, ready, go):
    store = open_store(url)
    ready.set()
    go.wait(120)
    for seed in range(start, start + count):
        store.issue(forecast(seed=seed), NOW)
    store.close()


def claim_until_empty(url, owner, ready, go):
    store = open_store(url)
    ready.set()
    go.wait(120)
    found = []
    while rows := store.claim_due(NOW, 7, NOW + MINUTE, owner):
        for row in rows:
            assert store.mark_sending(row.id, owner, NOW)
            store.mark_sent(row.id, NOW)
            found.append(row.id)
    store.save_note(owner, ",".join(map(str, found)))
    store.close()


def beside_another_process(target, theirs, ours):
    """Run `target` in another process and in this one at the same time."""
    ready, go = SPAWN.Event(), SPAWN.Event()
    process = SPAWN.Process(target=target, args=(*theirs, ready, go))
    process.start()
    assert ready.wait(120)
    go.set()
    target(*ours, ready, go)
    process.join(120)
    assert process.exitcode == 0


@pytest.mark.slow
def test_processes_that_issue_at_once_write_one_whole_chain(store, database_url):
    """Overlapping questions get one row each, and every row follows the one before."""
    beside_another_process(issue_many, (database_url, 0, 40), (database_url, 20, 40))
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
    beside_another_process(claim_until_empty, (database_url, "a"), (database_url, "b"))
    shares = [store.load_note(owner).split(",") for owner in ("a", "b")]
    assert len(shares[0]) + len(shares[1]) == 200
    assert set(shares[0]).isdisjoint(shares[1])
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
        holder = Holder("host", "-", number, "n")
        return store.take_lease("leader", holder, NOW, NOW + MINUTE).holder == holder

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, range(12))) == 1


def test_counters_are_not_lost_between_threads(store):
    """A read-modify-write waits for the one before: every attempt of a run is counted."""
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: store.start_job("j", "k", NOW), range(30)))
    assert store.find_job("j", "k").attempts == 30


def killed_after(seconds, work, *arguments):
    """Fork, let the child work, and `kill -9` it; only from a process without threads."""
    begun, tell = os.pipe()
    child = os.fork()
    if child == 0:
        work(*arguments, lambda: os.write(tell, b"!"))
    # Without this end a child that fails says so: its silence would be waited for, for ever.
    os.close(tell)
    assert os.read(begun, 1) == b"!"
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def write_for_ever(url, first, begun):
    store = open_store(url)
    for number in count(first):
        store.issue(forecast(seed=number), NOW)
        store.enqueue([OutboxItem(Place(number + 1), "digest", "d", NOW, "{}")], NOW)
        begun()


def hang_in_transaction(url, begun):
    with open_store(url).database.writing() as connection:
        taken = {"name": "x", "taken_at": NOW, "until": NOW + DAY}
        holder = {"host": "h", "namespace": "-", "pid": 1, "nonce": "other"}
        connection.execute(insert(leases).values(**taken, **holder))
        begun()
        time.sleep(600)


def kill_writers(url):
    """Run in a process of its own: kill writers at several moments, one within a transaction."""
    for number, seconds in enumerate((0.0, 0.01, 0.03, 0.1, 0.3)):
        killed_after(seconds, write_for_ever, url, 10_000 * number)
    killed_after(0.0, hang_in_transaction, url)


@pytest.mark.slow
def test_kills_at_any_moment_leave_a_whole_chain_and_no_lock(store, database_url):
    """Forecasts have their promises with them or are not there at all, and writing goes on."""
    process = SPAWN.Process(target=kill_writers, args=(database_url,))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    me = Holder("host", "-", 1, "me")
    assert store.take_lease("x", me, NOW, NOW + MINUTE).holder == me
    before = store.verify_chain()
    assert before.holds
    assert before.rows >= 5
    assert len(store.due_resolutions(NOW.date() + 99 * DAY, 10**6)) == 20 * before.rows
    assert store.issue(forecast("NEXT"), NOW).id == before.rows + 1
