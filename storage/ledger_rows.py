"""Rows of the ledger as they are read, archived ones too."""

import json
from typing import Any

from sqlalchemy import Row, RowMapping, Select, select

from forecasting.values import Forecast
from storage.errors import DamagedForecastError
from storage.hash_chain import LedgerRow
from storage.packing import unpack_text
from storage.records.ledger import Issued
from storage.tables import ledger

_COLUMNS = tuple(ledger.forecasts.c)
_BODY = _COLUMNS.index(ledger.forecasts.c.body)
_JOINED = ledger.forecasts.outerjoin(
    ledger.archive, ledger.archive.c.forecast_id == ledger.forecasts.c.id
)
PACKED = ledger.archive.c.body.label("packed")
"""What stands for the text of an archived forecast."""


def ledger_rows() -> Select[Any]:
    """Return the query for rows of the ledger, to be read by `ledger_row`."""
    return select(*_COLUMNS, PACKED).select_from(_JOINED)


def ledger_row(row: Row[Any]) -> LedgerRow:
    """Return a row as the chain's arithmetic takes it; without a text where that is damaged."""
    columns: list[Any] = list(row[:-1])
    packed = row[-1]
    if packed is not None:
        columns[_BODY] = unpack_text(packed)
    return LedgerRow(*columns)


def ledger_row_of(row: RowMapping) -> LedgerRow:
    """Return the same of a row that holds other columns, too."""
    values = {column.name: row[column.name] for column in _COLUMNS}
    if row["packed"] is not None:
        values["body"] = unpack_text(row["packed"])
    return LedgerRow(**values)


def issued_of(row: LedgerRow) -> Issued:
    """Return the forecast in a row of the ledger.

    Raises:
        DamagedForecastError: Its archived text cannot be read any more.
    """
    if not row.body:
        raise DamagedForecastError(row.id)
    forecast = Forecast.from_json(json.loads(row.body))
    return Issued(row.id, forecast, row.issued_at, row.previous_hash, row.row_hash)
