"""Hostile load over real HTTP: many chats, a flooding group, faults, `kill -9` by the minute.

    python -m benchmarks hostile --minutes 20 --seed 1

Each person asks one thing at a time, whose answer is one message, so that what is missing or comes
twice can be counted: per chat, questions are compared with the bot's messages.
"""

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from benchmarks.process import SESSIONS, Bench, resident
from benchmarks.simulated import write_prices
from benchmarks.timing import header, percentile, row
from localchat.bot_api.flood_limits import FloodLimits
from localchat.errors import ApiError, too_many_requests
from localchat.state.values import Chat, Member, Message, User

PRIVATE_CHATS, GROUPS = 45, 15
PATIENCE_SECONDS, SETTLE_SECONDS = 120.0, 75.0
QUESTIONS = (
    "/predict T{n:02d}",
    "/help",
    "/disclaimer",
    "/subscriptions",
    "/alerts",
    "/privacy",
    "/unsubscribe T{n:02d}",
    "/verify {n}",
)
TICKERS = 12
_SENDS = ("sendMessage", "sendPhoto")
_EXPECTED = ("not modified", "query is too old", "to edit not found", "can't be edited")


class Storm:
    """The people, the faults and the kills of one run."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self._bench = bench
        self._rng = random.Random(seed)
        self._bot: subprocess.Popen[bytes] | None = None
        self.kills = 0
        self.asked: Counter[int] = Counter()
        self.waits: list[float] = []
        self.stranger: list[float] = []
        self.memory: list[float] = []

    async def run(self, minutes: float) -> None:
        """Live through the storm, then let the bot settle."""
        self._bot = await self._bench.start_bot()
        people = [self._bench.user(number) for number in range(PRIVATE_CHATS)]
        groups = [self._group(number) for number in range(GROUPS)]
        await self._ask(self._bench.user(800), "/help", [])
        stop = asyncio.get_running_loop().time() + 60 * minutes
        work: list[Awaitable[None]] = [self._person(person, stop) for person in people]
        work += [self._chatter(group, stop) for group in groups]
        work += [self._flood(groups[0], stop), self._lonely(self._bench.user(801), stop)]
        work += [self._every(stop, (2, 6), self._fault), self._every(stop, (55, 65), self._kill)]
        await asyncio.gather(*work)
        self._bench.chat.api.faults.clear()
        await asyncio.sleep(SETTLE_SECONDS)
        self._bot.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._bot.wait, 30)

    def of_bot(self, chat_id: int) -> list[Message]:
        """Return the bot's messages of a chat."""
        world = self._bench.chat.world
        return [m for m in world.history(chat_id) if m.sender_id == world.bot.id]

    def _group(self, number: int) -> tuple[Chat, list[User]]:
        members = [self._bench.user(1000 + 10 * number + k) for k in range(4)]
        roles = tuple(Member(user.id, "member") for user in members)
        world = self._bench.chat.world
        return world.add_group(f"Group {number}", roles, basic=True), members

    async def _person(self, user: User, stop: float) -> None:
        while asyncio.get_running_loop().time() < stop:
            await asyncio.sleep(self._rng.uniform(2, 8))
            question = self._rng.choice(QUESTIONS).format(n=self._rng.randrange(1, TICKERS))
            await self._ask(user, question, self.waits)

    async def _lonely(self, user: User, stop: float) -> None:
        while asyncio.get_running_loop().time() < stop:
            await asyncio.sleep(3)
            if self._bot is not None and self._bot.poll() is None:
                await self._ask(user, "/predict T01", self.stranger)

    async def _ask(self, user: User, text: str, waits: list[float]) -> None:
        chat = self._bench.chat
        asked = chat.people.say(user, None, text)
        self.asked[user.id] += 1
        start = time.perf_counter()

        def answer() -> Message | None:
            return next((m for m in self.of_bot(user.id) if m.id > asked.id), None)

        try:
            await chat.wait_for(answer, PATIENCE_SECONDS)
        except TimeoutError:
            return
        waits.append(time.perf_counter() - start)

    async def _chatter(self, group: tuple[Chat, list[User]], stop: float) -> None:
        chat, members = group
        while asyncio.get_running_loop().time() < stop:
            await asyncio.sleep(self._rng.uniform(3, 15))
            user = self._rng.choice(members)
            shown = [m for m in self.of_bot(chat.id) if m.keyboard and m.photo]
            if shown and self._rng.random() < 0.4:
                button = next(b for line in shown[-1].keyboard for b in line if b.data)
                self._bench.chat.people.press(user, shown[-1], button.text)
            else:
                ticker = self._rng.randrange(1, TICKERS)
                self._bench.chat.people.say(user, chat, f"/predict@tickercast_bot T{ticker:02d}")

    async def _flood(self, group: tuple[Chat, list[User]], stop: float) -> None:
        chat, members = group
        while asyncio.get_running_loop().time() < stop:
            self._bench.chat.people.say(members[0], chat, "/help@tickercast_bot")
            await asyncio.sleep(0.25)

    async def _every(
        self, stop: float, span: tuple[float, float], act: Callable[[], Awaitable[None]]
    ) -> None:
        while True:
            pause = self._rng.uniform(*span)
            if asyncio.get_running_loop().time() + pause >= stop:
                return
            await asyncio.sleep(pause)
            await act()

    async def _fault(self) -> None:
        faults, method = self._bench.chat.api.faults, self._rng.choice(_SENDS)
        match self._rng.randrange(6):
            case 0:
                faults.fail(method, ApiError(502, "Bad Gateway"), times=5)
            case 1:
                faults.fail(method, too_many_requests(2), times=2)
            case 2:
                faults.lose_reply(method)
            case 3:
                faults.drop(method)
            case 4:
                faults.delay(method, 2.0, times=2)
            case _:
                faults.go_down()
                await asyncio.sleep(1.5)
                faults.come_back()

    async def _kill(self) -> None:
        if self._bot is not None and self._bot.poll() is None:
            self.memory.append(await asyncio.to_thread(resident, self._bot.pid))
            self._bot.kill()
            await asyncio.to_thread(self._bot.wait)
            self.kills += 1
            self._bot = await self._bench.start_bot()


