"""What one process holds in memory over databases of three sizes, as years and a crowd leave them.

`SIZES=S,M,L python -m benchmarks memory` fills a SQLite file to each size, opens a bot over it in a
process of its own, and has it answer 80 questions with pictures, show its state, enqueue what is
due, and make the digests of 100 chats. Megabytes resident, after each of these and at most.
"""

import asyncio
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import insert, update

from benchmarks.crowd import SIZES
from benchmarks.growth import NOW, StoppedClock, filled
from benchmarks.strain import megabytes
from bot.compose import Installation, compose
from bot.garbage import put_off, settle
from bot.settings import Settings
from bot.words.chart_words import chart_texts
from bot.words.language import load_words
from forecasting.charts.fan import draw_fan
from forecasting.charts.palette import Theme
from storage.tables import chats

_ANSWERS, _SLOT = 80, 100
STEPS = (
    "started",
    f"{_ANSWERS} answers",
    "/status, a minute's tick",
    f"digests of {_SLOT} chats",
    "at most",
)


def main() -> None:
    """Print a row for each size."""
    print(f"| size | {' | '.join(STEPS)} | file |\n|---|{'---|' * (len(STEPS) + 1)}")
    for name in os.environ.get("SIZES", "S,M").split(","):
        with tempfile.TemporaryDirectory() as folder:
            print(f"| {name} | {' | '.join(_row(name, Path(folder)))} |", flush=True)


def _row(name: str, folder: Path) -> list[str]:
    url, prices = f"sqlite:///{folder}/memory.sqlite3", folder / "prices"
    context = get_context("spawn")
    with ProcessPoolExecutor(1, context) as other:
        other.submit(filled, url, name, prices).result()
    size = sum(file.stat().st_size for file in folder.glob("memory.sqlite3*"))
    with ProcessPoolExecutor(1, context) as bot:
        held = bot.submit(_held, url, name, folder).result()
    return [*(f"{one:.0f} MB" for one in held), f"{size / 1e6:,.0f} MB"]


def _held(url: str, name: str, folder: Path) -> list[float]:
    """Be the bot; return megabytes after each step, and the most."""
    put_off()
    return asyncio.run(_steps(url, name, folder))


async def _steps(url: str, name: str, folder: Path) -> list[float]:
    settings = Settings(
        _env_file=None, database_url=url, data_dir=folder, price_source=("files",),
        price_files=(folder / "prices",), announcements="none",
    )  # fmt: skip
    held = []
    async with compose(settings, StoppedClock()) as bot:
        settle()  # as the program does some seconds after its start
        held.append(megabytes("VmRSS"))
        await _answer(bot, SIZES[name].tickers)
        held.append(megabytes("VmRSS"))
        await bot.store.worker.wait(bot.work.lease.renew)
        await bot.work.status()
        for due in (
            bot.work.digests.enqueue_due,
            bot.work.league.tick,
            bot.work.recaps.enqueue_due,
        ):
            await due()
        held.append(megabytes("VmRSS"))
        await asyncio.to_thread(_move, bot, SIZES[name].chats // _SLOT)
        await bot.work.digests.enqueue_due()
        held.append(megabytes("VmRSS"))
    return [*held, megabytes("VmHWM")]


async def _answer(bot: Installation, tickers: int) -> None:
    texts = chart_texts(load_words("en"))
    for number in range(_ANSWERS):
        answer = await bot.forecasts.answer(f"T{number % tickers:02d}")
        drawn = partial(draw_fan, sessions=20, theme=Theme.LIGHT, texts=texts)
        await bot.store.worker.finish(drawn, answer.bars, answer.issued.forecast)


def _move(bot: Installation, every: int) -> None:
    """Let a hundred chats want their digest now."""
    slot = {"zone": "UTC", "digest_at": NOW.time()}
    with bot.store.blocking.database.writing() as connection:
        connection.execute(insert(chats.digest_slots), slot)
        places = update(chats.places).where(chats.places.c.chat_id % every == 0)
        connection.execute(places.values(slot))


if __name__ == "__main__":
    main()
