"""One message under way as a rule; more only when the way is too long for the pace."""

import asyncio

import pytest

from bot.background.outbox.concurrency import ConcurrencyLimit


async def most_at_once(lanes, seconds, count=20, alone=False):
    """The most messages that were under way together, each taking some seconds."""
    now, most = 0, 0

    async def one():
        nonlocal now, most
        async with lanes.lane(alone=alone):
            now += 1
            most = max(most, now)
            await asyncio.sleep(seconds)
            now -= 1

    await asyncio.gather(*(one() for _ in range(count)))
    return most


async def test_at_first_and_while_answers_are_fast_there_is_one_lane():
    """No more are on their way than the pace needs."""
    lanes = ConcurrencyLimit(per_second=29)
    assert await most_at_once(lanes, 0.001) == 1
    for _ in range(100):
        lanes.note(0.012)
    assert lanes.width == 1


async def test_lanes_open_as_the_pace_needs_them_and_close_again():
    """100 ms at 29 a second: three messages under way keep the pace, as five of them show."""
    lanes = ConcurrencyLimit(per_second=29)
    for _ in range(4):
        lanes.note(0.1)
    assert lanes.width == 1
    lanes.note(0.1)
    assert lanes.width == 3
    assert await most_at_once(lanes, 0.002) == 3
    for _ in range(30):
        lanes.note(0.01)
    assert lanes.width == 1


async def test_one_upload_among_many_messages_opens_no_lane():
    """The median decides, not the slowest."""
    lanes = ConcurrencyLimit(per_second=29)
    for number in range(30):
        lanes.note(2.0 if number % 10 == 0 else 0.01)
    assert lanes.width == 1


@pytest.mark.parametrize(("per_second", "most"), [(29, 8), (100, 27), (1000, 64)])
async def test_there_is_a_most(per_second, most):
    """However slow Telegram is; a rate that is paid for is kept where requests take 0.27 s."""
    lanes = ConcurrencyLimit(per_second)
    for _ in range(30):
        lanes.note(9.0)
    assert lanes.width == most
    assert await most_at_once(lanes, 0.001, count=90) == most


async def test_what_could_not_be_found_again_goes_alone():
    """Of those one is on its way, however many lanes are open, and the others pass it."""
    lanes = ConcurrencyLimit(per_second=29)
    for _ in range(30):
        lanes.note(0.2)
    assert await most_at_once(lanes, 0.001, alone=True) == 1
    async with lanes.lane(alone=True):
        assert await most_at_once(lanes, 0.001) == 5


async def test_a_failure_frees_its_lane():
    """An error on the way must not close the road."""
    lanes = ConcurrencyLimit(per_second=29)
    for _ in range(3):
        try:
            async with lanes.lane():
                raise ConnectionError
        except ConnectionError:
            pass
    assert await most_at_once(lanes, 0.001, count=3) == 1
