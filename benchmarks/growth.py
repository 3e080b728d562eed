"""What costs how much as the past and the crowd grow: the same questions at three sizes.

`python -m benchmarks growth` fills a SQLite file (or the empty database named by `DATABASE_URL`) to
each size of `SIZES` in turn (S and M unless told otherwise) and asks. Forecasts beyond the first
20,000 have short texts: nothing that is measured here reads theirs. The results of L, 19.6 million,
are written with `RESULTS=all` only, which takes an hour: what is measured reads their totals.
Seconds are those of the processor, so that other work on the machine does not count; of PostgreSQL,
whose server is another process, they are the clock's.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
from math import log
from pathlib import Path
from time import perf_counter
from time import process_time as time_of_process
from typing import Any

from sqlalchemy import insert, text

from benchmarks.timing import measure
from bot.answers.track import track_record
from storage.hash_chain import GENESIS, row_hash
from storage.records.chats import DigestSlot, PlaceSettings
from storage.store import Store, open_store
from storage.tables import chats, ledger
from tests.storage.samples import forecast

NOW = datetime(2025, 11, 3, 22, tzinfo=UTC)
_RUNS, _BATCH, _WHOLE = 5, 5_000, 20_000
_SLOTS = 480


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of each; every forecast has results at 20 horizons."""

    chats: int
    forecasts: int
    tickers: int


SIZES = {
    "S": Size(1_000, 10_000, 100),
    "M": Size(10_000, 100_000, 500),
    "L": Size(100_000, 1_000_000, 2_000),
}


def main() -> None:
    names = os.environ.get("SIZES", "S,M").split(",")
    costs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            file = Path(folder) / f"{name}.sqlite3"
            store = open_store(os.environ.get("DATABASE_URL") or f"sqlite:///{file}")
            fill(store, SIZES[name], results=name != "L" or os.environ.get("RESULTS") == "all")
            for what, seconds in asked(store).items():
                costs.setdefault(what, []).append(seconds)
            store.close()
    show(names, costs)


def show(names: list[str], costs: dict[str, list[float]]) -> None:
    """Print the medians, and the exponent of growth from the first size to the last."""
    times = log(SIZES[names[-1]].forecasts / SIZES[names[0]].forecasts) or 1.0
    print(f"| what | {' | '.join(names)} | exponent |\n|---|{'---|' * len(names)}---|")
    for what, seconds in costs.items():
        cells = " | ".join(f"{1000 * value:.1f} ms" for value in seconds)
        print(f"| {what} | {cells} | {log(seconds[-1] / seconds[0]) / times:.2f} |")


def asked(store: Store) -> dict[str, float]:
    """Return the median seconds of each question."""
    slot = DigestSlot("Europe/Berlin", time(8, 0))
    questions = {
        "/track of all": partial(track_record, store, None, NOW),
        "/track of one ticker": partial(track_record, store, "T1", NOW),
        "a digest slot: its next places": partial(store.subscribers, slot, rows=1000),
        "/status: counts": store.count_watched,
        "idle tick: the slots": store.digest_slots,
        "idle tick: the outbox": partial(store.backlog, NOW),
        "verify from the last published row": partial(_verified, store),
    }
    clock = time_of_process if store.database.is_sqlite else perf_counter
    return {
        what: statistics.median(measure(ask, _RUNS, clock=clock)) for what, ask in questions.items()
    } | {"verify --all, a thousand rows": _whole_walk(store, clock)}


def _whole_walk(store: Store, clock: Callable[[], float]) -> float:
    start = clock()
    report = store.verify_chain()
    return (clock() - start) * 1000 / report.rows


def _verified(store: Store) -> None:
    assert store.verify_chain(store.last_published()).holds


def fill(store: Store, size: Size, *, results: bool = True) -> None:
    """Write chats, subscriptions, a chain of forecasts, and results that the database makes up."""
    with store.database.writing() as connection:
        for table, rows in (
            (chats.digest_slots, _slots()),
            (chats.places, _places(size)),
            (chats.subscriptions, _subscriptions(size)),
            (ledger.forecasts, _forecasts(size)),
        ):
            while batch := list(islice(rows, _BATCH)):
                connection.execute(insert(table), batch)
        if results:
            connection.execute(text(_RESULTS))
        week = _WEEK_OF[store.database.engine.dialect.name]
        for owner in ("ticker", "''"):
            connection.execute(text(_TALLIES.format(owner=owner, week=week)))
    store.publish_head(NOW.date(), NOW)
    store.note_watched()


