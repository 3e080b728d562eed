"""Digests over a real database, a moved clock and the news that a test lays in."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.awaitable_store import AwaitableStore
from bot.background.digest.digests import JOB, DigestDesk
from bot.background.outbox.posts import read_post
from bot.words.language import load_words
from bot.words.ticker_news import TickerNews
from bot.worker import Worker
from storage.records.work import OutboxItem
from storage.store import open_store
from tests.bot.markets import plain_forecast, walk
from tests.journeys.unattended import MovedClock

# New York closed on the 3rd at 21:00 UTC, and closes again on Wednesday the 4th at 21:00.
WEDNESDAY = datetime(2026, 3, 4, 8, tzinfo=UTC)
TUESDAY_3 = date(2026, 3, 3)
HOUR = timedelta(hours=1)
BARS = walk("AAA", 300, start=date(2025, 1, 2)).between(None, TUESDAY_3)


def news_of(ticker, as_of=TUESDAY_3):
    """Return the news that a close brought a ticker."""
    forecast = replace(plain_forecast(BARS.between(None, as_of)), ticker=ticker)
    return TickerNews(7, forecast, move=0.01, came=None, width_change=None)


class Desk:
    """Finds the news that a test has laid in: of each ticker what is told, or why nothing."""

    def __init__(self):
        self.found, self.asked = {}, []

    async def find(self, wanted):
        """Return the answer to each question, and remember it."""
        self.asked += wanted
        return {one: self.found.get(one.ticker) or news_of(one.ticker) for one in wanted}


class World:
    """A database, a clock and the digests over them."""

    def __init__(self, store):
        self.store, self.clock, self.worker = store, MovedClock(WEDNESDAY - HOUR), Worker()
        self.begin()

    def begin(self):
        """Start the process (again): what it only remembered is gone."""
        self.news = Desk()
        self.waiting = waiting = AwaitableStore(self.store, self.worker)
        words = {name: load_words(name) for name in ("en", "de")}
        self.desk = DigestDesk(waiting, self.news, self.worker, self.clock, words.get)  # type: ignore[arg-type]

    def follow(self, place, *tickers, at=WEDNESDAY - 30 * HOUR, **settings):
        """Let a place have a list, with its digest at 08:00 UTC."""
        self.store.see_chat(place.chat_id)
        self.store.subscribe(place, tickers, 1, at)
        wanted = {"digest_at": time(8), "zone": "UTC", **settings}
        self.store.save_settings(place, replace(self.store.settings(place), **wanted), at)

    def told(self, place, ticker, session):
        """Let an earlier digest have told a place of a session."""
        item = OutboxItem(place, "earlier", str(session), WEDNESDAY, "{}", ((ticker, session),))
        assert self.store.enqueue([item], WEDNESDAY) == 1

    async def at(self, instant):
        """Move to an instant and enqueue what is due; return how many were new."""
        self.clock.move_to(instant)
        return await self.desk.enqueue_due()

    def post(self, place, day="2026-03-04"):
        """Return the digest of a day, None where none was written."""
        row = self.store.find_outbox(place, "digest", day)
        return row and read_post(row.item.payload)

    def run(self):
        """Return what the database says of the morning's slot."""
        (run,) = (r for r in self.store.job_runs(JOB) if r.key == "UTC 08:00:00 2026-03-04")
        return run

    def text(self, place, day="2026-03-04"):
        """Return the words of a day's digest."""
        return self.post(place, day).html.without_markup()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """Return an empty database; each test has a copy, which is quicker than making it."""
    path = tmp_path_factory.mktemp("digests") / "digests.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def world(migrated, tmp_path):
    path = shutil.copy(migrated, tmp_path / "digests.db")
    with closing(open_store(f"sqlite:///{path}")) as store:
        made = World(store)
        yield made
        made.worker.close()