def report(storm: Storm, bench: Bench, log: str) -> None:
    """Print what the storm has done."""
    answered = {chat: len(storm.of_bot(chat)) for chat in storm.asked}
    missing = sum(max(0, asked - answered[chat]) for chat, asked in storm.asked.items())
    doubled = sum(max(0, answered[chat] - asked) for chat, asked in storm.asked.items())
    refused = [c for c in bench.chat.calls if c.refusal is not None and c.refusal.code == 400]
    violations = [
        c for c in refused if c.refusal and not any(t in str(c.refusal) for t in _EXPECTED)
    ]
    header()
    row("an answer in private", storm.waits or [0.0], "s")
    row("a stranger's answer while a group floods", storm.stranger or [0.0], "s", "p99 3 s")
    figures = {
        "questions in private": sum(storm.asked.values()),
        "kills": storm.kills,
        "unanswered": missing,
        "doubled (at most one a kill)": doubled,
        "incidents": log.count("incident id="),
        "violations": len(violations),
        "stranger p99, s": round(percentile(storm.stranger or [0.0], 0.99), 2),
        "most resident memory, MB": round(max(storm.memory or [0.0])),
    }
    for name, value in figures.items():
        print(f"{name}: {value}")
    for call in violations[:5]:
        print(f"refused: {call.method} {call.refusal}")


async def hostile(folder: Path, minutes: float, seed: int) -> None:
    """Run one storm in a folder and print what came of it."""
    bench = Bench(folder)
    bench.chat.api.flood.limits = FloodLimits()
    await bench.chat.start()
    storm = Storm(bench, seed)
    try:
        await storm.run(minutes)
    finally:
        await bench.chat.stop()
    report(storm, bench, (folder / "bot.log").read_text(errors="replace"))


def main() -> None:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hostile")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(sys.argv[2:])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "prices").mkdir()
        # The numbers do not matter, the length does.
        days = np.busday_offset("2016-01-04", np.arange(SESSIONS), roll="forward").tolist()
        write_prices(folder / "prices", days, TICKERS + 1)
        asyncio.run(hostile(folder, options.minutes, options.seed))
