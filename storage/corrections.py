"""Results that were written wrongly are set right by a further row: chained, never rewritten."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from storage.current_results import results_of, slice_of
from storage.database import Database
from storage.hash_chain import GENESIS, row_hash
from storage.ledger import LEDGER_LOCK
from storage.records.ledger import CorrectingRow, Resolution
from storage.records.tallies import Tallying
from storage.store_part import StorePart
from storage.tables import ledger as t
from storage.tallies import add_up

_NAMES = tuple(field.name for field in fields(Resolution))
_ROWS = t.corrections.c


class CorrectionStore(StorePart):
    """Rows that set results right, in a chain of their own."""

    def correct(self, corrections: Sequence[CorrectingRow], now: datetime) -> int:
        """Add correcting rows in order and return how many.

        Args:
            corrections: What each corrects, why, and the right result.
            now: Aware UTC.
        """
        with self._db.writing() as connection:
            self._db.queue_up(connection, LEDGER_LOCK)
            newest = connection.execute(_newest()).first()
            number, previous = (newest.id, newest.row_hash) if newest else (0, GENESIS)
            tallying = Tallying()
            for correction in corrections:
                number += 1
                _retally(self._db, connection, tallying, correction)
                row = _row(correction, number, previous, now)
                connection.execute(t.corrections.insert(), row)
                previous = row["row_hash"]
            add_up(self._db, connection, tallying)
        return len(corrections)

    def corrections_for(self, forecast_id: int) -> tuple[CorrectingRow, ...]:
        """Return what was set right of a forecast's results, oldest first."""
        query = select(t.corrections).where(_ROWS.forecast_id == forecast_id).order_by(_ROWS.id)
        with self._db.reading() as connection:
            return tuple(_correction(dict(row)) for row in connection.execute(query).mappings())

    def corrections_hold(self) -> bool:
        """Return whether each correcting row has its hash and follows the one before."""
        previous = GENESIS
        with self._db.reading() as connection:
            rows = connection.execute(select(t.corrections).order_by(_ROWS.id)).mappings().all()
        for number, row in enumerate(rows, 1):
            expected = row_hash(previous, number, row["corrected_at"], row["body"])
            told = _body(_correction(dict(row)), row["ticker"])
            if (row["previous_hash"], row["row_hash"], row["body"]) != (previous, expected, told):
                return False
            previous = expected
        return True


def _retally(
    db: Database, connection: Connection, tallying: Tallying, correction: CorrectingRow
) -> None:
    """Take the result that has counted so far off the running totals, and add the right one."""
    right = correction.result
    of_it = select(slice_of(db)).where(t.forecasts.c.id == right.forecast_id)
    name = connection.execute(of_it).scalar() or ""
    for before in results_of(connection, right.forecast_id):
        if before.horizon == right.horizon:
            tallying.add(correction.ticker, name, before, -1)
    tallying.add(correction.ticker, name, right)


def _row(correction: CorrectingRow, number: int, previous: str, now: datetime) -> dict[str, Any]:
    body = _body(correction, correction.ticker)
    return asdict(correction.result) | {
        "id": number,
        "ticker": correction.ticker,
        "reason": correction.why,
        "body": body,
        "corrected_at": now,
        "previous_hash": previous,
        "row_hash": row_hash(previous, number, now, body),
    }


def _body(correction: CorrectingRow, ticker: str) -> str:
    """Return the one text that is hashed: what is corrected, from what, to what, and why."""
    facts = asdict(correction.result) | {
        "target": correction.result.target.isoformat(),
        "reason": correction.why,
        "ticker": ticker,
        "was": correction.was,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _correction(row: dict[str, Any]) -> CorrectingRow:
    result = Resolution(**{name: row[name] for name in _NAMES})
    was = json.loads(row["body"])["was"]
    return CorrectingRow(row["ticker"], result, was, row["reason"], row["corrected_at"])


def _newest() -> Select[Any]:
    return select(_ROWS.id, _ROWS.row_hash).order_by(_ROWS.id.desc()).limit(1)
