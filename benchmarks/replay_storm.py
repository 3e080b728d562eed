"""Sessions replayed with faults on the line and a kill in the middle: is every digest told once?"""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.process import Bench
from localchat.errors import ApiError
from localchat.state.values import User
from tests.journeys.digest_days import session_told

START, CHATS, FIRST, OPERATOR = date(2021, 2, 1), 20, 500, 499
_SESSIONS_AT_ONCE = 3
_SECONDS_AT_ONCE = 240.0


@dataclass(frozen=True, slots=True)
class Digests:
    """What came of the digests.

    Attributes:
        told: How many chats were told of how many sessions, in all.
        lost: Sessions that a chat was not told of though others were.
        doubled: Sessions that a chat was told of twice.
        kills: How often the process was killed.
    """

    told: int
    lost: int
    doubled: int
    kills: int


class ReplayStorm:
    """Twenty chats with lists, an operator who says `/next`, faults, and kills."""

    def __init__(self, folder: Path, seed: int) -> None:
        operator = 900_000_000 + OPERATOR
        self.bench = Bench(folder, REPLAY_START=START.isoformat(), ADMIN_IDS=str(operator))
        self._rng = random.Random(seed)
        self._operator = self.bench.user(OPERATOR)
        self._kills = 0

    async def run(self, rounds: int) -> Digests:
        """Live through `rounds` times three sessions, each with a kill in its middle."""
        await self.bench.chat.start()
        bot = await self.bench.start_bot()
        users = [self.bench.user(FIRST + number) for number in range(CHATS)]
        for number, user in enumerate(users):
            self.bench.chat.people.say(user, None, f"/subscribe T{number % 10:02d} T10")
        await self._until(lambda: all(self._texts(user) for user in users))
        faults = self.bench.chat.api.faults
        for _ in range(rounds):
            faults.lose_reply("sendPhoto", skip=self._rng.randrange(5))
            faults.drop("sendPhoto", skip=self._rng.randrange(20))
            faults.fail("sendPhoto", ApiError(502, "Bad Gateway"), times=4, skip=10)
            reached = self._reached()
            self._say(f"/next {_SESSIONS_AT_ONCE}")
            await asyncio.sleep(self._rng.uniform(3, 12))
            bot.kill()
            await asyncio.to_thread(bot.wait)
            self._kills += 1
            bot = await self.bench.start_bot()
            await self._until(partial(self._is_past, reached))
            faults.clear()
        bot.send_signal(signal.SIGTERM)
        await asyncio.to_thread(bot.wait, 30)
        await self.bench.chat.stop()
        return self._counted(users)

    def _say(self, text: str) -> None:
        self.bench.chat.people.say(self._operator, None, text)

    def _is_past(self, reached: int) -> bool:
        return self._reached() > reached

    def _reached(self) -> int:
        return sum(" later: it is " in text for text in self._texts(self._operator))

    def _texts(self, user: User) -> list[str]:
        world = self.bench.chat.world
        return [m.text for m in world.history(user.id) if m.sender_id == world.bot.id]

    async def _until(self, holds: Callable[[], bool]) -> None:
        with suppress(TimeoutError):
            await self.bench.chat.wait_for(lambda: holds() or None, _SECONDS_AT_ONCE)

    def _counted(self, users: list[User]) -> Digests:
        told = [Counter(filter(None, map(session_told, self._texts(user)))) for user in users]
        sessions = set().union(*told)
        last = min((max(own) for own in told if own), default=None)
        due = {session for session in sessions if last is not None and session <= last}
        lost = sum(len(due - set(own)) for own in told)
        doubled = sum(n - 1 for own in told for n in own.values())
        return Digests(sum(map(len, told)), lost, doubled, self._kills)
