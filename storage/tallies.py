"""Running totals of results, kept in the transaction that writes a result or sets one right.

Theory of operation. A record of all forecasts must not read all results: there are millions. Its
figures are shares and ratios with intervals over blocks of weeks (`evaluation.intervals`),
and each of them needs only the sums of a week. So every result is added to two rows, its ticker's
and that of all, when it is written; a correction takes the result that counted before off and adds
the right one. Both happen in the transaction of the result itself: after a crash neither or both
are there, and writers of several processes add to the same row one after the other. Rows are taken
in the order of their keys, so that two writers never wait for each other crosswise.
`recount` counts all anew; tests compare the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    case,
    cast,
    func,
    literal,
    select,
    true,
    type_coerce,
)

from storage.current_results import current_results, slice_of
from storage.database import Database
from storage.records.tallies import ALL, SUMMED, Sums, Tally, Tallying
from storage.store_part import StorePart
from storage.tables import ledger
from storage.tables.tallies import tallies

KEY = ("ticker", "horizon", "week", "slice")
_HELD, _ERRORS = SUMMED[2:5], SUMMED[5:]
_SUMS = tuple(func.sum(tallies.c[name]) for name in SUMMED)


class TallyStore(StorePart):
    """The running totals, read and counted anew."""

    def tallies(self, ticker: str | None = None) -> tuple[Tally, ...]:
        """Return the totals of a ticker, or of all tickers, by rising horizon and week."""
        columns = tallies.c
        query = select(tallies).where(_owner(ticker))
        with self._db.reading() as connection:
            query = query.order_by(columns.horizon, columns.week, columns.slice)
            rows = connection.execute(query).mappings()
            return tuple(map(_tally, rows))

    def weekly_sums(
        self, ticker: str | None = None, horizons: Iterable[int] = ()
    ) -> tuple[Tally, ...]:
        """Return the totals of some horizons, the slices of a week together, as `tallies` does."""
        columns = tallies.c
        key = (columns.horizon, columns.week)
        query = select(*key, *_SUMS).where(_owner(ticker), columns.horizon.in_(tuple(horizons)))
        with self._db.reading() as connection:
            rows = connection.execute(query.group_by(*key).order_by(*key)).all()
            owner = ticker or ALL
            return tuple(Tally(owner, row[0], row[1], "", sums_of_row(row[2:])) for row in rows)

    def sums_by_slice(self, ticker: str | None, horizon: int) -> dict[str, Sums]:
        """Return the totals of one horizon by slice of days, the weeks together."""
        named = tallies.c.slice
        query = select(named, *_SUMS).where(_owner(ticker), tallies.c.horizon == horizon)
        with self._db.reading() as connection:
            rows = connection.execute(query.group_by(named))
            return {row[0]: sums_of_row(row[1:]) for row in rows}

    def counted(self, ticker: str | None = None) -> tuple[int, int]:
        """Return how many results there are, resolved and void, of a ticker or of all."""
        columns = tallies.c
        sums = select(func.sum(columns.resolved), func.sum(columns.void))
        with self._db.reading() as connection:
            resolved, void = connection.execute(sums.where(_owner(ticker))).one()
        return int(resolved or 0), int(void or 0)

    def held_of_all(self) -> tuple[int, int]:
        """Return how many days were compared, and how many held the range for 8 in 10."""
        columns = tallies.c
        sums = select(func.sum(columns.resolved), func.sum(columns.in_80))
        with self._db.reading() as connection:
            resolved, held = connection.execute(sums.where(columns.ticker == ALL)).one()
        return int(resolved or 0), int(held or 0)


def add_up(db: Database, connection: Connection, tallying: Tallying) -> None:
    """Add what was tallied to the totals, in the transaction of the results."""
    rows = list(map(_row, tallying.tallies()))
    if not rows:
        return
    statement = db.insert(tallies)
    added = {name: tallies.c[name] + statement.excluded[name] for name in SUMMED}
    key = [tallies.c[name] for name in KEY]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=added), rows)


def of_ticker(db: Database, ticker: str) -> Select[Any]:
    """Return the query for a ticker's sums, of results that are not archived."""
    current = current_results(ticker)
    results = current.c
    resolved = results.status == "resolved"
    counts = [_times(resolved), _times(results.status == "void")]
    held = [_times(resolved & results[name].is_(true())) for name in _HELD]
    errors = [_total(case((resolved, results[name]), else_=0.0)) for name in _ERRORS]
    issued = ledger.forecasts.c
    named = select(issued.id, slice_of(db).label("slice")).where(issued.ticker == ticker)
    # Once for each forecast, not for each of its results: it reads the text.
    slices = named.cte("named").prefix_with("MATERIALIZED")
    key = (results.horizon, _week(db, results.target), slices.c.slice)
    query = select(*key, *counts, *held, *errors)
    joined = query.join_from(current, slices, slices.c.id == results.forecast_id)
    return joined.group_by(*key)


def of_all() -> Select[Any]:
    """Return the query for the sums of all tickers, from the tickers' own."""
    key = (tallies.c.horizon, tallies.c.week, tallies.c.slice)
    return select(*key, *_SUMS).where(tallies.c.ticker != ALL).group_by(*key)


def _owner(ticker: str | None) -> ColumnElement[bool]:
    return tallies.c.ticker == (ALL if ticker is None else ticker)


def sums_of_row(values: Sequence[Any]) -> Sums:
    """Return the sums in a row of a query, in their order."""
    # PostgreSQL gives sums of whole numbers as decimal ones.
    counts = len(SUMMED) - len(_ERRORS)
    return Sums(*map(int, values[:counts]), *map(float, values[counts:]))


def _week(db: Database, target: ColumnElement[date]) -> ColumnElement[int]:
    """Return `week_of` as the database counts it: both know days, neither knows ordinals."""
    if db.is_sqlite:
        return cast(func.julianday(target) - func.julianday("0001-01-01"), Integer) // 7
    return type_coerce(target - literal(date.min, Date), Integer) // 7


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _total(value: ColumnElement[float]) -> ColumnElement[float]:
    return func.coalesce(func.sum(value), 0.0)


def _row(tally: Tally) -> dict[str, Any]:
    return {name: getattr(tally, name) for name in KEY} | asdict(tally.sums)


def _tally(row: Any) -> Tally:
    sums = Sums(*(row[name] for name in SUMMED))
    return Tally(row["ticker"], row["horizon"], row["week"], row["slice"], sums)
