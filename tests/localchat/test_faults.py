"""Faults on order and flood limits: the weather that the bot must stand."""

import pytest
from telegram.error import NetworkError, RetryAfter, TimedOut

from localchat.bot_api.flood_limits import FloodControl, FloodLimits
from localchat.errors import too_many_requests
from tests.journeys.chat import ChatDriver
from tests.localchat.telegram_bot import client


async def test_the_next_calls_fail_as_ordered(chat: ChatDriver):
    """An error comes as often as ordered, for that method and chat only."""
    chat.ann.say("/start")
    chat.faults.fail("sendMessage", too_many_requests(3), times=2, chat_id=chat.ann.id)
    async with client(chat) as bot:
        await bot.send_message(chat.market_talk.id, "unharmed")
        for _ in range(2):
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(chat.ann.id, "x")
            assert caught.value.retry_after.total_seconds() == 3  # type: ignore[union-attr]
        await bot.send_message(chat.ann.id, "y")
    assert [m.text for m in chat.of_bot(chat.ann)] == ["y"]
    assert [call.fault for call in chat.calls.of("sendMessage")] == [None, "error", "error", None]


async def test_a_lost_reply_leaves_the_message_sent(chat: ChatDriver):
    """The bot sees a network error although people see the message."""
    chat.ann.say("/start")
    chat.faults.lose_reply("sendMessage")
    async with client(chat) as bot:
        with pytest.raises(NetworkError):
            await bot.send_message(chat.ann.id, "x")
    assert [m.text for m in chat.of_bot(chat.ann)] == ["x"]


async def test_a_slow_reply_times_out_the_client(chat: ChatDriver):
    """With a reply kept waiting the client gives up first: TimedOut, and yet it was sent."""
    chat.ann.say("/start")
    chat.faults.lose_reply("sendMessage", seconds=2)
    async with client(chat, read_timeout=0.3) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(chat.ann.id, "x")
    assert [m.text for m in chat.of_bot(chat.ann)] == ["x"]


async def test_a_dropped_call_leaves_nothing(chat: ChatDriver):
    """The connection ends before anything was done; `skip` lets calls pass first."""
    chat.ann.say("/start")
    chat.faults.drop("sendMessage", skip=1)
    async with client(chat) as bot:
        await bot.send_message(chat.ann.id, "x")
        with pytest.raises(NetworkError):
            await bot.send_message(chat.ann.id, "y")
    assert [m.text for m in chat.of_bot(chat.ann)] == ["x"]


async def test_down_and_back(chat: ChatDriver):
    """While the server is down nothing is answered; afterwards nothing was lost."""
    chat.ann.say("/start")
    async with client(chat) as bot:
        chat.faults.go_down()
        with pytest.raises(NetworkError):
            await bot.get_updates()
        chat.faults.come_back()
        assert len(await bot.get_updates()) == 1


async def test_a_delay_delays(chat: ChatDriver):
    """A slow server is slow, and right."""
    chat.ann.say("/start")
    chat.faults.delay("sendMessage", 0.2)
    async with client(chat) as bot:
        await bot.send_message(chat.ann.id, "x")
    (call,) = chat.calls.of("sendMessage")
    assert call.seconds >= 0.2


async def test_flood_limits_answer_429(chat: ChatDriver):
    """With limits on, the fourth message at once to one chat has to wait."""
    chat.ann.say("/start")
    chat.limit()
    async with client(chat) as bot:
        for _ in range(3):
            await bot.send_message(chat.ann.id, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(chat.ann.id, "x")


def test_flood_control_allows_telegrams_own_pace():
    """30 a second over all chats pass for ever, 60 at once do not; a group takes 20 a minute."""
    now = 0.0
    control = FloodControl(lambda: now, FloodLimits())
    taken = 0
    for step in range(600):
        now = step / 30
        taken += control.wait(step + 1) is None
    assert taken == 600
    burst = [control.wait(10_000 + number) for number in range(60)]
    assert burst.count(None) <= 30
    now += 60
    paced = []
    for _ in range(25):
        now += 1.5
        paced.append(control.wait(-5))
    assert [wait is None for wait in paced] == [True] * 20 + [False] * 5
    assert all(wait is None or 0 < wait <= 60 for wait in paced)


async def test_a_hundred_sends_in_a_row_are_all_taken(chat: ChatDriver):
    """A hundred sends in a row are all taken: no limit of the server's slows a bot down."""
    chat.ann.say("/start")
    async with client(chat) as bot:
        for _ in range(100):
            await bot.send_message(chat.ann.id, "x")
    assert len(chat.calls.of("sendMessage")) == 100
