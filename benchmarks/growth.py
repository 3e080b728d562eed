"""What costs how much as the past and the crowd grow: the same questions at three sizes.

`python -m benchmarks growth` fills a SQLite file (or the empty database named by `DATABASE_URL`,
emptied again after each size) to each size of `SIZES` in turn (S and M unless told otherwise), puts
a whole bot over it, and asks. Each cell is milliseconds of this process's processor, then of the
clock, the least of some runs: other work on the machine only adds. What PostgreSQL's server
computes is in the clock's only. The exponent is that of the growth from the first size to the last,
in forecasts; of a SQLite file by the processor, of PostgreSQL by the clock.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from math import log
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, insert, text, update

from benchmarks.crowd import SIZES, fill, weekdays
from benchmarks.simulated import write_prices
from benchmarks.strain import Strain, strain_of
from bot.answers.track import track_record
from bot.background.jobs import RunKey
from bot.background.nightly.nights import DAY_END
from bot.background.operators import SUMMARY
from bot.compose import Installation, compose
from bot.garbage import put_off, settle
from bot.settings import Settings
from bot.words.track import promise_kept
from storage.records.chats import Place
from storage.records.ledger import ChainLink
from storage.store import Store, open_store
from storage.tables import chats

NOW = datetime(2025, 11, 4, 22, tzinfo=UTC)
_ZONE, _QUARTER, _KEPT = "America/New_York", timedelta(minutes=15), 2
_BARS, _OPERATOR, _RUNS = 600, 99, 9
BEFORE = {
    "/track of all, with its verdict": "600 to 24,000 (SQLite 40,000)",
    "a digest slot of 100 chats": "25 to 1,400",
    "all chats in one slot": "72,000",
    "/status": "100 to 13,000",
    "an idle minute's tick": "10 to 645",
    "verify, all rows": "2,400 to 140,000",
    "a night's new forecasts": "850 to 27,000",
}
"""What it cost at S and L before any of it was bounded, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of this process's processor and of the clock."""

    processor: float
    clock: float

    def __str__(self) -> str:
        return f"{1000 * self.processor:,.1f} / {1000 * self.clock:,.1f}"


class StoppedClock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        """Return where it was put."""
        return self.at


def main() -> None:
    names = os.environ.get("SIZES", "S,M").split(",")
    costs: dict[str, list[Cost]] = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder, _database(Path(folder)) as url:
            growth = _Growth(name, url, Path(folder))
            asyncio.run(growth.measure())
            for what, cost in growth.costs.items():
                costs.setdefault(what, []).append(cost)
    _show(names, costs, by_clock=bool(os.environ.get("DATABASE_URL")))


