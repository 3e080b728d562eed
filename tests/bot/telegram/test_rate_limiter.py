"""The limiter: never faster than allowed, answers before broadcasts, a 429 closes the gate."""

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.rate_limiter import BROADCAST, PacedLimiter
from tests.virtual_time import run


async def send(limiter, log, chat_id, *, lane=None, endpoint="sendMessage", name=None, fail=None):
    async def callback():
        if fail:
            raise fail.pop(0)
        log.append((asyncio.get_running_loop().time(), name or chat_id))

    await limiter.process_request(callback, (), {}, endpoint, {"chat_id": chat_id}, lane)


async def together(*work):
    await asyncio.gather(*work)


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


def test_a_group_gets_at_most_nineteen_in_any_minute():
    """Telegram allows 20; the twentieth of ours waits for the minute to pass."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()
    run(together(*(send(limiter, log, -7) for _ in range(40))))
    times = [t for t, _ in log]
    assert len(times) == 40
    assert all(sum(first <= t < first + 60 for t in times) <= 19 for first in times)
    assert times[18] < 1
    assert times[37] < 61


class Group:
    """A Telegram that takes 20 messages a minute, and once refuses what it would have taken."""

    def __init__(self):
        self.taken: list[tuple[float, int]] = []
        self.refuse_at = {5}
        self.calls = 0

    async def take(self, number):
        await asyncio.sleep(0.05)
        self.calls += 1
        now = asyncio.get_running_loop().time()
        recent = [at for at, _ in self.taken if at > now - 60]
        if self.calls in self.refuse_at:
            raise RetryAfter(7)
        if len(recent) >= 20:
            raise RetryAfter(int(recent[0] + 60 - now) + 1)
        self.taken.append((now, number))


def test_after_a_429_a_message_keeps_its_place_and_the_group_its_pace():
    """Order as asked, and nineteen in each minute as without the refusal."""
    group, limiter = Group(), PacedLimiter()

    async def one(number):
        async def callback():
            await group.take(number)

        await limiter.process_request(callback, (), {}, "sendMessage", {"chat_id": -7}, None)

    run(together(*(one(number) for number in range(50))))
    assert [number for _, number in group.taken] == list(range(50))
    # 4 at once, 15 one a second after the pause of 7 s, and the same a minute later.
    assert sum(at < 82 for at, _ in group.taken) == 38
    assert group.calls <= 52


def test_a_turn_that_is_booked_keeps_the_order_and_is_free_for_its_message():
    """What is drawn after the turn was given leaves before what was asked for later."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()

    async def slow():
        async with limiter.booked(5) as turn:
            await asyncio.sleep(1)
            await send(limiter, log, 5, lane=turn, name="first")

    async def quick():
        await asyncio.sleep(0.1)
        await send(limiter, log, 5, name="second")

    run(together(slow(), quick()))
    assert [name for _, name in log] == ["first", "second"]


def test_an_edit_does_not_wait_behind_messages():
    """The group has used its minute: the message under a button still changes at once."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()

    async def edit_later():
        await asyncio.sleep(1)
        await send(limiter, log, -7, endpoint="editMessageMedia", name="edit")

    run(together(*(send(limiter, log, -7) for _ in range(25)), edit_later()))
    assert next(t for t, name in log if name == "edit") < 1.5


def test_a_cancelled_message_leaves_no_gap():
    """Those behind it go on; a stopping bot leaves nothing stuck."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()

    async def day():
        tasks = [asyncio.ensure_future(send(limiter, log, -7, name=n)) for n in range(1, 22)]
        await asyncio.sleep(1)
        tasks[19].cancel()  # the twentieth
        await asyncio.wait(tasks)

    run(day())
    assert [name for _, name in log] == [*range(1, 20), 21]


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