def _slot(number: int) -> dict[str, Any]:
    zone = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC", "Europe/Moscow")[number % 5]
    return {"zone": zone, "digest_at": time(number % 24, 15 * (number // 5 % 4))}


def _slots() -> Iterator[dict[str, Any]]:
    seen = {(row["zone"], row["digest_at"]) for row in map(_slot, range(_SLOTS))}
    return iter([{"zone": zone, "digest_at": at} for zone, at in sorted(seen)])


def _places(size: Size) -> Iterator[dict[str, Any]]:
    settings = PlaceSettings()
    same = {
        name: getattr(settings, name)
        for name in ("theme", "sessions", "sound", "paused", "closed_note", "replies", "recap")
    }
    same |= {"days": "0123456", "anyone_may_change": False, "topic_id": 0, "changed_at": NOW}
    for number in range(size.chats):
        yield same | _slot(number) | {"chat_id": number + 1}


def _subscriptions(size: Size) -> Iterator[dict[str, Any]]:
    for chat in range(size.chats):
        for place in range(5):
            ticker = f"T{(7 * chat + 131 * place) % size.tickers}"
            row = {"chat_id": chat + 1, "topic_id": 0, "ticker": ticker, "added_by": chat + 1}
            yield row | {"added_at": NOW}


def _forecasts(size: Size) -> Iterator[dict[str, Any]]:
    whole, previous = forecast("T0", date(2021, 3, 4)).canonical(), GENESIS
    for number in range(1, size.forecasts + 1):
        day = date(2021, 3, 4) + timedelta(days=number // size.tickers)
        ticker, digest = f"T{number % size.tickers}", f"{number:016x}"
        row = {"ticker": ticker, "as_of": day, "model_version": "m1", "data_digest": digest}
        body = _body(whole if number <= _WHOLE else "", row)
        own = row_hash(previous, number, NOW, body)
        chained = {"previous_hash": previous, "row_hash": own, "body": body, "close": 100.0}
        yield row | chained | {"id": number, "issued_at": NOW}
        previous = own


def _body(whole: str, row: dict[str, Any]) -> str:
    told = (
        f'{{"as_of":"{row["as_of"]}","close":100.0,"data_digest":"{row["data_digest"]}",'
        f'"model_version":"m1","ticker":"{row["ticker"]}"'
    )
    # As long as a real one is, where it is to be hashed.
    return f'{told},"zzz":{len(whole) * "1" or "1"}}}'


# Twenty results of each forecast; four in five inside.
_RESULTS = """
    WITH RECURSIVE h(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM h WHERE n < 20)
    INSERT INTO resolutions (forecast_id, horizon, ticker, target, status, close, log_return, pit,
        in_50, in_80, in_95, abs_error, naive_abs_error, loss, naive_loss, reason, resolved_at)
    SELECT f.id, h.n, f.ticker, f.as_of, 'resolved', 101.0, 0.01, 0.6,
        (f.id + h.n) % 2 = 0, (f.id + h.n) % 5 <> 0, TRUE, 0.02, 0.021, 0.01, 0.011, '', f.issued_at
    FROM forecasts f CROSS JOIN h
"""

# The totals of these results, straight from the forecasts.
_WEEK_OF = {
    "sqlite": "CAST(julianday(as_of) - julianday('0001-01-01') AS INTEGER) / 7",
    "postgresql": "(as_of - DATE '0001-01-01') / 7",
}
_TALLIES = """
    WITH RECURSIVE h(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM h WHERE n < 20),
    weeks AS (SELECT {owner} AS who, {week} AS week, count(*) AS made, sum(id % 2) AS odd
        FROM forecasts GROUP BY 1, 2)
    INSERT INTO tallies SELECT who, n, week, '', made, 0, odd, made * 4 / 5, made,
        0.02 * made, 0.021 * made, 0.01 * made, 0.011 * made FROM weeks CROSS JOIN h
"""

if __name__ == "__main__":
    main()