def _show(names: list[str], costs: dict[str, list[Cost]], *, by_clock: bool) -> None:
    times = log(SIZES[names[-1]].forecasts / SIZES[names[0]].forecasts) or 1.0
    print(f"| what | {' | '.join(names)} | exponent | before |\n|---|{'---|' * len(names)}---|---|")
    for what, found in costs.items():
        first, last = ((c.clock if by_clock else c.processor) for c in (found[0], found[-1]))
        cells = " | ".join(map(str, found))
        print(f"| {what} | {cells} | {log(last / first) / times:.2f} | {BEFORE.get(what, '')} |")


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """Give an empty database, and leave nothing behind."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield f"sqlite:///{folder}/growth.sqlite3"
        return
    yield url
    store = open_store(url)
    with store.database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    store.close()


class _Growth:
    """One size: filled, served by a whole bot, and asked."""

    def __init__(self, name: str, url: str, folder: Path) -> None:
        self.costs: dict[str, Cost] = {}
        self._name, self._size, self._url = name, SIZES[name], url
        self._folder, self._prices, self._clock = folder, folder / "prices", StoppedClock()

    async def measure(self) -> None:
        """Fill and ask; each cost is told at once, since the next may take minutes."""
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            # What filling leaves in memory is none of the bot's.
            cost = other.submit(filled, self._url, self._name, self._prices).result()
        self._note("filling", cost.processor, cost.clock)
        settings = Settings(
            _env_file=None, database_url=self._url, data_dir=self._folder,
            price_source=("files",), price_files=(self._prices,),
            announcements="none", admin_ids=(_OPERATOR,),
        )  # fmt: skip
        async with compose(settings, self._clock) as bot:
            store = bot.store.blocking
            await self._questions(bot, store)
            put_off()
            settle()  # as the program does some seconds after its start
            published = store.last_published()
            await self._night(bot, store)
            await self._digests(bot)
            self._proof(store, published)

    async def _questions(self, bot: Installation, store: Store) -> None:
        await bot.store.worker.wait(bot.work.lease.renew)
        for what, ticker in (("/track of all, with its verdict", None), ("/track of one", "T10")):
            self._timed(what, partial(track_record, store, ticker, NOW), _RUNS)
        facts = track_record(store, None, NOW)
        self._tell("verdict", f"{promise_kept(facts)}, of {facts.resolved:,} results")
        await self._awaited("/status", bot.work.status, _RUNS)
        await self._awaited("an idle minute's tick", bot.work.tick, _RUNS)

    async def _night(self, bot: Installation, store: Store) -> None:
        key = RunKey("XNYS", NOW.date())
        await self._strained("a night's new forecasts", lambda: bot.work.jobs.now("forecasts", key))
        run = store.find_job("forecasts", str(key))
        self._tell("the night", run.detail if run else "")
        store.start_job("resolve", str(key), NOW - 2 * _QUARTER, "XNYS")
        store.finish_job("resolve", str(key), NOW - _QUARTER, ok=False, detail="planted")
        await self._awaited("the day's end and the operators' summary", lambda: self._end_day(bot))
        row = store.find_outbox(Place(_OPERATOR), SUMMARY, str(RunKey(day=NOW.date())))
        told = row is not None and "planted" in row.item.payload
        self._tell("the summary", f"names the failed step: {told}")

    async def _end_day(self, bot: Installation) -> None:
        await bot.work.jobs.now(DAY_END, RunKey(day=NOW.date()))

    async def _digests(self, bot: Installation) -> None:
        """Make a slot of 100 chats, one of all others, and two of 100 when all news is known."""
        due, every = bot.work.digests.enqueue_due, self._size.chats // 100
        number, rest = chats.places.c.chat_id, (chats.places.c.chat_id % every) > _KEPT
        self._move(bot, 0, number % every == 0)
        await self._strained("the first digest slot of 100 chats", due)
        self._move(bot, 1, rest)
        await self._strained("all chats in one slot", due)
        slots = []
        for turn in range(1, _KEPT + 1):
            self._move(bot, turn + 1, number % every == turn)
            slots.append(await strain_of(due))
        self._note("a digest slot of 100 chats", *least(slots))

    def _move(self, bot: Installation, quarter: int, which: ColumnElement[bool]) -> None:
        """Let some chats want their digest some quarters of an hour later, and go there."""
        self._clock.at = NOW + quarter * _QUARTER
        at = self._clock.at.astimezone(ZoneInfo(_ZONE)).time()
        slot = {"zone": _ZONE, "digest_at": at}
        with bot.store.blocking.database.writing() as connection:
            connection.execute(insert(chats.digest_slots), slot)
            connection.execute(update(chats.places).where(which).values(slot))

    def _proof(self, store: Store, since: ChainLink | None) -> None:
        self._timed("verify, a night's rows", lambda: store.verify_chain(since), 3)
        self._timed("verify, all rows", store.verify_chain)
        self._tell("the chain", str(store.verify_chain(since).holds))

    def _timed(self, what: str, call: Callable[[], object], runs: int = 1) -> None:
        self._note(what, *least([_cost(call) for _ in range(runs)]))

    async def _awaited(
        self, what: str, call: Callable[[], Awaitable[object]], runs: int = 1
    ) -> None:
        self._note(what, *least([await strain_of(call) for _ in range(runs)]))

    async def _strained(self, what: str, call: Callable[[], Awaitable[object]]) -> None:
        strain = await strain_of(call)
        self._note(what, strain.processor, strain.clock)
        self._tell(
            what,
            f"{strain.megabytes:.0f} MB more, the loop late by {1000 * strain.stall:.0f} ms, "
            f"by {1000 * strain.own:.0f} through this process",
        )

    def _note(self, what: str, processor: float, clock: float) -> None:
        self.costs[what] = Cost(processor, clock)
        self._tell(what, f"{self.costs[what]} ms")

    def _tell(self, what: str, said: str) -> None:
        print(f"{self._name} {what}: {said}", file=sys.stderr, flush=True)


def filled(url: str, name: str, prices: Path) -> Cost:
    """Fill a database and a folder of prices to a size; return what it cost."""

    def fill_both() -> None:
        store = open_store(url)
        fill(store, SIZES[name], NOW)
        store.close()
        prices.mkdir()
        write_prices(prices, weekdays(NOW.date(), _BARS), SIZES[name].tickers)

    return _cost(fill_both)


def _cost(call: Callable[[], object]) -> Cost:
    processor, clock = process_time(), perf_counter()
    call()
    return Cost(process_time() - processor, perf_counter() - clock)


def least(costs: Sequence[Cost | Strain]) -> tuple[float, float]:
    """Return the least of each: what other work adds is no cost of ours."""
    return min(cost.processor for cost in costs), min(cost.clock for cost in costs)


if __name__ == "__main__":
    main()
