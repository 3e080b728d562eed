"""The results that count: each as it was written, or as its newest correction has it."""

from dataclasses import fields

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    RowMapping,
    and_,
    cast,
    func,
    select,
    union_all,
)

from storage.database import Database
from storage.records.ledger import Resolution
from storage.tables import ledger

_NAMES = tuple(field.name for field in fields(Resolution))
_ROWS = ledger.corrections.c


def current_results() -> FromClause:
    """Return the results that count: each as written, or its newest correction."""
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
    return union_all(written, corrected).subquery("results")


def slice_of(db: Database) -> ColumnElement[str]:
    """Return the slice of days that a forecast tells in its text, empty where it tells none."""
    body = ledger.forecasts.c.body
    if db.is_sqlite:
        return func.coalesce(func.json_extract(body, "$.slice"), "")
    return func.coalesce(func.json_extract_path_text(cast(body, JSON), "slice"), "")


def resolution_of(row: RowMapping) -> Resolution:
    """Return the result in a row of `resolutions`."""
    return Resolution(**{name: row[name] for name in _NAMES})
