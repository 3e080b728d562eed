"""A model that has seen nothing of the last two years says so: in `/model`, and to operators once."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.answers.forecasts import ForecastDesk
from bot.answers.model_facts import model_facts
from bot.answers.models import ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.background.jobs import RunKey
from bot.background.nightly.night_steps import NightSteps
from bot.background.operators import SUMMARY, Operators
from bot.clock import ReplayClock
from bot.words.language import load_words
from bot.words.model_card import model_text
from bot.worker import Worker
from forecasting.model.artifact import is_dated
from forecasting.model.serving import load_pretrained
from storage.records.chats import Place
from storage.store import open_store
from tests.bot.markets import Shop

BASE = load_pretrained()
FITTED = date.fromisoformat(BASE.card.trained_to)
LATE = datetime(FITTED.year + 3, 3, 1, tzinfo=UTC)
WORDS = load_words()


@pytest.fixture
def store(tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'old.db'}")) as opened:
        yield opened


def test_two_years_are_to_the_day():
    """Fitted to 2023-12-31, it is fresh on 2025-12-31 and old the day after."""
    card = replace(BASE.card, trained_to="2023-12-31")
    assert not is_dated(card, date(2025, 12, 31))
    assert is_dated(card, date(2026, 1, 1))


@pytest.mark.parametrize("ticker", [None, "AAA"])
def test_model_says_that_it_is_old(store, ticker):
    """Of all tickers or of one: the date that its prices end, and only where they are old."""
    shelf = ModelShelf(BASE, store)
    old = model_text(WORDS, model_facts(store, shelf, ticker, LATE.date()))
    assert "more than two years ago" in old
    assert WORDS.day(FITTED) in old
    assert "two years" not in model_text(WORDS, model_facts(store, shelf, ticker, FITTED))


async def test_operators_are_told_once(store):
    """In the summary of the first night that it is old, and in no later one."""
    waiting, clock = AwaitableStore(store, Worker()), ReplayClock(LATE)
    shelf, shop = ModelShelf(BASE, store), Shop({})
    desk = ForecastDesk(shop, waiting, shelf.model_for, Worker(), clock)
    steps = NightSteps(
        waiting, shop, desk, Operators([7], waiting, clock, lambda _: WORDS), lambda _: WORDS, shelf
    )
    for later in (0, 1):
        now = LATE + timedelta(days=later)
        key = RunKey(day=now.date())
        await steps.end_day(key, now)
        row = store.find_outbox(Place(7), SUMMARY, str(key))
        assert row is not None
        assert ("job refit" in row.item.payload) == (later == 0)
