"""The product under test: the real bot, in this process or in its own, on simulated prices."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import numpy as np

from bot.compose import Installation, compose
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
LAST_SESSION = date(2021, 12, 31)


def write_prices(folder: Path, tickers: dict[str, float], sessions: int = 700, seed: int = 7):
    """Write simulated histories in Yahoo's columns, ending with 2021; values are last closes."""
    from forecasting.sessions import next_sessions

    folder.mkdir(parents=True, exist_ok=True)
    calendar = next_sessions("XNYS", date(2017, 12, 31), 1100).days
    days = [day for day in calendar if day <= LAST_SESSION][-sessions:]
    for number, (ticker, last_close) in enumerate(tickers.items()):
        rng = np.random.default_rng(seed + number)
        steps = 0.02 * rng.standard_t(5, len(days)) / np.sqrt(5 / 3)
        close = last_close * np.exp(np.cumsum(steps) - steps.sum())
        first = close / np.exp(0.4 * steps)
        high = np.maximum(close, first) * (1 + 0.01 * rng.random(len(days)))
        low = np.minimum(close, first) * (1 - 0.01 * rng.random(len(days)))
        volume = rng.integers(1_000_000, 9_000_000, len(days))
        rows = zip(days, first, high, low, close, close, volume, strict=True)
        lines = ["Date,Open,High,Low,Close,Adj Close,Volume"]
        lines += [
            f"{d},{o:.8g},{h:.8g},{lo:.8g},{c:.8g},{a:.8g},{v}" for d, o, h, lo, c, a, v in rows
        ]
        (folder / f"{ticker}.csv").write_text("\n".join(lines) + "\n")
    return folder


def settings_for(chat, tmp_path, **changes) -> Settings:
    """Return settings that let the bot speak to the test's own Telegram."""
    prices = tmp_path / "prices"
    if not prices.exists():
        write_prices(prices, {"TSLA": 1056.78, "AAPL": 177.57, "SPY": 474.96, "BRK-B": 299.0})
    values = {
        "telegram_bot_token": chat.token,
        "telegram_api_url": chat.url,
        "price_source": ("files",),
        "price_files": (prices,),
        "data_dir": tmp_path / "data",
    }
    return Settings(_env_file=None, **{**values, **changes})


@asynccontextmanager
async def running_bot(chat, tmp_path, **changes) -> AsyncIterator[Installation]:
    """Run the bot in this process until the block ends."""
    settings = settings_for(chat, tmp_path, **changes)
    async with compose(settings) as bot:
        await bot.telegram.start()
        try:
            yield bot
        finally:
            await bot.telegram.stop()


def environment(chat, tmp_path, **changes: str) -> dict[str, str]:
    """Return the environment of a bot that runs as a process of its own."""
    settings = settings_for(chat, tmp_path)
    return {
        **{k: v for k, v in os.environ.items() if k not in ("PRICE_SOURCE", "DATABASE_URL")},
        "TELEGRAM_BOT_TOKEN": chat.token,
        "TELEGRAM_API_URL": chat.url,
        "PRICE_SOURCE": "files",
        "PRICE_FILES": str(settings.price_files[0]),
        "DATA_DIR": str(settings.data_dir),
        **changes,
    }


async def start_process(env: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start `python -m bot`; its log goes to a file."""
    with log.open("ab") as file:
        return await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-m", "bot"],
            cwd=ROOT,
            env=env,
            stdout=file,
            stderr=file,
        )


@asynccontextmanager
async def process(chat, tmp_path, **changes):
    """Run `python -m bot` and end it with the block, politely if it still runs."""
    running = await start_process(environment(chat, tmp_path, **changes), tmp_path / "log")
    try:
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
        await asyncio.to_thread(running.wait, 30)
