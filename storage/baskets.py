"""Baskets: kept once, decided when all of their forecasts have a result, counted."""

import hashlib
import json
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from storage.current_results import current_results
from storage.records.baskets import BasketPart, BasketRecord, NewBasket
from storage.store_part import StorePart
from storage.tables import ledger
from storage.tables.baskets import baskets

_MAY_BE_SET_RIGHT = timedelta(days=60)
"""How long after its day a result may still be found wrong, and some days more."""


class BasketStore(StorePart):
    """What was said of several forecasts held together."""

    def add_basket(self, basket: NewBasket, now: datetime) -> None:
        """Keep a basket; the same one is kept once, whoever asked."""
        parts = json.dumps([astuple(part) for part in basket.parts])
        row = {
            "digest": hashlib.sha256(parts.encode()).hexdigest(),
            "parts": parts,
            "target": basket.target,
            "low": basket.low,
            "high": basket.high,
            "said_at": now,
            "status": "open",
        }
        statement = self._db.insert(baskets).values(row)
        with self._db.writing() as connection:
            connection.execute(statement.on_conflict_do_nothing(index_elements=["digest"]))

    def settle_baskets(self, now: datetime) -> int:
        """Decide the baskets all of whose forecasts have a result; return how many.

        A result that was set right decides anew: what came is what the ledger says.
        """
        since = (now - _MAY_BE_SET_RIGHT).date()
        waiting = (baskets.c.status == "open") | (baskets.c.target >= since)
        due = select(baskets).where(baskets.c.target <= now.date(), waiting)
        with self._db.writing() as connection:
            rows = connection.execute(due).mappings().all()
            return sum(_settle(connection, row, now) for row in rows)

    def basket_record(self) -> BasketRecord:
        """Return how many baskets were decided, and how many ended inside their range."""
        columns = func.count(), func.count().filter(baskets.c.inside.is_(True))
        query = select(*columns).where(baskets.c.status == "resolved")
        with self._db.reading() as connection:
            resolved, inside = connection.execute(query).one()
        return BasketRecord(int(resolved), int(inside))


def _settle(connection: Connection, row: RowMapping, now: datetime) -> int:
    found = [_result(connection, BasketPart(*part)) for part in json.loads(row["parts"])]
    if None in found:
        return 0
    values: dict[str, Any] = {"status": "void", "growth": None, "inside": None}
    shares = [share for share in found if share is not None]
    if all(close is not None for _, close in shares):
        growth = sum(weight * close for weight, close in shares if close is not None)
        inside = row["low"] <= growth <= row["high"]
        values = {"status": "resolved", "growth": growth, "inside": inside}
    if all(row[name] == value for name, value in values.items()):
        return 0
    changed = update(baskets).where(baskets.c.id == row["id"])
    connection.execute(changed.values(values | {"resolved_at": now}))
    return 1


def _result(connection: Connection, part: BasketPart) -> tuple[float, float | None] | None:
    """Return a part's weight and growth, none where it is void; None while there is no result."""
    results, issued = current_results(), ledger.forecasts.c
    row = connection.execute(
        select(results.c.close, issued.close)
        .join_from(results, ledger.forecasts, issued.id == results.c.forecast_id)
        .where(results.c.forecast_id == part.forecast_id, results.c.horizon == part.horizon)
    ).first()
    if row is None:
        return None
    close, before = row
    return part.weight, None if close is None else close / before
