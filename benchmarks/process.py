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
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.simulated import write_prices
from benchmarks.timing import header, percentile, row
from localchat.server import Clocks, LocalChat
from localchat.state.values import Message, User

ROOT = Path(__file__).parents[1]
TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
TICKERS, CHATS, SESSIONS = 50, 200, 1500

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
        start = time.perf_counter()
        asked = self.chat.people.say(user, None, text)

        def photo() -> Message | None:
            history = self.chat.world.history(user.id)
            return next((m for m in reversed(history) if m.id > asked.id and m.photo), None)

        await self.chat.wait_for(photo, 120)
        return time.perf_counter() - start


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
            bot.terminate()
            await asyncio.to_thread(bot.wait)
    row("process start to first answer", starts, "s")
    new = [await bench.ask(bench.user(1), f"/predict T{TICKERS + 3 + i}") for i in range(15)]
    row("new ticker, prices at hand", new, goal="300 ms")
    again = [await bench.ask(bench.user(2), f"/predict T{TICKERS + 3 + i}") for i in range(15)]
    row("repeated ticker, no upload", again, goal="20 ms")
    await crowd(bench)
    print(f"| memory, resident | {resident(bot.pid):.0f} MB | | 1 | 200 MB |")
    print(f"| TensorFlow in memory | {'yes' if maps_tensorflow(bot.pid) else 'no'} | | 1 | no |")
    bot.terminate()
    await asyncio.to_thread(bot.wait)
    await bench.chat.stop()
    usual()


async def crowd(bench: Bench) -> None:
    """Let 200 chats ask for 50 tickers at once."""
    users = [bench.user(100 + i) for i in range(CHATS)]
    bench.chat.calls.clear()
    begin = time.perf_counter()
    seconds = await asyncio.gather(
        *(bench.ask(user, f"/predict T{i % TICKERS:02d}") for i, user in enumerate(users))
    )
    total = time.perf_counter() - begin
    uploads = sum(bool(call.files) for call in bench.chat.calls.of("sendPhoto"))
    print(
        f"| {CHATS} chats ask for {TICKERS} tickers at once | {CHATS / total:.1f} answers/s "
        f"| p95 {percentile(seconds, 0.95):.1f} s, {uploads} uploads | 1 | Telegram allows 30/s |"
    )


def usual() -> None:
    """Print the rows of the usual way."""
    run = subprocess.run(
        [sys.executable, "-c", USUAL], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, memory, *times = map(float, run.stdout.split())
    row("usual way: start to first picture, prices given", [first], "s")
    row("usual way: each further picture", times)
    print(f"| usual way: memory, resident | {memory:.0f} MB | | 1 | |")


def main() -> None:
    """Run in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "prices").mkdir()
        # The numbers do not matter, the length does.
        days = np.busday_offset("2016-01-04", np.arange(SESSIONS), roll="forward").tolist()
        write_prices(folder / "prices", days, TICKERS + 20)
        asyncio.run(measure(folder))


if __name__ == "__main__":
    main()
