"""Three bots behind one webhook and one PostgreSQL: questions at once, and a holder that dies.

The server keeps Telegram's limits strictly, posts go round, and the process that runs the schedule
is killed, later stopped, in the middle of a broadcast while people ask. On a machine that is too
busy for it the run ends after its minutes all the same, and says what was not there yet.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg

from benchmarks.process import Bench
from benchmarks.simulated import write_prices
from benchmarks.usual_killed import Killed
from bot.background.outbox.posts import Post
from bot.words.language import Html
from localchat.bot_api.flood_limits import FloodLimits
from localchat.state.values import Message, User
from storage.records.chats import Place
from storage.records.work import OutboxItem
from storage.store import Store, open_store
from tests.journeys.replicas import RoundRobin
from tests.journeys.test_ways import free_port
from tests.storage.postgres import PostgresServer, running_postgres

REPLICAS, CHATS, TICKERS, SESSIONS = 3, 300, 12, 700
STOPPED_SECONDS = 25.0
MINUTES = 8.0
_PART_SECONDS = 150.0
"""How long one part of the run may take."""
_TICK = os.sysconf("SC_CLK_TCK")


class Replicas:
    """Three processes, one of which holds the schedule."""

    def __init__(self, folder: Path, postgres: PostgresServer, chats: int, minutes: float) -> None:
        """Start nothing yet."""
        self._chats = chats
        self._ends_at = time.monotonic() + 60 * minutes
        self.bench = Bench(folder)
        self._folder = folder
        self._postgres = postgres
        self._database = postgres.new_database()
        self._ports = [free_port() for _ in range(REPLICAS)]
        self._proxy = RoundRobin(free_port(), self._ports)
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self.people: list[User] = []
        self.store: Store

    async def start(self) -> None:
        """Start all, and wait until each of them answers."""
        await self.bench.chat.start()
        self.bench.chat.api.flood.limits = FloodLimits()
        await self._proxy.start()
        for port in self._ports:
            await self.start_one(port)
        self.store = open_store(self._database)
        self.people = [self.bench.user(number) for number in range(self._chats)]
        for person in self.people:
            self.bench.chat.people.say(person, None, "/disclaimer")
        await self.settled(lambda: all(self.heard(p, 0) for p in self.people))

    async def start_one(self, port: int) -> None:
        """Start a bot and wait until it takes updates."""
        log = self._folder / "bot.log"
        known = log.read_text().count("started bot=") if log.exists() else 0
        self.bench.set(
            DATABASE_URL=self._database,
            DATA_DIR=str(self._folder / f"data-{port}"),
            **self._proxy.environment(port),
        )
        self._running[port] = await self.bench.start_bot()
        await self.settled(lambda: log.read_text().count("started bot=") > known)

    async def stop(self) -> None:
        """End all."""
        for bot in self._running.values():
            bot.send_signal(signal.SIGCONT)
            bot.terminate()
        for bot in self._running.values():
            await asyncio.to_thread(bot.wait)
        await self._proxy.stop()
        self.store.close()
        await self.bench.chat.stop()

    async def settled(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds, not forever; return whether it does in the end."""
        until = min(time.monotonic() + _PART_SECONDS, self._ends_at)
        while not holds() and time.monotonic() < until:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.05)
        return holds()

    def heard(self, person: User, after: int) -> list[Message]:
        """Return what the bot has written to a person after a message."""
        bot = self.bench.chat.world.bot.id
        history = self.bench.chat.world.history(person.id)
        return [m for m in history if m.id > after and m.sender_id == bot]

    def holder(self) -> "subprocess.Popen[bytes] | None":
        """Return the process that runs the schedule."""
        pid = self._asked("SELECT pid FROM leases WHERE name = 'schedule'")
        return next((bot for bot in self._running.values() if bot.pid == pid), None)

    def port_of(self, bot: "subprocess.Popen[bytes]") -> int:
        """Return where a process listens."""
        return next(port for port, other in self._running.items() if other is bot)

    def used(self) -> tuple[float, int]:
        """Return the processor's seconds of all processes so far, and the transactions."""
        name = self._database.split("@/")[1].split("?")[0]
        done = f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{name}'"
        return sum(_cpu_of(bot.pid) for bot in self._running.values()), self._asked(done)

    def _asked(self, query: str) -> int:
        place = self._database.split("://")[1]
        name, folder = place.split("@/")[1].split("?host=")
        with psycopg.connect(f"host={folder} user=postgres dbname={name}") as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def refusals(self) -> int:
        """Return how many requests were answered 429 so far."""
        return sum(
            call.refusal is not None and call.refusal.code == 429 for call in self.bench.chat.calls
        )

    async def ask_at_once(self, words: Callable[[int], str]) -> list[int]:
        """Let everybody ask, and return the numbers of their messages."""
        return [
            self.bench.chat.people.say(person, None, words(number)).id
            for number, person in enumerate(self.people)
        ]

    def enqueue(self, name: str) -> None:
        """Put one message for each chat into the outbox."""
        now = datetime.now(UTC)
        items = [
            OutboxItem(Place(p.id), "digest", name, now, Post(Html(f"{name} for you")).encode())
            for p in self.people
        ]
        self.store.enqueue(items, now)

    def told(self, name: str) -> Counter[int]:
        """Return how many have had a broadcast how often."""
        words = f"{name} for you"
        return Counter(sum(m.text == words for m in self.heard(p, 0)) for p in self.people)


