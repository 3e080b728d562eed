"""The people, the faults and the kills of a hostile run (see `benchmarks.hostile`)."""

import asyncio
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from benchmarks.process import Bench, resident
from localchat.errors import ApiError, too_many_requests
from localchat.state.values import Chat, Member, Message, User

PRIVATE_CHATS, GROUPS, LISTERS, CROWD = 38, 15, 6, 160
PATIENCE_SECONDS, SETTLE_SECONDS = 120.0, 75.0
TICKERS = 12
QUESTIONS = (
    "/predict T{n:02d}",
    "/predict T{n:02d} 5",
    "$T{n:02d}",
    "/predict NOSUCH{n}",
    "/help",
    "/disclaimer",
    "/subscriptions",
    "/alerts",
    "/settings",
    "/privacy",
    "/unsubscribe T{n:02d}",
    "/verify {n}",
    "/status",
    "hello",
)
"""Each is answered by one message, so that what is missing or comes twice can be counted."""
_SENDS = ("sendMessage", "sendPhoto")


@dataclass(frozen=True, slots=True)
class Wait:
    """One question: who asked, when, and how long until the first message came."""

    chat_id: int
    at: float
    seconds: float


@dataclass(slots=True)
class Seen:
    """What a storm has seen; all times are those of `time.monotonic`."""

    asked: Counter[int] = field(default_factory=Counter)
    private: list[Wait] = field(default_factory=list)
    stranger: list[Wait] = field(default_factory=list)
    beside_crowd: list[Wait] = field(default_factory=list)
    beside_thousand: list[Wait] = field(default_factory=list)
    lists: dict[tuple[int, str], bool] = field(default_factory=dict)
    down: list[tuple[float, float]] = field(default_factory=list)
    cut: list[tuple[float, float]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """How often the process was killed."""
        return len(self.down)


class Storm:
    """Lives through it."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self._bench = bench
        self._rng = random.Random(seed)
        self._bot: subprocess.Popen[bytes] | None = None
        self.seen = Seen()

    async def run(self, minutes: float) -> None:
        """Let the crowds come while all is well, then live through the storm, then settle."""
        self._bot = await self._bench.start_bot()
        people = [self._bench.user(number) for number in range(PRIVATE_CHATS)]
        groups = [self._group(number, 4) for number in range(GROUPS)]
        await self._ask(self._bench.user(800), "/predict T01", [])
        await self._crowds()
        stop = time.monotonic() + 60 * minutes
        work: list[Awaitable[None]] = [self._person(person, stop) for person in people]
        work += [self._lister(self._bench.user(700 + n), stop) for n in range(LISTERS)]
        work += [self._chatter(group, stop) for group in groups]
        work += [self._flood(groups[0], stop)]
        work += [self._lonely(self._bench.user(801), stop, self.seen.stranger)]
        work += [self._every(stop, (2, 6), self._fault), self._every(stop, (55, 65), self._kill)]
        await asyncio.gather(*work)
        self._bench.chat.api.faults.clear()
        await asyncio.sleep(SETTLE_SECONDS)
        await self._note_memory()
        self._bot.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self._bot.wait, 30)

    def of_bot(self, chat_id: int) -> list[Message]:
        """Return the bot's messages of a chat."""
        world = self._bench.chat.world
        return [m for m in world.history(chat_id) if m.sender_id == world.bot.id]

    async def _crowds(self) -> None:
        chat, members = self._group(90, CROWD)
        for member in members:
            self._bench.chat.people.say(member, chat, "/predict@tickercast_bot T02")
        await self._others(810, self.seen.beside_crowd)
        busy = self._bench.user(803)
        for _ in range(1000):
            self._bench.chat.people.say(busy, None, "/help")
        await self._others(820, self.seen.beside_thousand)

    async def _others(self, first: int, waits: list[Wait]) -> None:
        stop = time.monotonic() + 15
        askers = [self._bench.user(first + number) for number in range(4)]
        await asyncio.gather(*(self._lonely(one, stop, waits, pause=0.6) for one in askers))

    def _group(self, number: int, size: int) -> tuple[Chat, list[User]]:
        members = [self._bench.user(1000 + 10 * number + k) for k in range(size)]
        roles = tuple(Member(user.id, "member") for user in members)
        world = self._bench.chat.world
        return world.add_group(f"Group {number}", roles, basic=True), members

    async def _person(self, user: User, stop: float) -> None:
        while time.monotonic() < stop:
            await asyncio.sleep(self._rng.uniform(2, 8))
            question = self._rng.choice(QUESTIONS).format(n=self._rng.randrange(1, TICKERS))
            await self._ask(user, question, self.seen.private)

    async def _lister(self, user: User, stop: float) -> None:
        while time.monotonic() < stop:
            await asyncio.sleep(self._rng.uniform(1, 5))
            ticker, wanted = f"T{self._rng.randrange(1, TICKERS):02d}", self._rng.random() < 0.5
            text = f"/{'subscribe' if wanted else 'unsubscribe'} {ticker}"
            self._bench.chat.people.say(user, None, text)
            self.seen.lists[user.id, ticker] = wanted

    async def _lonely(self, user: User, stop: float, waits: list[Wait], pause: float = 2.5) -> None:
        while time.monotonic() < stop:
            await asyncio.sleep(pause)
            await self._ask(user, f"/predict T{self._rng.randrange(1, TICKERS):02d}", waits)

    async def _ask(self, user: User, text: str, waits: list[Wait]) -> None:
        chat, start = self._bench.chat, time.monotonic()
        asked = chat.people.say(user, None, text)
        self.seen.asked[user.id] += 1

        def answer() -> Message | None:
            return next((m for m in self.of_bot(user.id) if m.id > asked.id), None)

        try:
            await chat.wait_for(answer, PATIENCE_SECONDS)
        except TimeoutError:
            return
        waits.append(Wait(user.id, start, time.monotonic() - start))

    async def _chatter(self, group: tuple[Chat, list[User]], stop: float) -> None:
        chat, members = group
        while time.monotonic() < stop:
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
        while time.monotonic() < stop:
            self._bench.chat.people.say(members[0], chat, "/help@tickercast_bot")
            await asyncio.sleep(0.25)

    async def _every(
        self, stop: float, span: tuple[float, float], act: Callable[[], Awaitable[None]]
    ) -> None:
        while True:
            pause = self._rng.uniform(*span)
            if time.monotonic() + pause >= stop:
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
                start = time.monotonic()
                faults.go_down()
                await asyncio.sleep(1.5)
                faults.come_back()
                self.seen.cut.append((start, time.monotonic()))

    async def _kill(self) -> None:
        if self._bot is None or self._bot.poll() is not None:
            return
        await self._note_memory()
        killed_at = time.monotonic()
        self._bot.kill()
        await asyncio.to_thread(self._bot.wait)
        self._bot = await self._bench.start_bot()
        await self._bench.chat.wait_for(lambda: self._polls_since(killed_at) or None, 120)
        self.seen.down.append((killed_at, time.monotonic()))

    def _polls_since(self, start: float) -> bool:
        # Polling begins right after it; polls themselves are recorded when they end.
        return any(call.at > start for call in self._bench.chat.calls.of("deleteWebhook"))

    async def _note_memory(self) -> None:
        if self._bot is not None:
            self.seen.memory.append(await asyncio.to_thread(resident, self._bot.pid))
