"""The monthly refit from an installation's own price cache, promoted, picked up and taken back."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.models import BASE, ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.background.jobs import RunKey
from bot.background.nightly.refitting import RefitSources, RefitStep, kept_histories
from bot.cli.model import model as model_command
from bot.settings import Settings
from bot.worker import Worker
from forecasting.announcements.source import NoAnnouncements
from forecasting.model.serving import load_pretrained
from storage.records.work import NewModel
from storage.store import Store, open_store
from tests.forecasting.simulated import garch_walk
from tests.forecasting.training.test_refit import NETWORK, aged

SHIPPED = load_pretrained()
NOW = datetime(2015, 1, 5, tzinfo=UTC)
SOURCES = RefitSources((), (), NoAnnouncements())


@pytest.fixture
def store(tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'refit.db'}")) as opened:
        yield opened


def cache(store: Store, count: int) -> None:
    """Keep some histories as fetched."""
    for seed in range(count):
        store.save_bars("files", garch_walk(1300, seed, ticker=f"T{seed}"), NOW)


def serve(store: Store, version: str, factor: float) -> None:
    """Let a base serve whose ranges are wrong by a factor."""
    card = replace(aged(factor), version=version).to_bytes().decode()
    store.save_model(NewModel(version, BASE, NETWORK, card), NOW)
    store.promote(version, BASE, NOW)


async def refitted(store: Store, shelf: ModelShelf) -> str:
    step = RefitStep(AwaitableStore(store, Worker()), shelf, SOURCES)
    return await step.refit(RunKey(by_hand=NOW), NOW)


@pytest.mark.slow
async def test_a_better_base_serves_at_once_and_can_be_taken_back(store, tmp_path):
    """Fitted in the training process; another process follows within a minute, both ways."""
    cache(store, 6)
    serve(store, "narrow", 0.5)
    moment = [0.0]
    shelf, elsewhere = ModelShelf(SHIPPED, store), ModelShelf(SHIPPED, store, lambda: moment[0])
    assert elsewhere.model_for("AAA").version == "narrow"
    line = await refitted(store, shelf)
    assert line.startswith("promoted: lstm-2014")
    assert shelf.model_for("AAA").version == shelf.base.version == line.split()[1]
    assert elsewhere.model_for("AAA").version == "narrow"
    moment[0] = 61.0
    assert elsewhere.model_for("AAA").version == shelf.base.version
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'refit.db'}", _env_file=None)
    assert await asyncio.to_thread(model_command, settings, "", roll_back=True) == 0
    moment[0] = 122.0
    assert elsewhere.model_for("AAA").version == "narrow"


async def test_a_base_that_knows_all_sessions_already_is_kept(store):
    """The shipped model is newer than the prices at hand: nothing is fitted, and that is said."""
    cache(store, 1)
    shelf = ModelShelf(SHIPPED, store)
    assert await refitted(store, shelf) == "kept: no-new-sessions"
    assert shelf.base is SHIPPED


async def test_a_refit_without_its_cluster_is_done_here_and_says_so(store):
    """An address that is none: the line of the job tells, as a night's does."""
    cache(store, 1)
    awaitable, shelf = AwaitableStore(store, Worker()), ModelShelf(SHIPPED, store)
    step = RefitStep(awaitable, shelf, SOURCES, cluster="nowhere://host:1")
    line = await step.refit(RunKey(by_hand=NOW), NOW)
    assert line == "kept: no-new-sessions cluster-away: trained on this machine"


def test_a_damaged_base_leaves_the_shipped_model_in_service(store):
    """Nobody goes without forecasts because a row was damaged."""
    store.save_model(NewModel("bad", BASE, b"no network", "{}"), NOW)
    store.promote("bad", BASE, NOW)
    assert ModelShelf(SHIPPED, store).model_for("AAA") is SHIPPED


def test_a_tickers_own_model_goes_before_the_base(store):
    """A refit of the base takes nobody's own champion away."""
    serve(store, "refit", 1.1)
    card = replace(aged(0.9), version="own", ticker="AAA").to_bytes().decode()
    store.save_model(NewModel("own", "AAA", NETWORK, card), NOW)
    store.promote("own", "AAA", NOW)
    shelf = ModelShelf(SHIPPED, store)
    assert (shelf.model_for("AAA").version, shelf.model_for("BBB").version) == ("own", "refit")
    assert shelf.base_files()[0] == NETWORK


def test_the_price_cache_is_read_up_to_the_last_closed_session(store):
    """Of two sources the one that ends later; nothing after the instant of the refit."""
    whole = garch_walk(500, 1, ticker="AAA")
    store.save_bars("yahoo", whole, NOW)
    store.save_bars("files", whole.rows(slice(0, 300)), NOW)
    noon = datetime.combine(whole.as_of, datetime.min.time(), UTC) + timedelta(hours=12)
    (found,) = kept_histories(store, noon)
    assert found.as_of == whole.session(-2)
