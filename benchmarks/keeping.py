"""How many bytes a forecast takes with its results, before and after it is archived.

`python -m benchmarks keeping` writes two years of forecasts of some tickers with a result at each
horizon into a SQLite file (or the empty database named by `DATABASE_URL`), prunes, and prints bytes
a forecast, the longest hold of the write lock, and whether the chain still holds.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, text

from forecasting.significant import significant
from forecasting.values import HORIZONS, Forecast
from storage.hash_chain import GENESIS, row_hash
from storage.records.ledger import Resolution
from storage.store import Store, open_store
from storage.tables import ledger
from tests.storage.samples import forecast

FIRST = date(2023, 1, 2)
NOW = datetime(2025, 1, 2, 22, tzinfo=UTC)
SESSIONS = int(os.environ.get("SESSIONS", "500"))
TICKERS = int(os.environ.get("TICKERS", "10"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/keeping.sqlite3"
        store = open_store(url)
        bare = _bytes(store)
        fill(store)
        count = SESSIONS * TICKERS
        print(f"{count} forecasts of two years: {(_bytes(store) - bare) / count:,.0f} bytes each")
        start, worked = time.perf_counter(), time.process_time()
        with _holds(store) as holds:
            while store.prune("forecasts", NOW):
                pass
        seconds, worked = time.perf_counter() - start, time.process_time() - worked
        print(f"archived in {seconds:.1f} s, {worked:.1f} of the processor; ", end="")
        print("ms that the lock is held:")
        for clock, held in zip(("clock", "processor"), zip(*holds, strict=True), strict=True):
            ranked = sorted(held)
            at = (1000 * ranked[int(q * (len(ranked) - 1))] for q in (0.5, 0.95, 0.99, 1))
            middle, late, later, longest = (f"{value:.1f}" for value in at)
            print(f"  {clock}: {middle}, 95 in 100 {late}, 99 {later}, longest {longest}")
        print(f"after: {(_bytes(store) - bare) / count:,.0f} bytes each")
        later = NOW + timedelta(days=365)
        while store.prune("forecasts", later):
            pass
        print(f"all of them archived: {(_bytes(store) - bare) / count:,.0f} bytes each")
        print(f"the chain holds: {store.verify_chain().holds}")
        print(f"totals that differ from the results: {store.rebuild_tallies().wrong}")
        store.close()


@contextmanager
def _holds(store: Store) -> Iterator[list[tuple[float, float]]]:
    """Note how long each transaction that writes takes, waiting for the lock left out.

    By the clock, and by the thread's own processor time, to which other work on the machine adds
    nothing.
    """
    holds: list[tuple[float, float]] = []
    database = store.database
    before = database.writing

    @contextmanager
    def timed() -> Iterator[Connection]:
        with before() as connection:
            start, own = time.perf_counter(), time.thread_time()
            yield connection
        holds.append((time.perf_counter() - start, time.thread_time() - own))

    database.writing = timed  # type: ignore[method-assign]
    yield holds
    database.writing = before  # type: ignore[method-assign]


def fill(store: Store) -> None:
    """Write forecasts as they are made, and results through the store, as nights do."""
    rng, previous, number = np.random.default_rng(0), GENESIS, 0
    days = [FIRST + timedelta(days=n // 5 * 7 + n % 5) for n in range(SESSIONS + HORIZONS[-1])]
    for session in range(SESSIONS):
        rows: list[dict[str, Any]] = []
        results: list[Resolution] = []
        for ticker in range(TICKERS):
            number += 1
            made = _made(f"T{ticker}", days[session], days[session + 1 : session + 21], number)
            body = made.canonical()
            own = row_hash(previous, number, NOW, body)
            rows.append(
                {"id": number, "ticker": made.ticker, "as_of": made.as_of, "close": made.close}
                | {"model_version": made.model_version, "data_digest": made.data_digest}
                | {"issued_at": NOW, "body": body, "previous_hash": previous, "row_hash": own}
            )
            previous = own
            results += _results(made, number, rng)
        with store.database.writing() as connection:
            connection.execute(insert(ledger.forecasts), rows)
        store.resolve(results, NOW)


def _made(ticker: str, as_of: date, targets: list[date], seed: int) -> Forecast:
    made = forecast(ticker, as_of, version="lstm-202312-f2a7f7", seed=seed)
    rounded = significant(made.quantiles)
    close = float(f"{made.close:.2f}")
    usual = significant(made.quantiles[:, 0] / made.close)
    return replace(
        made, close=close, targets=tuple(targets), quantiles=rounded, usual_width=usual,
        source="yahoo", cautions=(), note="", slice="other",
    )  # fmt: skip


def _results(made: Forecast, number: int, rng: np.random.Generator) -> list[Resolution]:
    return [
        Resolution(
            number, horizon, target, "resolved", round(made.close * float(np.exp(move)), 2), move,
            float(rng.uniform()), bool(rng.integers(2)), True, True, abs(move), abs(move),
            float(rng.uniform(0, 0.01)), float(rng.uniform(0, 0.01)),
        )
        for horizon, target in enumerate(made.targets, 1)
        for move in [float(rng.normal(0, 0.02))]
    ]  # fmt: skip


def _bytes(store: Store) -> int:
    """Return the bytes of rows and indexes; of PostgreSQL with its tables packed anew."""
    if not store.database.is_sqlite:
        plain = store.database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with plain.connect() as connection:
            connection.execute(text("VACUUM FULL"))
            size = text("SELECT pg_database_size(current_database())")
            return int(connection.execute(size).scalar_one())
    with store.database.reading() as connection:
        pages, free, size = (
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


if __name__ == "__main__":
    main()
