"""The worker keeps the event loop free, and joins equal questions."""

import asyncio
import sys
import threading
import time

import pytest

from bot.worker import SingleFlight, Worker


async def test_blocking_work_leaves_the_loop_free():
    """While a thread sleeps, the loop turns."""
    worker = Worker()
    turns = 0

    async def turn():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    ticking = asyncio.ensure_future(turn())

    def block():
        time.sleep(0.2)
        return threading.current_thread().name

    name = await worker.wait(block)
    ticking.cancel()
    worker.close()
    assert turns > 5
    assert name.startswith("wait")


async def test_threads_that_compute_give_way_soon():
    """Eight that parse prices at once keep the loop for eight milliseconds, not for forty."""
    Worker().close()
    assert 8 * sys.getswitchinterval() <= 0.008


async def test_equal_questions_share_one_piece_of_work():
    """Two hundred people asking at once cost one computation."""
    flights, calls = SingleFlight(), 0

    async def work():
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.02)
        return calls

    assert await asyncio.gather(*(flights.run("TSLA", work) for _ in range(200))) == [1] * 200
    assert await flights.run("TSLA", work) == 2


async def test_one_who_leaves_does_not_spoil_it_for_the_others():
    """A cancelled caller leaves the shared work running."""
    flights = SingleFlight()

    async def work():
        await asyncio.sleep(0.05)
        return "done"

    first = asyncio.ensure_future(flights.run("k", work))
    second = asyncio.ensure_future(flights.run("k", work))
    await asyncio.sleep(0.01)
    first.cancel()
    assert await second == "done"


async def test_a_failure_reaches_all_and_is_not_kept():
    """The next question tries again."""
    flights, calls = SingleFlight(), 0

    async def work():
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError
        return "ok"

    with pytest.raises(ConnectionError):
        await flights.run("k", work)
    assert await flights.run("k", work) == "ok"
