"""Answers a second with 200 chats at once: all new, all repeated, words only; the usual way beside.

    python -m benchmarks throughput

Telegram takes 30 messages a second of one bot. The computing behind each answer is shown as well,
which other work on the machine stretches less than the rate.
"""

from collections.abc import Callable
from pathlib import Path

from benchmarks import usual_bot
from benchmarks.process import TICKERS, TOKEN, Asked, Bench, crowd, resident, usual, with_prices

_USUAL_CHATS = 50
"""It answers one after the other: more of them take longer, not faster."""

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
        _row(name, await crowd(bench, bot.pid, text))
    memory = resident(bot.pid)
    await bench.end(bot)
    await _usual(bench)
    print(f"\nmemory of the bot: {memory:.0f} MB in one process\n")
    await bench.chat.stop()
    usual()


async def _usual(bench: Bench) -> None:
    """Let the usual bot answer some of them; it takes the updates of the same server."""
    async with usual_bot.running(bench.chat.url, TOKEN, range(0)) as bot:
        text = _ROUNDS["the same again"]
        _row(
            f"the usual way, {_USUAL_CHATS} chats", await crowd(bench, bot.pid, text, _USUAL_CHATS)
        )


def _row(name: str, asked: Asked) -> None:
    print(f"| {name} | {asked.rate:.1f} | {asked.each:.0f} ms | {asked.p95:.1f} s |", flush=True)


def main() -> None:
    """Print the table."""
    with_prices(measure, TICKERS + 1)
