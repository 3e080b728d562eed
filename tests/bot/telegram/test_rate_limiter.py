"""The limiter: never faster than allowed, answers before broadcasts, a 429 closes the gate."""

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.rate_limiter import BROADCAST, PacedLimiter


async def send(limiter, log, chat_id, *, lane=None, endpoint="sendMessage", name=None, fail=None):
    async def callback():
        if fail:
            raise fail.pop(0)
        log.append((asyncio.get_running_loop().time(), name or chat_id))

    await limiter.process_request(callback, (), {}, endpoint, {"chat_id": chat_id}, lane)


async def test_a_broadcast_is_spaced_evenly():
    """No part of a second holds more than its part of the rate."""
    limiter = PacedLimiter(per_second=100)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, chat, lane=BROADCAST) for chat in range(1, 51)))
    times = sorted(t for t, _ in log)
    assert times[-1] - times[0] >= 49 / 100 - 0.03
    assert all(later - first >= 0.07 for first, later in zip(times, times[10:], strict=False))


async def test_answers_leave_at_once_while_the_second_has_room():
    """Thirty people are answered together; no second ever holds more than the rate."""
    limiter = PacedLimiter(per_second=20)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, chat) for chat in range(1, 31)))
    times = sorted(t for t, _ in log)
    assert times[19] - times[0] < 0.2
    assert all(later - first >= 0.95 for first, later in zip(times, times[20:], strict=False))


async def test_a_crowd_late_on_the_way_meets_no_limit():
    """What left together may arrive up to a tenth of a second late: still 30 in any one second."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    answers = [send(limiter, log, chat) for chat in range(1, 61)]
    digests = [send(limiter, log, chat, lane=BROADCAST) for chat in range(100, 130)]
    await asyncio.gather(*answers, *digests)
    left = sorted(t for t, _ in log)
    # The worst way: those that left at once are late, the next ones are not.
    arrived = sorted(t + (0.1 if t - left[0] < 0.1 else 0.0) for t in left)
    assert all(later - first > 1 for first, later in zip(arrived, arrived[30:], strict=False))


async def test_answers_overtake_a_broadcast():
    """A person who asks does not wait behind a thousand digests."""
    limiter = PacedLimiter(per_second=100)
    log: list[tuple[float, object]] = []
    broadcast = [
        asyncio.ensure_future(send(limiter, log, chat, lane=BROADCAST)) for chat in range(1, 41)
    ]
    await asyncio.sleep(0.05)
    await send(limiter, log, 999, name="answer")
    place = [name for _, name in log].index("answer")
    assert place < 12
    await asyncio.gather(*broadcast)


async def test_one_chat_gets_a_short_burst_of_what_nobody_asked_for():
    """Three unasked messages start at once; the fourth waits for its second."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    await asyncio.gather(*(send(limiter, log, 5, lane=BROADCAST) for _ in range(4)))
    times = sorted(t for t, _ in log)
    assert times[2] - times[0] < 0.3
    assert 0.7 < times[3] - times[0] < 1.6


async def test_a_person_who_asks_quickly_is_answered_quickly():
    """Ten answers in a row do not wait for a second each."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    await asyncio.wait_for(asyncio.gather(*(send(limiter, log, 5) for _ in range(10))), 0.7)
    assert len(log) == 10


async def test_a_group_gets_at_most_nineteen_a_minute():
    """Telegram allows 20; the twentieth of ours waits for the minute to pass."""
    from bot.telegram.rate_limiter import _ChatPace

    pace, now, starts = _ChatPace(), 0.0, []
    for _ in range(40):
        starts.append(now + pace.reserve(now, is_group=True, weight=1, burst=20))
    for first in starts:
        assert sum(first <= start < first + 60 for start in starts) <= 19


async def test_after_429s_in_two_chats_nothing_leaves_until_the_time_is_over():
    """That is the limit of all; a third request does not re-open the gate."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    refused = [
        asyncio.ensure_future(send(limiter, log, chat, fail=[RetryAfter(1)])) for chat in (1, 4)
    ]
    await asyncio.sleep(0.05)
    start = asyncio.get_running_loop().time()
    await asyncio.gather(send(limiter, log, 2), send(limiter, log, 3))
    assert min(t for t, _ in log) - start > 0.8
    await asyncio.gather(*refused)
    assert len(log) == 4


@pytest.mark.parametrize("chat", [-7, 7])
async def test_a_chat_in_trouble_does_not_stop_the_others(chat):
    """A chat's own limit is its own."""
    limiter = PacedLimiter(per_second=1000)
    log: list[tuple[float, object]] = []
    refused = asyncio.ensure_future(send(limiter, log, chat, fail=[RetryAfter(1)]))
    await asyncio.sleep(0.05)
    await send(limiter, log, 8)
    assert [name for _, name in log] == [8]
    await refused
    assert [name for _, name in log] == [8, chat]


async def test_asked_to_wait_too_long_the_error_is_handed_on():
    """Nobody waits ten minutes for an answer."""
    with pytest.raises(RetryAfter):
        await send(PacedLimiter(), [], 1, fail=[RetryAfter(600)])


async def test_chat_actions_and_callbacks_are_free():
    """What Telegram does not count takes no turn."""
    limiter = PacedLimiter(per_second=1)
    log: list[tuple[float, object]] = []
    start = asyncio.get_running_loop().time()
    for _ in range(20):
        await send(limiter, log, 1, endpoint="sendChatAction")
        await send(limiter, log, None, endpoint="answerCallbackQuery")
    assert max(t for t, _ in log) - start < 5  # at one a second it would be 40
