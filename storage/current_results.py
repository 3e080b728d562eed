"""The results that count: each as it was written, or as its newest correction has it."""

from dataclasses import fields

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    and_,
    case,
    cast,
    func,
    select,
    union_all,
)

from storage.database import Database
from storage.packing import unpack_results
from storage.records.ledger import Resolution
from storage.tables import ledger

_NAMES = tuple(field.name for field in fields(Resolution))
_ROWS = ledger.corrections.c


def current_results(ticker: str | None = None) -> FromClause:
    """Return the results that count, of a ticker or all: each as written, or newly corrected.

    Archived results are not among them; what was set right of one is.
    """
    results, later = ledger.resolutions.c, ledger.corrections.alias("later")
    written = select(*ledger.resolutions.c).where(
        ~select(_ROWS.id)
        .where(_ROWS.forecast_id == results.forecast_id, _ROWS.horizon == results.horizon)
        .exists()
    )
    superseded = and_(
        later.c.forecast_id == _ROWS.forecast_id,
        later.c.horizon == _ROWS.horizon,
        later.c.id > _ROWS.id,
    )
    named = [_ROWS.corrected_at if c.name == "resolved_at" else _ROWS[c.name] for c in results]
    corrected = select(*named).where(~select(later.c.id).where(superseded).exists())
    if ticker is not None:
        written = written.where(results.ticker == ticker)
        corrected = corrected.where(_ROWS.ticker == ticker)
    return union_all(written, corrected).subquery("results")


def slice_of(db: Database) -> ColumnElement[str]:
    """Return the slice of days that a forecast tells in its text, empty where it tells none."""
    issued, archived = ledger.forecasts.c, ledger.archive.c
    told: ColumnElement[str]
    if db.is_sqlite:
        told = func.json_extract(issued.body, "$.slice")
    else:
        told = func.json_extract_path_text(cast(issued.body, JSON), "slice")
    kept = select(archived.slice).where(archived.forecast_id == issued.id).scalar_subquery()
    return func.coalesce(case((issued.body == "", kept), else_=told), "")


def results_of(connection: Connection, forecast_id: int) -> tuple[Resolution, ...]:
    """Return the results of a forecast that count, archived or not, by rising horizon."""
    current = current_results()
    query = select(current).where(current.c.forecast_id == forecast_id)
    found = {row["horizon"]: resolution_of(row) for row in connection.execute(query).mappings()}
    archived = ledger.archive.c
    packed = select(archived.results).where(archived.forecast_id == forecast_id)
    for blob in connection.execute(packed).scalars():
        # What was set right is a row that counts before the archived result.
        found = {r.horizon: r for r in unpack_results(blob, forecast_id)} | found
    return tuple(found[horizon] for horizon in sorted(found))


def resolution_of(row: RowMapping) -> Resolution:
    """Return the result in a row of `resolutions`."""
    return Resolution(**{name: row[name] for name in _NAMES})
