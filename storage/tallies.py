"""Running totals of results, kept in the transaction that writes a result or sets one right.

Theory of operation. A record of all forecasts must not read all results: there are millions. Its
figures are shares and ratios with intervals over blocks of weeks (`evaluation.intervals`),
and each of them needs only the sums of a week. So every result is added to two rows, its ticker's
and that of all, when it is written; a correction takes the result that counted before off and adds
the right one. Both happen in the transaction of the result itself: after a crash neither or both
are there, and writers of several processes add to the same row one after the other. Rows are taken
in the order of their keys, so that two writers never wait for each other crosswise.
`rebuild_tallies` counts all anew; a test compares the two.
"""

from collections.abc import Iterable
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
    delete,
    func,
    insert,
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

_KEY = ("ticker", "horizon", "week", "slice")
_HELD, _ERRORS = SUMMED[2:5], SUMMED[5:]
_COLUMNS = (*_KEY, *SUMMED)


class TallyStore(StorePart):
    """The running totals, read and counted anew."""

    def tallies(
        self, ticker: str | None = None, horizons: Iterable[int] | None = None
    ) -> tuple[Tally, ...]:
        """Return the totals of a ticker, or of all, by rising horizon and week.

        Args:
            ticker: None for all tickers together.
            horizons: Only these; None for every one.
        """
        columns = tallies.c
        query = select(tallies).where(columns.ticker == (ALL if ticker is None else ticker))
        if horizons is not None:
            query = query.where(columns.horizon.in_(tuple(horizons)))
        with self._db.reading() as connection:
            query = query.order_by(columns.horizon, columns.week, columns.slice)
            rows = connection.execute(query).mappings()
            return tuple(map(_tally, rows))

    def held_of_all(self) -> tuple[int, int]:
        """Return how many days were compared, and how many held the range for 8 in 10."""
        columns = tallies.c
        sums = select(func.sum(columns.resolved), func.sum(columns.in_80))
        with self._db.reading() as connection:
            resolved, held = connection.execute(sums.where(columns.ticker == ALL)).one()
        return int(resolved or 0), int(held or 0)

    def rebuild_tallies(self) -> int:
        """Count all results anew, in one transaction; return how many rows of totals there are."""
        with self._db.writing() as connection:
            connection.execute(delete(tallies))
            connection.execute(insert(tallies).from_select(_COLUMNS, _of_each_ticker(self._db)))
            connection.execute(insert(tallies).from_select(_COLUMNS, _of_all()))
            return connection.execute(select(func.count()).select_from(tallies)).scalar_one()


def add_up(db: Database, connection: Connection, tallying: Tallying) -> None:
    """Add what was tallied to the totals, in the transaction of the results."""
    rows = list(map(_row, tallying.tallies()))
    if not rows:
        return
    statement = db.insert(tallies)
    added = {name: tallies.c[name] + statement.excluded[name] for name in SUMMED}
    key = [tallies.c[name] for name in _KEY]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=added), rows)


def _of_each_ticker(db: Database) -> Select[Any]:
    results = current_results().c
    resolved = results.status == "resolved"
    counts = [_times(resolved), _times(results.status == "void")]
    held = [_times(resolved & results[name].is_(true())) for name in _HELD]
    errors = [_total(case((resolved, results[name]), else_=0.0)) for name in _ERRORS]
    named = select(ledger.forecasts.c.id, slice_of(db).label("slice")).subquery("named")
    key = (results.ticker, results.horizon, _week(db, results.target), named.c.slice)
    joined = results.forecast_id == named.c.id
    query = select(*key, *counts, *held, *errors)
    return query.select_from(named).where(joined).group_by(*key)


def _of_all() -> Select[Any]:
    key = (tallies.c.horizon, tallies.c.week, tallies.c.slice)
    sums = (func.sum(tallies.c[name]) for name in SUMMED)
    return select(literal(ALL), *key, *sums).where(tallies.c.ticker != ALL).group_by(*key)


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
    return {name: getattr(tally, name) for name in _KEY} | asdict(tally.sums)


def _tally(row: Any) -> Tally:
    sums = Sums(*(row[name] for name in SUMMED))
    return Tally(row["ticker"], row["horizon"], row["week"], row["slice"], sums)
