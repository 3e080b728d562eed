"""How long a card takes, from what is kept: 400 questions on one of 50 tickers, 400 on three."""

import asyncio
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from benchmarks.simulated import write_prices
from bot.answers.cards import CardDesk, CardWish
from bot.compose import compose
from bot.settings import Settings
from bot.telegram.card_results import CardMaker
from bot.words.language import load_words
from forecasting.sessions import next_sessions
from storage.records.work import PhotoKey

_TICKERS, _QUESTIONS, _PEOPLE, _BOT = 50, 400, 40, 4200001234


def main() -> None:
    """Print the spread of the time from a question to its cards."""
    with tempfile.TemporaryDirectory() as folder:
        single, several = asyncio.run(_ask(Path(folder)))
    for name, seconds in (("on one ticker", single), ("on three together", several)):
        half, most, worst = (1000 * float(np.quantile(seconds, q)) for q in (0.5, 0.95, 1.0))
        print(f"{len(seconds)} inline questions {name}: median {half:.1f} ms, p95 {most:.1f} ms, "
              f"worst {worst:.1f} ms")  # fmt: skip


async def _ask(folder: Path) -> tuple[list[float], list[float]]:
    prices = folder / "prices"
    prices.mkdir()
    names = write_prices(prices, next_sessions("XNYS", date(2018, 12, 31), 700).days, _TICKERS)
    settings = Settings(
        _env_file=None, price_source=("files",), price_files=(prices,), data_dir=folder / "data"
    )
    async with compose(settings) as bot:
        for name in names:
            issued = (await bot.forecasts.answer(name)).issued
            key = PhotoKey(_BOT, issued.id, "fan-0", 20, "light", "en")
            bot.store.blocking.save_photo(key, f"file-{name}", datetime.now(UTC))
        desk = CardDesk(bot.store, bot.clock, lambda: _BOT)
        reader = CardMaker(desk, load_words, bot.clock)
        single = [await _one(desk, names[n % _TICKERS], n % _PEOPLE) for n in range(_QUESTIONS)]
        asked = [" ".join(names[(n + k) % _TICKERS] for k in range(3)) for n in range(_QUESTIONS)]
        return single, [await _several(reader, text) for text in asked]


async def _several(reader: CardMaker, text: str) -> float:
    begun = time.perf_counter()
    asked = await reader.read(None, text)
    results = await reader.results(asked, await reader.desk.cards(asked.wish), "bot")
    if len(results) != 4:
        raise RuntimeError("a card of all and one of each is what is measured")
    return time.perf_counter() - begun


async def _one(desk: CardDesk, ticker: str, person: int) -> float:
    begun = time.perf_counter()
    settings, _ = await desk.asker(person + 1)
    cards = await desk.cards(CardWish((ticker,), 20, settings.theme, "en"))
    desk.fresh_seconds(cards)
    if cards[0].file_id is None:
        raise RuntimeError("a card without its picture is not what is measured")
    return time.perf_counter() - begun
