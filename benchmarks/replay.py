"""Sixty sessions lived through: 30 chats, 40 tickers, over real HTTP with Telegram's limits on.

Prices are those of `--prices` (parquet files as `PRICE_FILES` takes them, the first one's tickers
watched), else simulated. Printed are the digests that were due and came, and how the bands of all
forecasts held.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.simulated import write_prices
from bot.compose import Installation, compose
from bot.settings import Settings
from forecasting.sessions import next_sessions
from localchat.bot_api.flood_limits import FloodLimits
from localchat.server import Clocks, LocalChat
from localchat.state.values import User
from storage.records.chats import Place
from storage.records.tallies import summed
from tests.journeys.digest_days import session_told

TOKEN = "4200001234:AA_a_token_for_benchmarks_only_000000"
START, SESSIONS, CHATS, TICKERS = date(2020, 10, 1), 60, 30, 40
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC", "Australia/Sydney")
FIRST_ID = 900_000_000


def from_file(prices: Path) -> list[str]:
    """Return tickers of a parquet file with two years before the start, over the alphabet."""
    import pyarrow.parquet as pq

    rows = pq.read_table(prices, columns=["ticker", "date"]).to_pandas()
    first = rows.groupby("ticker")["date"].min().astype("datetime64[ns]")
    names = sorted(first[first < np.datetime64(START) - np.timedelta64(730, "D")].index)
    return names[:: max(1, len(names) // TICKERS)][:TICKERS]


def subscribe(bot: Installation, tickers: list[str]) -> None:
    """Let each chat follow three tickers, at times of day and in zones of its own."""
    now = bot.clock.now()
    for number in range(CHATS):
        place = Place(FIRST_ID + number)
        bot.store.blocking.see_chat(place.chat_id)
        own = [tickers[(number * 4 + k * 13) % len(tickers)] for k in range(3)]
        bot.store.blocking.subscribe(place, own, place.chat_id, now)
        at, zone = wishes(number)
        settings = replace(bot.store.blocking.settings(place), digest_at=at, zone=zone)
        bot.store.blocking.save_settings(place, settings, now)
    rest = [ticker for ticker in tickers if ticker not in _watched(bot)]
    bot.store.blocking.subscribe(Place(FIRST_ID), rest, FIRST_ID, now)


def _watched(bot: Installation) -> set[str]:
    return {entry.ticker for entry in bot.store.blocking.watched_tickers()}


async def measure(folder: Path, prices: tuple[Path, ...], train: bool) -> None:
    """Live through the sessions and print what came of them."""
    history = next_sessions("XNYS", date(2018, 6, 1), 900).days
    tickers = from_file(prices[0]) if prices else write_prices(folder, history, TICKERS)
    chat = LocalChat(None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic), record=True)
    chat.api.flood.limits = FloodLimits()
    for number in range(CHATS):
        user = chat.world.add_user(User(FIRST_ID + number, f"Person {number}"))
        chat.people.say(user, None, "hello")
    settings = Settings(
        _env_file=None,
        telegram_bot_token=TOKEN,
        telegram_api_url=await chat.start(),
        price_source=("files",),
        price_files=prices or (folder,),
        data_dir=folder / "data",
        replay_start=START,
    )
    async with compose(settings) as bot:
        await asyncio.to_thread(subscribe, bot, tickers)
        begin = time.perf_counter()
        async with bot.client:
            for _ in range(SESSIONS // 5):
                await bot.work.replay.advance(5)
                if train:
                    await bot.work.run_job("retrain")
            seconds = time.perf_counter() - begin
            report(chat, bot, seconds)
            await bot.work.stop()
    await chat.stop()


def wishes(number: int) -> tuple[day_time, str]:
    """Return when and in which zone a chat wants its digest."""
    return day_time(6 + number % 12, 15 * (number % 4)), ZONES[number % len(ZONES)]


def promised(number: int, end: datetime) -> Counter[tuple[int, date]]:
    """Return the sessions that a chat must be told of, each once, by another calendar than ours.

    A digest is due at its local time every day, and tells of the last session whose bell has rung
    by then, where the digest before could not.
    """
    import exchange_calendars

    closes = exchange_calendars.get_calendar("XNYS", start="2020-09-01", end="2021-12-31").closes
    at, zone = wishes(number)
    days = (START + timedelta(days=n) for n in range(-4, (end.date() - START).days + 2))
    dues = [datetime.combine(day, at, ZoneInfo(zone)) for day in days]
    newest = [(due, closes.index[closes <= due.astimezone(UTC)][-1].date()) for due in dues]
    begin = datetime.combine(START, day_time(0), UTC)
    return Counter(
        (number, session)
        for (_, before), (due, session) in pairwise(newest)
        if begin <= due <= end and session > before
    )


def told(chat: LocalChat, number: int) -> Counter[tuple[int, date]]:
    """Return the sessions that a chat was told of, as its messages say."""
    days = (session_told(m.text) for m in chat.world.history(FIRST_ID + number))
    return Counter((number, day) for day in days if day is not None)


def report(chat: LocalChat, bot: Installation, seconds: float) -> None:
    """Print the numbers."""
    due = sum((promised(number, bot.clock.now()) for number in range(CHATS)), Counter())
    came = sum((told(chat, number) for number in range(CHATS)), Counter())
    totals = {h: summed(bot.store.blocking.tallies(), h) for h in (1, 5, 20)}
    refused = sum(call.refusal is not None for call in chat.calls)
    open_ones = len(bot.store.blocking.due_resolutions(bot.clock.now().date(), 100_000))
    print(f"| sessions x chats | {SESSIONS} x {CHATS} in {seconds:.0f} s |")
    print(f"| digests that came, of those due | {(came & due).total()} of {due.total()} |")
    print(f"| told twice, or not due | {(came - due).total()} |")
    print(f"| requests refused | {refused} |")
    print(f"| forecasts in the ledger | {bot.store.blocking.head().id} |")
    print(f"| promises due and not resolved | {open_ones} |")
    for horizon, total in totals.items():
        held = [n / max(1, total.resolved) for n in (total.in_50, total.in_80, total.in_95)]
        bands = " / ".join(f"{share:.1%}" for share in held)
        print(f"| {horizon} sessions: 50/80/95 % held | {bands} of {total.resolved} |")


def main(prices: tuple[Path, ...] = (), train: bool = False) -> None:
    """Print the table."""
    print("| what | result |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), prices, train))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prices", type=Path, nargs="+", default=())
    parser.add_argument("--train", action="store_true", help="retrain each week as well")
    options = parser.parse_args()
    main(tuple(options.prices), options.train)
