"""Groups: at most nineteen messages a minute, and a refused chat does not stop the others."""

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.chat_pace import ChatPace
from bot.telegram.count_board import CountBoard
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.replica import edits_before
from tests.bot.telegram.limited import send, together
from tests.virtual_time import VirtualTime, run


@pytest.fixture(scope="module")
def event_loop_policy():
    """Seconds that pass only where everybody waits."""
    return VirtualTime()


def test_a_group_gets_at_most_nineteen_a_minute():
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


def test_albums_in_a_group_count_as_many_messages_of_its_minute():
    """Nineteen a minute: after one album of ten there is room for nine, not for another album."""
    pace = ChatPace(is_group=True)
    assert pace.wait(0.0, weight=10, burst=20) == 0
    pace.take(0.0, weight=10)
    assert pace.wait(20.0, weight=9, burst=20) == 0
    assert pace.wait(20.0, weight=10, burst=20) == 40


async def test_two_refused_groups_do_not_stop_the_others():
    """A group has a limit of its own; only private chats tell of the limit of all."""
    limiter = PacedLimiter()
    log: list[tuple[float, object]] = []
    refused = [
        asyncio.ensure_future(send(limiter, log, chat, fail=[RetryAfter(5)])) for chat in (-1, -2)
    ]
    await asyncio.sleep(0.05)
    await send(limiter, log, 8)
    assert log[0][0] < 1
    await asyncio.gather(*refused)


def test_a_group_s_edits_have_a_window_of_their_own():
    """Nineteen a minute, beside nineteen messages; in private one a second."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()
    edits = [send(limiter, log, -7, endpoint="editMessageText") for _ in range(30)]
    alone = [send(limiter, log, 7, endpoint="editMessageText") for _ in range(30)]
    run(together(*edits, *alone, *(send(limiter, log, -7, name="sent") for _ in range(19))))
    at = {name: [t for t, who in log if who == name] for name in (-7, 7, "sent")}
    assert [sum(t < 60 for t in at[name]) for name in at] == [19, 30, 19]


def test_a_board_keeps_its_pace_over_a_restart():
    """A press a second, the process killed in between: never more than 20 edits in a minute."""
    log: list[tuple[float, object]] = []

    async def pressed(limiter, seconds):
        board = CountBoard()
        for _ in range(seconds):
            board.touch(1, lambda: send(limiter, log, -7, endpoint="editMessageText"))
            await asyncio.sleep(1.0)

    async def killed_and_started():
        await pressed(PacedLimiter(), 70)
        again = PacedLimiter()
        for ago in edits_before([60.0 - second for second in range(60)]):
            again.recall(("edits", -7), ago)
        await pressed(again, 70)

    run(killed_and_started())
    times = [t for t, _ in log]
    assert max(sum(first <= t < first + 60 for t in times) for first in times) <= 20
    assert len(times) > 38


def test_after_a_restart_few_presses_count_each_as_an_edit():
    """Two presses, 40 and 5 seconds ago: two edits; of many no more than the pace lets leave."""
    assert edits_before([40.0, 5.0]) == [40.0, 5.0]
    many = edits_before([30.0] * 25)
    assert (len(many), min(many)) == (19, 0.0)
    assert max(many) == pytest.approx(60 * 18 / 19)


def test_what_a_group_got_before_a_restart_counts():
    """Telegram remembers the minute: after 19 messages ten seconds ago the next waits for fifty."""
    log: list[tuple[float, object]] = []
    limiter = PacedLimiter()

    async def restarted():
        for _ in range(19):
            limiter.recall(("sends", -7), 10.0)
        await together(send(limiter, log, -7), send(limiter, log, -8), send(limiter, log, 9))

    run(restarted())
    assert [(round(at), chat) for at, chat in log] == [(0, -8), (0, 9), (50, -7)]
