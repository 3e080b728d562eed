"""Old forecasts are archived: their texts and results are kept in a third of the bytes.

Theory of operation. A forecast is archived once nothing can come to it any more: its days are long
past, each has its result, and corrections look back 45 days only. Its text is packed and comes back
byte for byte, so that the chain is walked over archived rows as over others; its results are packed
beside it and have been in the running totals since they were written. Then the text of its row is
emptied and its rows of results go. The database refuses all three but in this order: what has no
row in the archive cannot be emptied or deleted, and rows of the archive never change.

Few are done in one transaction, and the packing is done before it begins: others wait for a few
milliseconds. Two processes that archive at once do no harm; the second finds the rows taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, insert, select, update

from storage.current_results import resolution_of, slice_of
from storage.database import Database
from storage.packing import (
    pack_results,
    pack_text,
    resolved_mask,
    unpack_text,
)
from storage.records.ledger import Resolution
from storage.store_part import StorePart
from storage.tables import ledger

_SAMPLE = 50
_ROW = 90
"""Bytes that a row of results takes with its place in the indexes, beside its numbers."""


@dataclass(frozen=True, slots=True)
class Archivable:
    """How many forecasts can be archived, and about how many bytes that frees."""

    forecasts: int
    bytes_freed: int


class ArchiveStore(StorePart):
    """Moves old forecasts and their results into the archive."""

    def archivable(self, before: date) -> Archivable:
        """Return how many settled forecasts from before a day there are, and what they take."""
        query = select(func.count()).select_from(_settled(before).subquery())
        with self._db.reading() as connection:
            count = connection.execute(query).scalar_one()
            rows = self._packed(connection, before, _SAMPLE)
            freed = sum(_freed(connection, row) for row in rows)
        return Archivable(count, int(freed / len(rows) * count) if rows else 0)

    def archive(self, before: date, limit: int) -> int:
        """Archive the oldest settled forecasts from before a day; return how many, 0 for none."""
        with self._db.reading() as connection:
            rows = self._packed(connection, before, limit)
        if not rows:
            return 0
        into = self._db.insert(ledger.archive).on_conflict_do_nothing()
        results = ledger.resolutions
        with self._db.writing() as connection:
            connection.execute(into, rows)
            new = [row["forecast_id"] for row in rows]
            _empty(self._db, connection, new)
            connection.execute(delete(results).where(results.c.forecast_id.in_(new)))
        return len(rows)

    def _packed(self, connection: Connection, before: date, limit: int) -> list[dict[str, Any]]:
        issued = ledger.forecasts.c
        oldest = _settled(before).order_by(issued.as_of, issued.id).limit(limit)
        ids: list[int] = list(connection.execute(oldest).scalars())
        told = select(issued.id, issued.body, slice_of(self._db)).where(issued.id.in_(ids))
        texts: Sequence[Any] = connection.execute(told).all()
        results = _results(connection, ids)
        corrected = _corrected(connection, ids)
        return [_row(text, results[text.id], corrected) for text in texts]


def _empty(db: Database, connection: Connection, ids: Sequence[int]) -> None:
    """Take the texts out of rows that have theirs in the archive."""
    issued, kept = ledger.forecasts, ledger.archive.c.forecast_id
    these = (issued.c.id.in_(ids), exists().where(kept == issued.c.id))
    if not db.is_sqlite:
        connection.execute(update(issued).where(*these).values(body=""))
        return
    # An update would leave each row alone on its page. Rows that refer to these, those of the
    # archive above all, let none of them stay away: the transaction could not end.
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    rows = connection.execute(select(issued).where(*these)).mappings().all()
    connection.execute(delete(issued).where(*these))
    connection.execute(insert(issued), [{**row, "body": ""} for row in rows])


def _settled(before: date) -> Select[Any]:
    """Return the query for forecasts from before a day that wait for no result."""
    issued, due = ledger.forecasts.c, ledger.pending_resolutions.c
    waits = exists().where(due.forecast_id == issued.id)
    return select(issued.id).where(issued.body != "", issued.as_of < before, ~waits)


def _results(connection: Connection, ids: Sequence[int]) -> dict[int, list[Resolution]]:
    written = ledger.resolutions
    query = select(written).where(written.c.forecast_id.in_(ids)).order_by(written.c.horizon)
    found: dict[int, list[Resolution]] = {number: [] for number in ids}
    for row in connection.execute(query).mappings():
        found[row["forecast_id"]].append(resolution_of(row))
    return found


def _corrected(connection: Connection, ids: Sequence[int]) -> set[tuple[int, int]]:
    rows = ledger.corrections.c
    query = select(rows.forecast_id, rows.horizon).where(rows.forecast_id.in_(ids))
    return {(row.forecast_id, row.horizon) for row in connection.execute(query)}


def _row(
    text: tuple[int, str, str], results: Sequence[Resolution], corrected: set[tuple[int, int]]
) -> dict[str, Any]:
    number, body, name = text
    counted = [r for r in results if (r.forecast_id, r.horizon) not in corrected]
    packed = pack_text(body)
    if unpack_text(packed) != body:
        raise ValueError(f"the text of forecast {number} does not come back as it was")
    return {
        "forecast_id": number,
        "slice": name,
        "resolved": resolved_mask(counted),
        "body": packed,
        "results": pack_results(results),
    }


def _freed(connection: Connection, row: dict[str, Any]) -> int:
    number, written = row["forecast_id"], ledger.resolutions.c
    count = select(func.count()).where(written.forecast_id == number)
    rows = connection.execute(count).scalar_one()
    whole = len(unpack_text(row["body"]).encode()) + rows * (_ROW + 130)
    return whole - len(row["body"]) - len(row["results"])
