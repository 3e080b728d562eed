"""Asks a bot that runs in an image for every kind of answer, over real HTTP.

What image/slim.sh takes away is missed here, not by people: fonts, languages, parquet, the sample's
own file, the library that a child process loads.
"""

import asyncio
import subprocess
import tempfile
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from localchat.server import Clocks, LocalChat
from localchat.state.values import User
from tests.journeys.product import write_prices
from tests.journeys.test_ways import free_port

TOKEN = "4200001234:AA_a_token_for_images_only_00000000000"
TICKERS = {"TSLA": 1056.78, "AAPL": 177.57, "SPY": 474.96}
PICTURES = (
    "/predict TSLA", "/predict AAPL 5", "/predict GOOG", "/compare TSLA AAPL",
    "/basket TSLA 40 AAPL 60", "/backtest TSLA",
)  # fmt: skip
TEXTS = (
    "/help", "/subscribe TSLA AAPL", "/rank", "/list", "/settings", "/alert TSLA 2000", "/track", "/model",
    "/verify", "/predict tesal", "/predict NOSUCH", "will TSLA be above 1100 in 10 days?", "/export",
)  # fmt: skip
AFTERWARDS = "2022-01-01T12:00:00Z"
LANGUAGES = ("de", "es", "fr", "pt-br", "ru", "it")
BROKEN = ("ModuleNotFound", "ImportError", "incident ", "OSError", "FileNotFound", "Traceback")


def parquet(folder):
    """Simulated prices in one parquet file, so that the library that reads it is asked for."""
    path = folder / "prices" / "prices.parquet"
    write_prices(folder / "csv", TICKERS)
    path.parent.mkdir()
    columns = ["date", "open", "high", "low", "close", "adj_close", "volume"]
    tables = [
        pd.read_csv(folder / "csv" / f"{ticker}.csv", names=columns, header=0, parse_dates=["date"])
        .assign(ticker=ticker)
        for ticker in TICKERS
    ]  # fmt: skip
    pd.concat(tables).to_parquet(path)
    for each in (folder, path.parent, path):
        each.chmod(0o755)
    return path.parent


@asynccontextmanager
async def living(builder, image, folder):
    """A Telegram on this machine, the image's bot on it, and the settings that it was given."""
    chat = LocalChat(None, TOKEN, Clocks(lambda: datetime.now(UTC), time.monotonic))
    await chat.start()
    environment = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": chat.url,
        "PRICE_SOURCE": "files,sample,yahoo",
        "PRICE_FILES": "/prices/prices.parquet",
        "YAHOO_URL": f"http://127.0.0.1:{free_port()}",
        "METRICS": f"127.0.0.1:{free_port()}",
    }
    shown = (f"{parquet(folder)}:/prices:ro",)
    command = builder.command(image, "-m", "bot", environment=environment, volumes=shown)
    with (folder / "log").open("ab") as log:
        process = await asyncio.to_thread(subprocess.Popen, command, stdout=log, stderr=log)
    try:
        yield chat, command
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
        await chat.stop()


async def answer(chat, user, text, *, picture=False, seconds=60):
    """Return the bot's answer to a text, None where none of the kind came."""
    asked = chat.people.say(user, None, text)

    def found():
        history = chat.world.history(user.id)
        return next((m for m in history if m.id > asked.id and (m.photo or not picture)), None)

    try:
        return await chat.wait_for(found, seconds)
    except TimeoutError:
        return None


async def ask_everything(builder, image, jobs=()):
    """Return what is told of the image, and what did not come or broke, both in words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with living(builder, image, folder) as (chat, command):
            begin = time.perf_counter()
            missed = await questions(chat)
            asked = [
                f"{len(PICTURES + TEXTS + LANGUAGES)} answers in {time.perf_counter() - begin:.0f} s"
            ]
            for words in (["health"], *(["job", job, "--now", AFTERWARDS] for job in jobs)):
                inside = builder.inside(image, command, "-m", "bot", *words)
                told = await asyncio.to_thread(
                    subprocess.run, inside, capture_output=True, text=True, check=False
                )
                missed += [f"{words[0]} ended with {told.returncode}"] if told.returncode else []
                asked.append(f"{' '.join(words)}: {told.stdout.strip()}")
        log = (folder / "log").read_text()
        broken = [line for line in log.splitlines() if any(word in line for word in BROKEN)]
        return asked, [*missed, *broken[:5]]


async def questions(chat):
    """Ask all, one after another, each picture in each language; return those without an answer."""
    people = [
        chat.world.add_user(User(900_000_000 + n, f"Person {n}", language_code=code))
        for n, code in enumerate(("en", *LANGUAGES))
    ]
    missed = [q for q in PICTURES if not await answer(chat, people[0], q, picture=True)]
    missed += [q for q in TEXTS if not await answer(chat, people[0], q)]
    for person in people[1:]:
        if not await answer(chat, person, "/predict TSLA", picture=True):
            missed.append(f"/predict in {person.language_code}")
    return [f"no answer to {question}" for question in missed]
