"""A digest to 10,000 chats over real HTTP, from a server that keeps Telegram's limits strictly.

The server is a process of its own and answers 429 to whoever goes beyond 30 messages a second over
all chats, or one a second and chat. `--latency` adds a way as long as to Telegram, `--paid` a rate
of broadcasts that are paid for.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as day_time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.simulated import write_prices
from bot.clock import ReplayClock
from bot.compose import Installation, compose
from bot.settings import Settings
from forecasting.sessions import next_sessions
from localchat.bot_api.flood_limits import FloodLimits
from localchat.server import Clocks, LocalChat
from localchat.state.values import User
from storage.records.chats import Place

TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
CHATS, TICKERS, FIRST_ID = 10_000, 50, 900_000_000
MORNING = datetime(2021, 12, 15, 8, tzinfo=UTC)
_ALLOWED = 30.0


def serve(pipe: Connection, chats: int, latency: float) -> None:
    """Be Telegram until asked for the numbers; runs in a process of its own."""
    asyncio.run(_serve(pipe, chats, latency))


async def _serve(pipe: Connection, chats: int, latency: float) -> None:
    chat = LocalChat(None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic), record=True)
    chat.api.flood.limits = FloodLimits()
    if latency:
        chat.api.faults.delay(None, latency, times=None)
    for number in range(chats):
        user = chat.world.add_user(User(FIRST_ID + number, f"Person {number}"))
        chat.people.say(user, None, "hello")
    pipe.send(await chat.start())
    await asyncio.to_thread(pipe.recv)
    pipe.send(_counted(chat, chats))
    await chat.stop()


def _counted(chat: LocalChat, chats: int) -> dict[str, Any]:
    sent = [call for call in chat.calls.of("sendPhoto") if call.refusal is None]
    got = [sum(bool(m.photo) for m in chat.world.history(FIRST_ID + n)) for n in range(chats)]
    return {
        "refused": sum(call.refusal is not None for call in chat.calls),
        "uploads": sum(len(call.files) for call in chat.calls),
        "times": sorted(call.at for call in sent),
        "chats with exactly one": sum(n == 1 for n in got),
    }


def subscribe(bot: Installation, tickers: list[str], chats: int) -> None:
    """Let each chat follow one of the tickers, its digest due this morning."""
    now = bot.clock.now()
    for number in range(chats):
        place = Place(FIRST_ID + number)
        bot.store.blocking.see_chat(place.chat_id)
        bot.store.blocking.subscribe(place, [tickers[number % len(tickers)]], place.chat_id, now)
        settings = replace(bot.store.blocking.settings(place), digest_at=day_time(8), zone="UTC")
        bot.store.blocking.save_settings(place, settings, now)


async def broadcast(folder: Path, pipe: Connection, chats: int, paid: int) -> tuple[float, float]:
    """Return the seconds that enqueueing took, and those of the processor for a message."""
    prices = folder / "prices"
    prices.mkdir()
    history = next_sessions("XNYS", date(2019, 1, 1), 745).days
    tickers = write_prices(prices, [day for day in history if day < MORNING.date()], TICKERS)
    settings = Settings(
        _env_file=None,
        telegram_bot_token=TOKEN,
        telegram_api_url=await asyncio.to_thread(pipe.recv),
        price_source=("files",),
        price_files=(prices,),
        data_dir=folder / "data",
        paid_broadcast_per_second=paid,
    )
    async with compose(settings, ReplayClock(MORNING)) as bot:
        await asyncio.to_thread(subscribe, bot, tickers, chats)
        async with bot.client:
            begin = time.perf_counter()
            await bot.work.digests.enqueue_due()
            enqueued = time.perf_counter() - begin
            before = time.process_time()
            delivered = await bot.work.tick()
            used = time.process_time() - before
            await bot.work.stop()
    return enqueued, used / max(1, delivered.sent)


def run(chats: int, latency: float, paid: int) -> None:
    """Measure one broadcast and print a row."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, chats, latency), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        enqueued, used = asyncio.run(broadcast(Path(folder), pipe, chats, paid))
    pipe.send("count")
    counted = pipe.recv()
    server.join(10)
    times = np.array(counted["times"])
    rate = (len(times) - 1) / (times[-1] - times[0])
    gaps = 1000 * np.diff(times)
    print(
        f"| {chats} | {1000 * latency:.0f} ms | {rate:.2f} ({rate / (paid or _ALLOWED):.1%}) "
        f"| {1000 * used:.1f} ms "
        f"| {counted['refused']} | {counted['uploads']} of {TICKERS} "
        f"| {counted['chats with exactly one']} | {np.median(gaps):.1f} / "
        f"{np.percentile(gaps, 95):.1f} ms | {enqueued:.1f} s |"
    )


def main(chats: int = CHATS, latency: float = 0.0, paid: int = 0) -> None:
    """Print the table."""
    print(
        f"| chats | latency | messages a second (of {paid or 30}) | CPU a message "
        "| refused | uploads of pictures "
        "| chats with exactly one | gap median / p95 | enqueueing |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    run(chats, latency, paid)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a request takes")
    parser.add_argument("--paid", type=int, default=0, help="broadcasts a second paid for")
    options = parser.parse_args()
    main(options.chats, options.latency, options.paid)
