"""Hostile load over real HTTP: many chats, a flooding group, faults, `kill -9` by the minute.

    python -m benchmarks hostile --minutes 20 --seed 1

Each person asks one thing at a time, whose answer is one message, so that what is missing or comes
twice can be counted: per chat, questions are compared with the bot's messages. Lists are compared
with what was last said about each ticker. Then a replay with subscribers is killed in the middle,
and its digests are counted. The people are in `storm`, the replay in `replay_storm`.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.process import SESSIONS, Bench
from benchmarks.replay_storm import Digests, ReplayStorm
from benchmarks.simulated import write_prices
from benchmarks.storm import TICKERS, Storm, Wait
from benchmarks.timing import header, percentile, row
from forecasting.sessions import next_sessions
from localchat.bot_api.flood_limits import FloodLimits
from storage.records.chats import Place
from storage.store import open_store

_MINUTES_A_ROUND = 4
_EXPECTED = ("not modified", "query is too old", "to edit not found", "can't be edited")
"""Refusals that are answers: some of them the bot asks for, to learn whether a message is there."""


def report(storm: Storm, bench: Bench, folder: Path, digests: Digests) -> None:
    """Print what the storm has done."""
    log, seen = (folder / "bot.log").read_text(errors="replace"), storm.seen
    answered = {chat: len(storm.of_bot(chat)) for chat in seen.asked}
    header()
    _waits("an answer in private", seen.private)
    _waits("a stranger's answer while a group floods", seen.stranger, "p99 3 s")
    _waits("others, 160 members of a group ask at once", seen.beside_crowd, "p95 1 s")
    _waits("others, one person sends 1,000 commands", seen.beside_thousand, "p95 1 s")
    faults = len([call for call in bench.chat.calls if call.fault is not None])
    calm = [wait for wait in seen.stranger if not _was_hit(wait, storm, bench)]
    by_kill = [wait for wait in seen.stranger if _within(wait, seen.down)]
    figures = {
        "questions in private": seen.asked.total(),
        "kills, requests spoiled": f"{seen.kills}, {faults}",
        "violations": len(_violations(bench)),
        "incidents": log.count("incident id="),
        "unanswered": sum(max(0, n - answered[chat]) for chat, n in seen.asked.items()),
        "doubled answers (at most one a kill)": sum(
            max(0, answered[chat] - n) for chat, n in seen.asked.items()
        ),
        "lists that do not end as was last said": _wrong_lists(storm, folder),
        "stranger p99, all": _p99(seen.stranger),
        "stranger p99, neither a kill nor a spoiled request in between": _p99(calm),
        "stranger, longest over a kill": _p99(by_kill),
        "back after a kill, s": ", ".join(f"{end - start:.1f}" for start, end in seen.down),
        "memory at the end of each process, MB": ", ".join(f"{m:.0f}" for m in seen.memory),
        "replay: told, lost, doubled digests, kills": (
            f"{digests.told}, {digests.lost}, {digests.doubled}, {digests.kills}"
        ),
    }
    for name, value in figures.items():
        print(f"{name}: {value}")
    for refusal in sorted(set(_violations(bench)))[:5]:
        print(f"refused: {refusal}")


def _waits(name: str, waits: Sequence[Wait], goal: str = "") -> None:
    seconds = [wait.seconds for wait in waits] or [0.0]
    row(f"{name}, p95 {percentile(seconds, 0.95):.2f} s", seconds, "s", goal)


def _p99(waits: Sequence[Wait]) -> str:
    return f"{percentile([wait.seconds for wait in waits] or [0.0], 0.99):.2f} s of {len(waits)}"


def _within(wait: Wait, spans: Sequence[tuple[float, float]]) -> bool:
    return any(wait.at <= end and start <= wait.at + wait.seconds for start, end in spans)


def _was_hit(wait: Wait, storm: Storm, bench: Bench) -> bool:
    """Whether a kill, a line that was down or a fault on order came between."""
    if _within(wait, storm.seen.down) or _within(wait, storm.seen.cut):
        return True
    end = wait.at + wait.seconds
    return any(
        call.fault is not None and call.chat_id == wait.chat_id and wait.at <= call.at <= end
        for call in bench.chat.calls
    )


def _violations(bench: Bench) -> list[str]:
    refused = [c for c in bench.chat.calls if c.refusal is not None and c.refusal.code == 400]
    texts = [f"{call.method} {call.refusal}" for call in refused]
    return [text for text in texts if not any(part in text for part in _EXPECTED)]


def _wrong_lists(storm: Storm, folder: Path) -> int:
    store = open_store(f"sqlite:///{folder / 'data' / 'tickercast.sqlite3'}")
    try:
        return sum(
            (ticker in {entry.ticker for entry in store.subscriptions(Place(chat))}) != wanted
            for (chat, ticker), wanted in storm.seen.lists.items()
        )
    finally:
        store.close()


async def hostile(folder: Path, minutes: float, seed: int) -> None:
    """Run one storm in a folder, a replay in another, and print what came of both."""
    bench = Bench(folder)
    bench.chat.api.flood.limits = FloodLimits()
    await bench.chat.start()
    storm = Storm(bench, seed)
    try:
        await storm.run(minutes)
    finally:
        await bench.chat.stop()
    replay = folder / "replay"
    replay.mkdir()
    (replay / "prices").symlink_to(folder / "prices")
    digests = await ReplayStorm(replay, seed).run(max(1, round(minutes / _MINUTES_A_ROUND)))
    report(storm, bench, folder, digests)


def main() -> None:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hostile")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(sys.argv[2:])
    # Connections that the bot's kill cuts are what is wanted.
    logging.getLogger("aiohttp.server").disabled = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "prices").mkdir()
        # The numbers do not matter, the length does.
        days = next_sessions("XNYS", date(2016, 1, 3), SESSIONS).days
        write_prices(folder / "prices", days, TICKERS + 1)
        asyncio.run(hostile(folder, options.minutes, options.seed))
