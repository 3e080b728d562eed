"""A digest to 10,000 chats over real HTTP, from a server that keeps Telegram's limits strictly.

The server is a process of its own and answers 429 to whoever goes beyond 30 messages a second over
all chats, or one a second and chat. `--latency` adds a way as long as to Telegram, `--paid` a rate
of broadcasts that are paid for. Meanwhile one person asks once a second for a picture that has been
sent before. The usual way (`usual_bot`) tells a few hundred chats in a loop.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from datetime import time as day_time
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import usual_bot
from benchmarks.process import cpu_seconds
from benchmarks.simulated import write_prices
from benchmarks.timing import percentile
from bot.clock import ReplayClock
from bot.compose import Installation, compose
from bot.settings import Settings
from forecasting.sessions import next_sessions
from localchat.bot_api.flood_limits import FloodLimits
from localchat.server import Clocks, LocalChat
from localchat.state.values import Message, User
from storage.records.chats import Place

TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
CHATS, TICKERS, FIRST_ID = 10_000, 50, 900_000_000
MORNING = datetime(2021, 12, 15, 8, tzinfo=UTC)
ASK, COUNT = "ask", "count"
_ALLOWED, _FEW = 30.0, 600
_SETTLED_SECONDS, _PATIENCE_SECONDS = 2.0, 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One broadcast: to how many, over which way, at what rate, and whether somebody asks."""

    name: str
    chats: int
    latency: float = 0.0
    paid: int = 0
    asked: bool = False


def serve(pipe: Connection, plan: Plan) -> None:
    """Be Telegram until asked for the numbers; runs in a process of its own."""
    asyncio.run(_serve(pipe, plan))


async def _serve(pipe: Connection, plan: Plan) -> None:
    chat = LocalChat(None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic), record=True)
    chat.api.flood.limits = FloodLimits()
    if plan.latency:
        chat.api.faults.delay(None, plan.latency, times=None)
    for number in range(plan.chats):
        user = chat.world.add_user(User(FIRST_ID + number, f"Person {number}"))
        chat.people.say(user, None, "hello")
    chat.world.updates.drop()
    pipe.send(await chat.start())
    waits: list[float] = []
    asking: list[asyncio.Future[None]] = []
    while (word := await asyncio.to_thread(pipe.recv)) != COUNT:
        if word == ASK:
            asking = [asyncio.ensure_future(_ask_again_and_again(chat, plan.chats, waits))]
        else:
            chat.people.say(chat.world.add_user(User(FIRST_ID - 1, "Operator")), None, word)
            await chat.wait_for(partial(_all_told, chat, plan.chats), _PATIENCE_SECONDS)
            pipe.send(word)
    for one in asking:
        one.cancel()
    pipe.send(_counted(chat, plan.chats) | {"waits": waits})
    await chat.stop()


async def _ask_again_and_again(chat: LocalChat, chats: int, waits: list[float]) -> None:
    """Let one person, whom nothing is told, ask a second after each answer."""
    person = chat.world.add_user(User(FIRST_ID + chats, "Somebody"))
    while True:
        begin, asked = time.perf_counter(), chat.people.say(person, None, "/predict T00")

        def answer(after: int = asked.id) -> Message | None:
            last = chat.world.history(person.id)[-1]
            return last if last.id > after else None

        await chat.wait_for(answer, _PATIENCE_SECONDS)
        waits.append(time.perf_counter() - begin)
        await asyncio.sleep(1)


def _all_told(chat: LocalChat, chats: int) -> bool | None:
    """Return whether everybody has a picture, the last one first: the loop goes in order."""
    got = (any(m.photo for m in chat.world.history(FIRST_ID + n)) for n in reversed(range(chats)))
    return all(got) or None


