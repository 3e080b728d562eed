"""A busy bot writes in bunches, and each who waits learns what became of their own write."""

import asyncio
import threading

import pytest

from bot.group_commit import Bunches, GroupCommit
from bot.worker import Worker
from storage.errors import ConflictError
from storage.store import open_store
from tests.virtual_time import run


@pytest.fixture
def commit(tmp_path):
    store, worker = open_store(f"sqlite:///{tmp_path}/test.db"), Worker()
    yield GroupCommit(store, worker)
    worker.close()
    store.close()


async def test_what_comes_during_a_transaction_goes_into_the_next(commit):
    """The first goes at once; the nine that come meanwhile go together, in their order."""
    written, go_on = [], threading.Event()

    def write(number):
        if number == 0:
            assert go_on.wait(10)
        written.append(number)

    first = asyncio.ensure_future(commit.write(lambda: write(0)))
    await asyncio.sleep(0)
    rest = [asyncio.ensure_future(commit.write(lambda n=n: write(n))) for n in range(1, 10)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in (first, *rest))
    go_on.set()
    await asyncio.gather(first, *rest)
    assert written == list(range(10))


async def test_only_whose_write_fails_is_told(commit):
    """The others go on, also those that come later."""

    def refuse():
        raise ConflictError("no such forecast")

    told = await asyncio.gather(
        *(commit.write(write) for write in (list, refuse, list)), return_exceptions=True
    )
    assert [type(one) for one in told] == [type(None), ConflictError, type(None)]
    await commit.write(list)


async def test_who_gives_up_waiting_holds_nobody_up(commit):
    """A cancelled caller's write is carried out all the same, and the next one after it."""
    written = []
    leaving = asyncio.ensure_future(commit.write(lambda: written.append("left")))
    await asyncio.sleep(0)
    leaving.cancel()
    await commit.write(lambda: written.append("stayed"))
    assert written == ["left", "stayed"]


async def _one_ms(items):
    await asyncio.sleep(0.001)
    return [None] * len(items)


def test_where_one_transaction_follows_the_other_each_takes_more_along():
    """Two writes every 2 ms: at first two are one bunch; after eight of them eight or ten go."""
    bunches = []

    async def write(items):
        bunches.append(len(items))
        return await _one_ms(items)

    async def day():
        queue, puts = Bunches(write), []
        for _ in range(100):
            puts += [asyncio.ensure_future(queue.put("a write")) for _ in range(2)]
            await asyncio.sleep(0.002)
        await asyncio.gather(*puts)

    run(day())
    assert sum(bunches) == 200
    assert bunches[:8] == [2] * 8
    assert set(bunches[8:-1]) <= {8, 10}


def test_who_writes_one_after_the_other_waits_for_nobody():
    """A hundred writes of 1 ms, each behind the one before, take 100 ms: none waits for company."""

    async def day():
        queue = Bunches(_one_ms)
        for _ in range(100):
            await queue.put("a write")
        return asyncio.get_running_loop().time()

    assert run(day()) == pytest.approx(0.1)
