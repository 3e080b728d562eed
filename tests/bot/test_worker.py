"""The worker keeps the event loop free, and joins equal questions."""

import asyncio
import sys
import threading
import time

import pytest

from bot.worker import FewAtOnce, SingleFlight, Worker


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


async def test_what_finishes_an_answer_is_computed_before_what_begins_one():
    """A picture does not wait behind the forecasts of all who asked later."""
    worker, go = Worker(), threading.Event()
    done: list[str] = []
    first = asyncio.ensure_future(worker.compute(go.wait))
    forecasts = [worker.compute(done.append, f"forecast {n}") for n in (1, 2)]
    work = [
        asyncio.ensure_future(one) for one in (*forecasts, worker.finish(done.append, "picture"))
    ]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(first, *work)
    worker.close()
    assert done == ["picture", "forecast 1", "forecast 2"]


async def test_a_failed_computation_is_raised_to_who_waits_and_the_next_runs():
    """An error of one is none of another."""
    worker = Worker()
    failed, good = await asyncio.gather(
        worker.compute(int, "no number"), worker.compute(int, "7"), return_exceptions=True
    )
    worker.close()
    assert isinstance(failed, ValueError)
    assert good == 7


async def test_few_begin_at_a_time_and_only_while_the_worker_has_time():
    """Of five, two begin; the third when one is done; none while much is to be computed."""
    worker, go, begun = Worker(), threading.Event(), []
    few, ended = FewAtOnce(worker, 2, seconds=60), asyncio.Event()

    async def begin(number):
        async with few.place():
            begun.append(number)
            await ended.wait()

    tasks = [asyncio.ensure_future(begin(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    assert begun == [0, 1]
    jobs = [asyncio.ensure_future(worker.compute(go.wait)) for _ in range(3)]
    await asyncio.sleep(0.01)
    ended.set()
    await asyncio.sleep(0.01)
    assert begun == [0, 1]
    go.set()
    await asyncio.gather(*tasks, *jobs)
    worker.close()
    assert begun == [0, 1, 2, 3, 4]


async def test_who_takes_long_to_begin_gives_the_place_to_the_next():
    """Waiting for a slow price source keeps nobody else from beginning."""
    worker, ended = Worker(), asyncio.Event()
    few, begun = FewAtOnce(worker, 1, seconds=0.01), []

    async def begin(number):
        async with few.place():
            begun.append(number)
            if len(begun) == 3:
                ended.set()
            await ended.wait()

    await asyncio.gather(*(begin(number) for number in range(3)))
    worker.close()
    assert begun == [0, 1, 2]