def _counted(chat: LocalChat, chats: int) -> dict[str, Any]:
    asker = FIRST_ID + chats
    every = [call for call in chat.calls.of("sendPhoto") if call.chat_id != asker]
    sent = [call for call in every if call.refusal is None]
    got = [sum(bool(m.photo) for m in chat.world.history(FIRST_ID + n)) for n in range(chats)]
    return {
        "refused": sum(call.refusal is not None for call in every),
        "uploads": sum(len(call.files) for call in every),
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


async def broadcast(folder: Path, pipe: Connection, plan: Plan) -> tuple[float, float]:
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
        paid_broadcast_per_second=plan.paid,
    )
    async with compose(settings, ReplayClock(MORNING)) as bot:
        await asyncio.to_thread(subscribe, bot, tickers, plan.chats)
        async with _answering(bot) if plan.asked else bot.client:
            if plan.asked:
                pipe.send(ASK)
            begin = time.perf_counter()
            await bot.work.digests.enqueue_due()
            enqueued = time.perf_counter() - begin
            before = time.process_time()
            delivered = await bot.work.tick()
            used = time.process_time() - before
            await bot.work.stop()
    return enqueued, used / max(1, delivered.sent)


@asynccontextmanager
async def _answering(bot: Installation) -> AsyncIterator[None]:
    """Let a bot answer people, when it has told Telegram of its commands."""
    await bot.telegram.start()
    try:
        await asyncio.sleep(_SETTLED_SECONDS)
        yield
    finally:
        await bot.telegram.stop()


async def _usual(pipe: Connection, chats: int) -> float:
    """Let the usual bot tell everybody; return the seconds of its processor for a message."""
    address = await asyncio.to_thread(pipe.recv)
    async with usual_bot.running(address, TOKEN, range(FIRST_ID, FIRST_ID + chats)) as bot:
        pipe.send(ASK)
        before = cpu_seconds(bot.pid)
        pipe.send(usual_bot.TELL)
        await asyncio.to_thread(pipe.recv)
        return (cpu_seconds(bot.pid) - before) / chats


def run(plan: Plan, work: Callable[[Connection], Coroutine[Any, Any, tuple[float, float]]]) -> None:
    """Measure one broadcast and print a row."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, plan), daemon=True)
    server.start()
    enqueued, used = asyncio.run(work(pipe))
    pipe.send(COUNT)
    counted = pipe.recv()
    server.join(10)
    times, waits = np.array(counted["times"]), counted["waits"]
    rate = (len(times) - 1) / (times[-1] - times[0])
    gaps = 1000 * np.diff(times)
    asked = f"{percentile(waits, 0.95):.2f} s of {len(waits)}" if waits else ""
    print(
        f"| {plan.name}, {plan.chats} chats | {1000 * plan.latency:.0f} ms "
        f"| {rate:.2f} ({rate / (plan.paid or _ALLOWED):.1%}) | {1000 * used:.1f} ms "
        f"| {counted['refused']} | {counted['uploads']} "
        f"| {counted['chats with exactly one']} | {np.median(gaps):.1f} / "
        f"{np.percentile(gaps, 95):.1f} ms | {enqueued:.1f} s | {asked} |",
        flush=True,
    )


def ours(plan: Plan) -> None:
    """Measure a digest."""

    async def work(pipe: Connection) -> tuple[float, float]:
        with tempfile.TemporaryDirectory() as folder:
            return await broadcast(Path(folder), pipe, plan)

    run(plan, work)


def usual(plan: Plan) -> None:
    """Measure the usual way: one picture for all, uploaded to each."""

    async def work(pipe: Connection) -> tuple[float, float]:
        return 0.0, await _usual(pipe, plan.chats)

    run(plan, work)


def main(chats: int = CHATS, latency: float = 0.0, paid: int = 0) -> None:
    """Print the table."""
    print(
        f"| what | latency | messages a second (of {paid or 30}) | CPU a message "
        f"| refused | uploads of {TICKERS} pictures "
        "| chats with exactly one | gap median / p95 | enqueueing "
        "| p95 of one who asks meanwhile |"
    )
    print(f"|{'---|' * 10}")
    ours(Plan("digest", chats, latency, paid))
    few = Plan("digest, while one asks", min(chats, _FEW), latency, paid, asked=True)
    ours(few)
    usual(replace(few, name="usual way, while one asks", paid=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a request takes")
    parser.add_argument("--paid", type=int, default=0, help="broadcasts a second paid for")
    options = parser.parse_args()
    main(options.chats, options.latency, options.paid)
