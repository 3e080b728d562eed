"""How much of the house a reader must open: files behind one answer, wiring, lines, imports.

`--root` measures another checkout, such as an earlier release unpacked beside this one.
"""

import argparse
import ast
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.simulated import write_prices
from localchat.server import Clocks, LocalChat
from localchat.state.values import Message, User

ROOT = Path(__file__).parents[1]
TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
ROOMS = ("bot", "forecasting", "localchat", "storage")
OPENED = ("bot", "forecasting", "storage")
TRIES = 5
WIRING = {
    "bot/compose.py",
    "bot/parts.py",
    "bot/compose_rest.py",
    "bot/telegram/commands/every.py",
    # The same before there was a compose.py.
    "bot/app.py",
    "bot/running.py",
    "bot/unattended.py",
    "bot/actions/accounting.py",
    "bot/commands/frame.py",
    "bot/commands/registry.py",
}

# Runs `python -m bot` and notes in which files functions are called; SIGUSR1 begins anew, SIGUSR2
# writes them down. A thread that waits in C is noted when it comes back.
TRACER = """
import runpy, signal, sys, threading
files, target = set(), sys.argv[1]
def note(frame, event, _argument):
    if event == "call":
        files.add(frame.f_code.co_filename)
def write(*_):
    with open(target, "w") as file:
        file.write("\\n".join(files))
signal.signal(signal.SIGUSR1, lambda *_: files.clear())
signal.signal(signal.SIGUSR2, write)
threading.setprofile(note)
sys.setprofile(note)
sys.argv = ["bot"]
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


def modules(root: Path, rooms: tuple[str, ...] = ROOMS) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file of the product that is not empty."""
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            if text := path.read_text(encoding="utf-8"):
                yield str(path.relative_to(root)), text


def imports(text: str) -> int:
    """Return how many modules a file imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return len(found)


class TracedBot:
    """A bot in a process of its own that says which files it went through."""

    def __init__(self, root: Path, folder: Path, chat: LocalChat) -> None:
        self._root, self._target, self._chat = root, folder / "files", chat
        environment = {
            **os.environ,
            "PYTHONPATH": str(root),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": chat.url,
            "PRICE_SOURCE": "files",
            "PRICE_FILES": str(folder / "prices"),
            "DATA_DIR": str(folder / "data"),
        }
        command = [sys.executable, "-c", TRACER, str(self._target)]
        with (folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=root, env=environment, stderr=log)

    async def ask(self, user: User, text: str) -> None:
        """Return when a question has its photo."""
        asked = self._chat.people.say(user, None, text)

        def photo() -> Message | None:
            history = self._chat.world.history(user.id)
            return next((m for m in reversed(history) if m.id > asked.id and m.photo), None)

        await self._chat.wait_for(photo, 120)

    async def files_of(self, user: User, text: str) -> set[str]:
        """Return the files of ours that one question led through."""
        self._target.unlink(missing_ok=True)
        self._process.send_signal(signal.SIGUSR1)
        await asyncio.sleep(0.2)
        await self.ask(user, text)
        await asyncio.sleep(0.2)
        self._process.send_signal(signal.SIGUSR2)
        await asyncio.sleep(1)
        names = (Path(name) for name in self._target.read_text().splitlines())
        inside = (name.relative_to(self._root) for name in names if name.is_relative_to(self._root))
        return {str(name) for name in inside if name.parts[0] in OPENED}

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


async def opened(root: Path, folder: Path) -> set[str]:
    """Return the files behind one new `/predict`; of several tries the fewest."""
    (folder / "prices").mkdir()
    days = np.busday_offset("2016-01-04", np.arange(1500), roll="forward").tolist()
    tickers = write_prices(folder / "prices", days, TRIES + 2)
    chat = LocalChat(None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic), record=False)
    await chat.start()
    user = chat.world.add_user(User(900_000_000, "Ann"))
    bot = TracedBot(root, folder, chat)
    await bot.ask(user, f"/predict {tickers[0]}")
    # What the schedule does every few seconds is in some of the tries, never in the smallest.
    tries = [await bot.files_of(user, f"/predict {ticker}") for ticker in tickers[1 : TRIES + 1]]
    bot.stop()
    await chat.stop()
    return min(tries, key=len)


def main(root: Path = ROOT, listed: bool = False) -> None:
    """Print the table."""
    found = dict(modules(root))
    counts = sorted(imports(text) for text in found.values())
    lines = sum(text.count("\n") for text in found.values())
    with tempfile.TemporaryDirectory() as folder:
        files = asyncio.run(opened(root, Path(folder)))
    print("| what | now |\n|---|---|")
    print(f"| files of ours that one new `/predict` goes through | {len(files)} |")
    print(f"| lines of wiring | {sum(found[n].count(chr(10)) for n in WIRING & found.keys())} |")
    print(f"| product, without tests | {lines} lines in {len(found)} files |")
    print(f"| modules that a module imports, median | {statistics.median(counts):.0f} |")
    if listed:
        print("\n" + "\n".join(sorted(files)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    parser.add_argument("--list", action="store_true", help="name the files")
    options = parser.parse_args()
    main(options.root.resolve(), options.list)
