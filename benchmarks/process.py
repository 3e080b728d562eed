"""The bot as its own process, spoken to over real HTTP: start, memory, new and repeated answers.

The usual way, measured in the same run, is a script as such bots are written: it imports
TensorFlow and pyplot at the top, loads its model, predicts and draws inside the handler.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.simulated import write_prices
from benchmarks.timing import header, percentile, row
from localchat.server import Clocks, LocalChat
from localchat.state.values import Message, User

ROOT = Path(__file__).parents[1]
TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
TICKERS, CHATS, SESSIONS = 50, 200, 1500
PATIENCE_SECONDS = 120.0

USUAL = """
import time, resource, sys
start = time.perf_counter()
import keras, numpy as np
import importlib; importlib.import_module("forecasting.model.lstm")
import matplotlib; matplotlib.use("Agg")
from matplotlib import pyplot as plt
model = keras.models.load_model("forecasting/model/pretrained/model.keras")
def answer():
    inputs = [np.zeros((1, *tensor.shape[1:]), "float32") for tensor in model.inputs]
    model.predict(inputs, verbose=0)
    figure = plt.figure(figsize=(12.8, 7.2)); plt.plot(range(90)); plt.legend(["price"])
    plt.savefig("/dev/null", format="png", dpi=100, bbox_inches="tight"); plt.close(figure)
answer()
first = time.perf_counter() - start
times = []
for _ in range(10):
    begin = time.perf_counter(); answer(); times.append(time.perf_counter() - begin)
print(first, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *times)
"""


class Bench:
    """A Telegram on loopback, and the bot that is measured."""

    def __init__(self, folder: Path, **changes: str) -> None:
        """Make both, not yet started; `changes` are settings of the bot."""
        self._folder = folder
        self._changes = changes
        self.chat = LocalChat(
            None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic), record=True
        )

    def set(self, **changes: str) -> None:
        """Let the next bot have other settings."""
        self._changes |= changes

    async def start_bot(self) -> "subprocess.Popen[bytes]":
        """Start the bot; it logs to a file."""
        environment = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.chat.url,
            "PRICE_SOURCE": "files",
            "PRICE_FILES": str(self._folder / "prices"),
            "DATA_DIR": str(self._folder / "data"),
            **self._changes,
        }
        log = (self._folder / "bot.log").open("ab")
        return await asyncio.to_thread(
            subprocess.Popen, [sys.executable, "-m", "bot"], cwd=ROOT, env=environment, stderr=log
        )

    def user(self, number: int) -> User:
        """Return a person with a private chat."""
        return self.chat.world.add_user(User(900_000_000 + number, f"Person {number}"))

    async def ask(self, user: User, text: str) -> float:
        """Return the seconds from a question to its photo."""
        return await self._seconds_to(user, text, lambda message: bool(message.photo))

    async def answered(self, user: User, text: str) -> float:
        """Return the seconds from a question to the bot's first message behind it."""
        return await self._seconds_to(user, text, lambda _: True)

    async def _seconds_to(self, user: User, text: str, fits: Callable[[Message], bool]) -> float:
        start, world = time.perf_counter(), self.chat.world
        asked = self.chat.people.say(user, None, text)

        def answer() -> Message | None:
            behind = (m for m in reversed(world.history(user.id)) if m.id > asked.id)
            return next((m for m in behind if m.sender_id == world.bot.id and fits(m)), None)

        await self.chat.wait_for(answer, PATIENCE_SECONDS)
        return time.perf_counter() - start

    async def end(self, bot: "subprocess.Popen[bytes]") -> None:
        """End the bot, and wait for it."""
        bot.terminate()
        await asyncio.to_thread(bot.wait)


def cpu_seconds(pid: int) -> float:
    """Return the seconds that a process has computed, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def maps_tensorflow(pid: int) -> bool:
    """Return whether a process has TensorFlow's libraries in its memory."""
    return "tensorflow" in Path(f"/proc/{pid}/maps").read_text()


async def measure(folder: Path) -> None:
    """Print the table."""
    bench = Bench(folder)
    await bench.chat.start()
    header()
    starts = []
    for number in range(3):
        begin = time.perf_counter()
        bot = await bench.start_bot()
        await bench.ask(bench.user(number), f"/predict T{TICKERS + number:02d}")
        starts.append(time.perf_counter() - begin)
        if number < 2:
            await bench.end(bot)
    row("process start to first answer", starts, "s")
    new = [await bench.ask(bench.user(1), f"/predict T{TICKERS + 3 + i}") for i in range(15)]
    row("new ticker, prices at hand", new, goal="300 ms")
    again = [await bench.ask(bench.user(2), f"/predict T{TICKERS + 3 + i}") for i in range(15)]
    row("repeated ticker, no upload", again, goal="20 ms")
    bench.chat.calls.clear()
    asked = await crowd(bench, bot.pid, lambda number: f"/predict T{number % TICKERS:02d}")
    uploads = sum(bool(call.files) for call in bench.chat.calls.of("sendPhoto"))
    print(
        f"| {CHATS} chats ask for {TICKERS} tickers at once | {asked.rate:.1f} answers/s "
        f"| p95 {asked.p95:.1f} s, {uploads} uploads | 1 | Telegram allows 30/s |"
    )
    print(f"| memory, resident | {resident(bot.pid):.0f} MB | | 1 | 200 MB |")
    print(f"| TensorFlow in memory | {'yes' if maps_tensorflow(bot.pid) else 'no'} | | 1 | no |")
    await bench.end(bot)
    await bench.chat.stop()
    usual()


@dataclass(frozen=True, slots=True)
class Asked:
    """How it went when all asked at once."""

    rate: float
    """Answers a second."""
    each: float
    """Milliseconds that the bot computed for each answer: other work does not stretch them."""
    p95: float
    """Seconds that the slowest twentieth waited at least."""


async def crowd(bench: Bench, pid: int, text: Callable[[int], str], chats: int = CHATS) -> Asked:
    """Let some chats ask at once; `text` gives the question of a number."""
    users = [bench.user(100 + number) for number in range(chats)]
    computed, begin = cpu_seconds(pid), time.perf_counter()
    waits = await asyncio.gather(
        *(bench.answered(user, text(number)) for number, user in enumerate(users))
    )
    rate = chats / (time.perf_counter() - begin)
    each = 1000 * (cpu_seconds(pid) - computed) / chats
    return Asked(rate, each, percentile(waits, 0.95))


def usual() -> None:
    """Print the rows of the usual way."""
    run = subprocess.run(
        [sys.executable, "-c", USUAL], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, memory, *times = map(float, run.stdout.split())
    row("usual way: start to first picture, prices given", [first], "s")
    row("usual way: each further picture", times)
    print(f"| usual way: memory, resident | {memory:.0f} MB | | 1 | |")


def with_prices(measure: Callable[[Path], Coroutine[Any, Any, None]], tickers: int) -> None:
    """Run a measurement in a folder with prices of so many tickers, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "prices").mkdir()
        # The numbers do not matter, the length does.
        days = np.busday_offset("2016-01-04", np.arange(SESSIONS), roll="forward").tolist()
        write_prices(folder / "prices", days, tickers)
        asyncio.run(measure(folder))


def main() -> None:
    """Print the table."""
    with_prices(measure, TICKERS + 20)


if __name__ == "__main__":
    main()
