"""A night's new forecasts: each history is dropped when its forecast is written."""

import asyncio
import weakref
from contextlib import closing
from typing import Any

import pytest

from bot.answers.forecasts import Answer
from bot.awaitable_store import AwaitableStore
from bot.background.jobs import RunKey
from bot.background.nightly.night_steps import NightSteps
from bot.worker import Worker
from storage.records.chats import Place
from storage.store import open_store
from tests.storage.samples import NOW, bars, forecast

TICKERS = [f"T{number}" for number in range(60)]


@pytest.fixture
def store(tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'night.db'}")) as opened:
        yield opened


class CountingDesk:
    """Answers with a history each, and counts how many of them are alive at once."""

    def __init__(self, issued):
        self.issued = issued
        self.alive = self.most = 0

    async def answer(self, ticker):
        """Return a forecast with the bars it was made from."""
        made = Answer(self.issued, bars(ticker, n=30), 0)
        self.alive += 1
        self.most = max(self.most, self.alive)
        weakref.finalize(made.bars.close, self._gone)
        await asyncio.sleep(0)
        return made

    async def ask_ahead(self, ticker):
        """Have nothing to ask."""
        return False

    def _gone(self):
        self.alive -= 1


async def test_a_night_of_many_tickers_holds_few_histories_at_once(store):
    """Sixty tickers, eight at a time: the memory of two thousand is that of sixteen."""
    store.subscribe(Place(1), TICKERS, 1, NOW)
    desk: Any = CountingDesk(store.issue(forecast(), NOW))
    unused: Any = None
    awaited = AwaitableStore(store, Worker())
    steps = NightSteps(awaited, unused, desk, unused, unused, unused)
    said = await steps.new_forecasts(RunKey("XNYS", NOW.date()), NOW)
    awaited.worker.close()
    assert said == "tickers=60 fresh=60 told=0"
    assert desk.most <= 16
