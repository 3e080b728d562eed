"""Answers a second with 200 chats at once: all new, all repeated, words only; the usual way beside.

    python -m benchmarks throughput

Telegram takes 30 messages a second of one bot. The computing behind each answer is shown as well,
which other work on the machine stretches less than the rate.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.process import CHATS, SESSIONS, TICKERS, Bench, resident, usual
from benchmarks.simulated import write_prices
from benchmarks.timing import percentile
from localchat.state.values import Message, User

_PATIENCE_SECONDS = 300.0


def cpu_seconds(pid: int) -> float:
    """Return the seconds that a process has computed, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def answered(bench: Bench, user: User, text: str) -> float:
    """Return the seconds from a question to the bot's first message behind it."""
    start = time.perf_counter()
    world, asked = bench.chat.world, bench.chat.people.say(user, None, text)

    def answer() -> Message | None:
        history = world.history(user.id)
        return next((m for m in history if m.id > asked.id and m.sender_id == world.bot.id), None)

    await bench.chat.wait_for(answer, _PATIENCE_SECONDS)
    return time.perf_counter() - start


async def crowd(bench: Bench, pid: int, name: str, text: Callable[[int], str]) -> None:
    """Let all chats ask at once, and print a row."""
    users = [bench.user(100 + number) for number in range(CHATS)]
    computed, start = cpu_seconds(pid), time.perf_counter()
    waits = await asyncio.gather(
        *(answered(bench, user, text(number)) for number, user in enumerate(users))
    )
    rate = CHATS / (time.perf_counter() - start)
    each = 1000 * (cpu_seconds(pid) - computed) / CHATS
    print(f"| {name} | {rate:.1f} | {each:.0f} ms | {percentile(waits, 0.95):.1f} s |")


async def measure(folder: Path) -> None:
    """Print the table."""
    bench = Bench(folder)
    await bench.chat.start()
    bot = await bench.start_bot()
    await bench.ask(bench.user(1), f"/predict T{TICKERS}")
    print("| 200 chats at once ask for | answers/s | computing each | p95 |\n|---|---|---|---|")
    await crowd(bench, bot.pid, "50 new tickers", lambda n: f"/predict T{n % TICKERS:02d}")
    await crowd(bench, bot.pid, "the same again", lambda n: f"/predict T{n % TICKERS:02d}")
    await crowd(bench, bot.pid, "/help", lambda _: "/help")
    print(f"\nmemory of the bot: {resident(bot.pid):.0f} MB in one process\n")
    bot.terminate()
    await asyncio.to_thread(bot.wait)
    await bench.chat.stop()
    usual()


def main() -> None:
    """Run in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "prices").mkdir()
        days = np.busday_offset("2016-01-04", np.arange(SESSIONS), roll="forward").tolist()
        write_prices(folder / "prices", days, TICKERS + 1)
        asyncio.run(measure(folder))