async def questions(replicas: Replicas) -> None:
    """Print the row of 300 chats that ask at once."""
    before, begin, used = replicas.refusals(), time.monotonic(), replicas.used()
    asked = await replicas.ask_at_once(_question)
    pairs = list(zip(replicas.people, asked, strict=True))
    await replicas.settled(lambda: all(replicas.heard(p, after) for p, after in pairs))
    seconds = time.monotonic() - begin
    await asyncio.sleep(2)
    counts, now = Counter(len(replicas.heard(p, after)) for p, after in pairs), replicas.used()
    answered = max(1, _sent(counts))
    each = 1000 * (now[0] - used[0]) / answered, (now[1] - used[1]) / answered
    told = f"{seconds:.1f} s, {answered / seconds:.1f} answers a second"
    told += f", each {each[0]:.0f} ms of CPU and {each[1]:.1f} transactions"
    _row(f"{len(pairs)} chats ask at once", replicas.refusals() - before, counts, told)


async def broadcast(replicas: Replicas, name: str, end: signal.Signals) -> None:
    """Print the rows of a broadcast whose sender is killed or stopped, while everybody asks."""
    before = replicas.refusals()
    replicas.enqueue(name)
    await replicas.settled(lambda: _sent(replicas.told(name)) >= len(replicas.people) // 10)
    asked = await replicas.ask_at_once(_question)
    bot = replicas.holder()
    if bot is None:
        raise LookupError("nobody runs the schedule")
    bot.send_signal(end)
    at_end, ended = _sent(replicas.told(name)), time.monotonic()
    await asyncio.sleep(0.5)  # what had left arrives
    left = _sent(replicas.told(name))
    await replicas.settled(lambda: replicas.holder() is not bot)
    handed = time.monotonic() - ended
    await replicas.settled(lambda: _sent(replicas.told(name)) > left)
    gap = time.monotonic() - ended
    if end is signal.SIGSTOP:
        await asyncio.sleep(max(0.0, STOPPED_SECONDS - gap))
        bot.send_signal(signal.SIGCONT)
    pairs = list(zip(replicas.people, asked, strict=True))
    await replicas.settled(
        lambda: (
            replicas.told(name)[0] == 0 and all(_answers(replicas, p, after) for p, after in pairs)
        )
    )
    await asyncio.sleep(5)
    refused = replicas.refusals() - before
    told = f"handed over after {handed:.1f} s, goes on after {gap:.1f} s, {at_end} had it"
    _row(f"a broadcast, {end.name} of its sender", refused, replicas.told(name), told)
    counts = Counter(_answers(replicas, p, after) for p, after in pairs)
    _row("the questions of all meanwhile", refused, counts, "")
    if end is signal.SIGKILL:
        await replicas.start_one(replicas.port_of(bot))


def _question(number: int) -> str:
    return f"/predict T{number % TICKERS:02d}" if number % 2 else "/disclaimer"


def _answers(replicas: Replicas, person: User, after: int) -> int:
    return sum(not (m.text or "").endswith(" for you") for m in replicas.heard(person, after))


def _sent(counts: Counter[int]) -> int:
    return sum(counts.values()) - counts[0]


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _row(what: str, refused: int, counts: Counter[int], note: str) -> None:
    doubled = sum(number for times, number in counts.items() if times > 1)
    print(f"| {what} | {refused} | {counts[0]} | {doubled} | {note} |", flush=True)


async def measure(folder: Path, postgres: PostgresServer, chats: int, minutes: float) -> None:
    """Print the table."""
    replicas = Replicas(folder, postgres, chats, minutes)
    await replicas.start()
    try:
        print("| what | 429 | lost | doubled | |")
        print("|---|---|---|---|---|")
        await questions(replicas)
        await questions(replicas)
        await broadcast(replicas, "Monday", signal.SIGKILL)
        await broadcast(replicas, "Tuesday", signal.SIGSTOP)
    finally:
        await replicas.stop()
    usual = folder / "usual"
    usual.mkdir()
    refused, killed, told = await Killed(usual).run()
    _row("the usual way, killed after a tenth and left", refused, killed, "")
    _row("the usual way, killed and told again", refused, told, "it begins anew")


def main(chats: int = CHATS, keep_log: str = "", minutes: float = MINUTES) -> None:
    """Run in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name, running_postgres() as postgres:
        folder = Path(name)
        (folder / "prices").mkdir()
        days = np.busday_offset("2019-01-04", np.arange(SESSIONS), roll="forward").tolist()
        write_prices(folder / "prices", days, TICKERS)
        try:
            asyncio.run(measure(folder, postgres, chats, minutes))
        finally:
            if keep_log:
                Path(keep_log).write_bytes((folder / "bot.log").read_bytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", default="", help="keep the log of all processes here")
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long it may take")
    options = parser.parse_args()
    main(options.chats, options.log, options.minutes)
