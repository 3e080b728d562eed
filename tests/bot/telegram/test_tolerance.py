"""A server that takes three messages of a chat at once: its refusals teach, and harm nobody else."""

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.rate_limiter import PacedLimiter
from localchat.bot_api.flood_limits import FloodControl, FloodLimits
from tests.bot.telegram.limited import together
from tests.virtual_time import VirtualTime


@pytest.fixture(scope="module")
def event_loop_policy():
    """Seconds that pass only where everybody waits."""
    return VirtualTime()


class StrictServer:
    """Takes messages or refuses them, and notes both."""

    def __init__(self, limiter, burst=3):
        self.limiter = limiter
        self.came, self.refused = [], []
        clock = asyncio.get_running_loop().time
        self._flood = FloodControl(clock, FloodLimits(chat_burst=burst))

    async def send(self, chat_id):
        """Send one message through the limiter; return how long it took."""
        loop = asyncio.get_running_loop()
        begin = loop.time()

        async def call():
            wait = self._flood.wait(chat_id)
            (self.came if wait is None else self.refused).append(chat_id)
            if wait is not None:
                raise RetryAfter(wait)

        await self.limiter.process_request(call, (), {}, "sendMessage", {"chat_id": chat_id}, None)
        return loop.time() - begin

    async def ask(self, chat_id, questions, pause):
        """One person who asks again a moment after each answer; return the waits."""
        waits = []
        for _ in range(questions):
            waits.append(await self.send(chat_id))
            await asyncio.sleep(pause)
        return waits


async def test_who_asks_too_fast_keeps_nobody_else_waiting():
    """Two persons are refused at the same moment for their own haste; a third is answered."""
    server = StrictServer(PacedLimiter())
    hasty = [asyncio.ensure_future(server.ask(chat, 8, 0.1)) for chat in (1, 2)]
    await asyncio.sleep(0.5)
    assert {1, 2} <= set(server.refused)
    assert await server.send(3) == 0
    await together(*hasty)


async def test_a_refusal_is_learned_from_for_all_chats():
    """After the first refusals answers are paced: nobody is refused, each waits under a second."""
    server = StrictServer(PacedLimiter())
    await server.ask(1, 6, 0.3)
    before = len(server.refused)
    waits = await asyncio.gather(*(server.ask(chat, 12, 0.6) for chat in range(2, 6)))
    assert len(server.refused) == before
    assert max(map(max, waits)) < 0.5


async def test_a_server_that_takes_more_is_given_more():
    """Where eighteen at once are taken and the nineteenth is not, later chats get seventeen."""
    server = StrictServer(PacedLimiter(per_second=1000), burst=18)
    await together(*(server.send(1) for _ in range(20)))
    assert server.refused[:1] == [1]
    server.refused.clear()
    waits = await asyncio.gather(*(server.send(2) for _ in range(20)))
    assert [round(wait) for wait in sorted(waits)] == [0] * 17 + [1, 2, 3]
    assert server.refused == []
