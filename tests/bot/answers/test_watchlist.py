"""Lists keep their limits under haste, and a source in trouble does not stop what others follow."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.answers.forecasts import ForecastDesk
from bot.answers.watchlist import MOST_IN_PLACE, Watchlists
from bot.awaitable_store import AwaitableStore
from bot.clock import ReplayClock
from bot.errors import LimitReachedError
from bot.words.language import load_words
from bot.words.watchlist import added_text, list_keyboard, list_text, suggestion_keyboard
from bot.worker import Worker
from forecasting.errors import NoConnectionError, UnknownTickerError
from forecasting.model.serving import load_pretrained
from storage.records.chats import Place
from storage.store import open_store
from tests.bot.markets import Shop, after_close, walk

ANN, GROUP = Place(700_000_001), Place(-100_500)
WORDS = load_words("en")
NOW = datetime(2026, 3, 4, tzinfo=UTC)


@dataclass
class Searching(Shop):
    """A shop that knows what may have been meant."""

    offers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def search(self, text, now):
        return self.offers.get(text, ())


@pytest.fixture
def world(tmp_path):
    store, worker = open_store(f"sqlite:///{tmp_path / 'lists.db'}"), Worker()
    shop = Searching({name: walk(name, 700) for name in ("AAA", "BBB", "CCC")})
    clock = ReplayClock(after_close(shop.histories["AAA"]))
    model = load_pretrained()
    waiting = AwaitableStore(store, worker)
    desk = ForecastDesk(shop, waiting, lambda _: model, worker, clock)
    yield shop, store, Watchlists(waiting, desk, clock)
    worker.close()
    store.close()


async def test_what_others_follow_is_added_while_the_source_is_down(world):
    """A ticker nobody follows waits until it can be looked up; nothing is believed unseen."""
    shop, _store, lists = world
    await lists.subscribe(GROUP, 1, ("AAA",))
    shop.failures = {t: NoConnectionError(t, "made-up", "down") for t in ("AAA", "BBB")}
    addition = await lists.subscribe(ANN, 2, ("AAA", "BBB"))
    assert addition.added == ("AAA",)
    assert [r.ticker for r in addition.refused] == ["BBB"]
    assert "cannot be reached" in added_text(WORDS, addition, NOW)


async def test_unknown_tickers_bring_what_may_have_been_meant(world):
    """From the source's own answer, else from its search; as buttons that subscribe."""
    shop, _store, lists = world
    shop.offers["TESLA"] = ("AAA",)
    shop.failures["APPL"] = UnknownTickerError("APPL", "made-up", ("BBB", "CCC"))
    addition = await lists.subscribe(ANN, 1, ("TESLA", "APPL"))
    assert addition.added == ()
    assert not addition.asks_zone
    pressed = [button.data for row in suggestion_keyboard(addition) for button in row]
    assert pressed == ["v1:w:+:AAA", "v1:w:+:BBB", "v1:w:+:CCC"]


async def test_two_additions_at_once_do_not_share_the_last_place(world):
    """Both look when one place is free; one gets it."""
    _shop, store, lists = world
    store.subscribe(ANN, [f"T{i}" for i in range(MOST_IN_PLACE - 1)], 1, NOW)
    results = await asyncio.gather(
        lists.subscribe(ANN, 1, ("AAA",)),
        lists.subscribe(ANN, 2, ("BBB",)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, LimitReachedError) for result in results) == 1
    assert len(store.subscriptions(ANN)) == MOST_IN_PLACE


async def test_a_ticker_without_new_prices_is_followed_with_a_warning(world):
    """A halted share has a history, but no digest comes of it; the person is told at once."""
    shop, _store, lists = world
    bars = shop.histories["BBB"]
    shop.histories["BBB"] = bars.rows(slice(0, len(bars) - 4))
    addition = await lists.subscribe(ANN, 1, ("AAA", "BBB"))
    assert (addition.added, addition.stale) == (("AAA", "BBB"), ("BBB",))
    assert "No new prices come for BBB" in added_text(WORDS, addition, NOW)


async def test_a_full_list_fits_one_message(world):
    """50 long tickers, each with its button, within Telegram's limits."""
    _shop, store, lists = world
    store.subscribe(ANN, [f"ABCDEFGH{i:02d}.TWO" for i in range(MOST_IN_PLACE)], 1, NOW)
    view = await lists.view(ANN)
    assert len(list_text(WORDS, view, NOW)) < 4096
    assert sum(len(row) for row in list_keyboard(WORDS, view)) == MOST_IN_PLACE
