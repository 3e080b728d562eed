"""Baskets: kept once, decided when all of their forecasts have a result, counted."""

import hashlib
import json
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.current_results import current_results
from storage.records.baskets import BasketPart, BasketRecord, NewBasket
from storage.store_part import StorePart
from storage.tables import ledger
from storage.tables.baskets import baskets


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
        """Decide the open baskets all of whose forecasts have a result; return how many."""
        due = (baskets.c.status == "open", baskets.c.target <= now.date())
        with self._db.writing() as connection:
            rows = connection.execute(select(baskets).where(*due)).mappings().all()
            return sum(
                _settle(connection, row["id"], row["parts"], (row["low"], row["high"]), now)
                for row in rows
            )

    def basket_record(self) -> BasketRecord:
        """Return how many baskets were decided, and how many ended inside their range."""
        columns = func.count(), func.count().filter(baskets.c.inside.is_(True))
        query = select(*columns).where(baskets.c.status == "resolved")
        with self._db.reading() as connection:
            resolved, inside = connection.execute(query).one()
        return BasketRecord(int(resolved), int(inside))


def _settle(
    connection: Connection, number: int, parts: str, ends: tuple[float, float], now: datetime
) -> int:
    found = [_result(connection, BasketPart(*part)) for part in json.loads(parts)]
    if None in found:
        return 0
    values: dict[str, Any] = {"status": "void", "growth": None, "inside": None, "resolved_at": now}
    shares = [share for share in found if share is not None]
    if all(close is not None for _, close in shares):
        growth = sum(weight * close for weight, close in shares if close is not None)
        inside = ends[0] <= growth <= ends[1]
        values |= {"status": "resolved", "growth": growth, "inside": inside}
    connection.execute(update(baskets).where(baskets.c.id == number).values(values))
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
