"""What came of the forecasts: written once, never edited."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    bindparam,
    delete,
    func,
    select,
)

from storage.current_results import current_results, resolution_of, results_of, slice_of
from storage.database import Database
from storage.errors import ConflictError
from storage.records.ledger import DueResolution, Resolution, ResolvedForecast
from storage.records.tallies import Tallying
from storage.store_part import StorePart, chunks
from storage.tables import ledger
from storage.tallies import add_up

_DUE = ledger.pending_resolutions
_DONE = delete(_DUE).where(_DUE.c.forecast_id == bindparam("f"), _DUE.c.horizon == bindparam("h"))


class ResolutionStore(StorePart):
    """The results of issued forecasts, and those that are outstanding."""

    def due_tickers(self, until: date) -> tuple[str, ...]:
        """Return the tickers with unresolved targets up to a day, in order."""
        due = ledger.pending_resolutions.c
        query = select(due.ticker).distinct().where(due.target <= until).order_by(due.ticker)
        with self._db.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def next_due(self, ticker: str | None = None, since: date | None = None) -> date | None:
        """Return the earliest unresolved target, of a ticker or all; None where there is none.

        Args:
            ticker: None for all.
            since: Targets before it are left out, such as those whose prices never came.
        """
        due = ledger.pending_resolutions.c
        query = select(func.min(due.target))
        if ticker is not None:
            query = query.where(due.ticker == ticker)
        if since is not None:
            query = query.where(due.target >= since)
        with self._db.reading() as connection:
            return connection.execute(query).scalar()

    def due_resolutions(
        self, until: date, limit: int, ticker: str | None = None
    ) -> tuple[DueResolution, ...]:
        """Return unresolved (forecast, horizon) pairs with a target up to a day.

        They are ordered by ticker, target and forecast, so that a batch needs few histories.
        """
        due = ledger.pending_resolutions.c
        order = (due.ticker, due.target, due.forecast_id, due.horizon)
        query = select(*order).where(due.target <= until)
        if ticker is not None:
            query = query.where(due.ticker == ticker)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(*order).limit(limit))
            return tuple(DueResolution(*row) for row in rows)

    def resolve(self, results: Sequence[Resolution], now: datetime) -> int:
        """Add results and return how many; those that have one already are passed over.

        Raises:
            ConflictError: A forecast is not in the ledger.
        """
        with self._db.writing() as connection:
            known = _known(self._db, connection, {result.forecast_id for result in results})
            archived = _archived(connection, known)
            new = [result for result in results if result.forecast_id not in archived]
            return sum(self._write(connection, part, known, now) for part in chunks(new))

    def _write(
        self,
        connection: Connection,
        results: Sequence[Resolution],
        known: dict[int, tuple[str, str]],
        now: datetime,
    ) -> int:
        rows = [
            asdict(result) | {"ticker": known[result.forecast_id][0], "resolved_at": now}
            for result in results
        ]
        # Rows as parameters, not as VALUES: such a statement is compiled once for all batches.
        written = ledger.resolutions.c
        statement = self._db.insert(ledger.resolutions).on_conflict_do_nothing()
        key = (written.forecast_id, written.horizon)
        new = {tuple(row) for row in connection.execute(statement.returning(*key), rows)}
        tallying = Tallying()
        for result in results:
            if (result.forecast_id, result.horizon) in new:
                tallying.add(*known[result.forecast_id], result)
        add_up(self._db, connection, tallying)
        connection.execute(_DONE, [{"f": r.forecast_id, "h": r.horizon} for r in results])
        return len(new)

    def resolutions_of(
        self, ticker: str | None = None, horizon: int | None = None, limit: int = 1000
    ) -> tuple[ResolvedForecast, ...]:
        """Return resolved and void results, newest target first, of a ticker and horizon or all."""
        current = current_results()
        issued, results = ledger.forecasts.c, current.c
        query = (
            select(current, issued.as_of, issued.model_version)
            .join_from(current, ledger.forecasts, results.forecast_id == issued.id)
            .where(*chosen(current, ticker, horizon))
            .order_by(results.target.desc(), results.forecast_id.desc())
            .limit(limit)
        )
        with self._db.reading() as connection:
            return tuple(map(_resolved, connection.execute(query).mappings()))

    def resolutions_for(self, forecast_id: int) -> tuple[Resolution, ...]:
        """Return a forecast's results by rising horizon."""
        with self._db.reading() as connection:
            return results_of(connection, forecast_id)


def _known(
    db: Database, connection: Connection, forecast_ids: set[int]
) -> dict[int, tuple[str, str]]:
    """Return ticker and slice of each forecast."""
    known: dict[int, tuple[str, str]] = {}
    issued = ledger.forecasts.c
    for ids in chunks(sorted(forecast_ids)):
        query = select(issued.id, issued.ticker, slice_of(db)).where(issued.id.in_(ids))
        known.update((row_id, (ticker, name)) for row_id, ticker, name in connection.execute(query))
    strangers = forecast_ids - known.keys()
    if strangers:
        raise ConflictError(f"no forecast {min(strangers)} in the ledger")
    return known


def _archived(connection: Connection, forecast_ids: Iterable[int]) -> set[int]:
    """Return those whose results are archived, so that they have all of them."""
    kept, found = ledger.archive.c.forecast_id, set[int]()
    for ids in chunks(sorted(forecast_ids)):
        found.update(connection.execute(select(kept).where(kept.in_(ids))).scalars())
    return found


def chosen(
    current: FromClause, ticker: str | None, horizon: int | None
) -> list[ColumnElement[bool]]:
    """Return the conditions for results of a ticker and a horizon; None is any."""
    results = current.c
    conditions = [] if ticker is None else [results.ticker == ticker]
    return conditions if horizon is None else [*conditions, results.horizon == horizon]


def _resolved(row: RowMapping) -> ResolvedForecast:
    return ResolvedForecast(
        ticker=row["ticker"],
        as_of=row["as_of"],
        model_version=row["model_version"],
        resolution=resolution_of(row),
        resolved_at=row["resolved_at"],
    )
