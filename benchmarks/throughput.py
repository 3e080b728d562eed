"""Answers a second with 200 chats at once: all new, all repeated, words only; the usual way beside.

    python -m benchmarks throughput

Telegram takes 30 messages a second of one bot. The computing behind each answer is shown as well,
which other work on the machine stretches less than the rate.
"""

from collections.abc import Callable
from pathlib import Path

from benchmarks.process import TICKERS, Bench, crowd, resident, usual, with_prices

_ROUNDS: dict[str, Callable[[int], str]] = {
    f"{TICKERS} new tickers": lambda number: f"/predict T{number % TICKERS:02d}",
    "the same again": lambda number: f"/predict T{number % TICKERS:02d}",
    "/help": lambda _: "/help",
}


async def measure(folder: Path) -> None:
    """Print the table."""
    bench = Bench(folder)
    await bench.chat.start()
    bot = await bench.start_bot()
    await bench.ask(bench.user(1), f"/predict T{TICKERS}")
    print("| 200 chats at once ask for | answers/s | computing each | p95 |\n|---|---|---|---|")
    for name, text in _ROUNDS.items():
        asked = await crowd(bench, bot.pid, text)
        print(f"| {name} | {asked.rate:.1f} | {asked.each:.0f} ms | {asked.p95:.1f} s |")
    print(f"\nmemory of the bot: {resident(bot.pid):.0f} MB in one process\n")
    await bench.end(bot)
    await bench.chat.stop()
    usual()


def main() -> None:
    """Print the table."""
    with_prices(measure, TICKERS + 1)
