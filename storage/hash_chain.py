"""The arithmetic of the hash chain; knows no database, so that anyone can check it alike."""

# Theory of operation
#
# The claim: no forecast was changed, dropped or slipped in after it was given. Row n carries
#
#     row_hash(n) = sha256(row_hash(n - 1) | n | issued_at | body)
#
# so that its hash depends on every row before it. Who changes row k must also change the hash of
# k, of k + 1, ... up to the newest. What each part of the hashed text is for:
#
# - row_hash(n - 1): the order, and that none is missing; row 1 follows GENESIS, 64 zeros.
# - n: counts 1, 2, 3 ... without a gap, so that a row cut out shows even where its neighbours were
#   hashed anew. Hence ids are given out by the writer under a lock, never by a database's counter,
#   which leaves a gap when a transaction fails.
# - issued_at: no forecast can be dated back later on to before the closes it talks about.
# - body: the forecast as canonical JSON (keys sorted, no spaces, floats in their shortest form that
#   reads back alike), so that two machines hash the same bytes. The table's own columns (ticker,
#   as_of ...) repeat parts of it for queries; the walk compares them too, or a query could be lied
#   to by a column that no hash covers.
#
# No part but the last can hold the separator `|`, so that no two rows have one hashed text.
#
# What the chain alone cannot show: someone who may write to the database can compute a whole new
# chain, or cut off the newest rows, which leaves a shorter chain that holds. Hence the head of each
# day is published: whoever kept one sees that the row of that id is another or gone. Rows after
# the newest published head are guarded by triggers and honesty only, for a day at most.

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from storage.records.ledger import ChainLink, ChainReport, DailyHead

GENESIS = "0" * 64
"""What the first row has for a previous hash."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of the ledger as it lies in the table; `body` is the forecast's canonical text."""

    id: int
    ticker: str
    as_of: date
    model_version: str
    data_digest: str
    close: float
    issued_at: datetime
    body: str
    previous_hash: str
    row_hash: str


def row_hash(previous_hash: str, row_id: int, issued_at: datetime, body: str) -> str:
    """Return the hash that chains a row to the one before.

    Args:
        previous_hash: The hash of the row before, `GENESIS` for the first.
        row_id: 1, 2, 3 ... without a gap.
        issued_at: Aware; hashed as ISO text in UTC with microseconds.
        body: The forecast's canonical JSON text.

    Returns:
        SHA-256 of the four, joined by `|`, as 64 hexadecimal digits.
    """
    instant = issued_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{previous_hash}|{row_id}|{instant}|{body}".encode()).hexdigest()


class ChainWalk:
    """Goes along the chain row by row and stops at the first that does not hold."""

    def __init__(self, heads: Iterable[DailyHead], start: ChainLink | None = None) -> None:
        """Stand before the first row, or on one that an earlier walk has reached."""
        self._published = {head.id: head.row_hash for head in heads}
        self._head = start or ChainLink(0, "", GENESIS)
        self._broken: tuple[int, str] | None = None

    def pass_rows(self, rows: Iterable[LedgerRow]) -> bool:
        """Check the next rows; False as soon as one does not hold."""
        for row in rows:
            wrong = self._fault(row)
            if wrong:
                self._broken = (row.id, wrong)
                return False
            self._head = ChainLink(row.id, row.previous_hash, row.row_hash)
        return True

    def report(self) -> ChainReport:
        """Return what was found, after the last row."""
        head = self._head if self._head.id else None
        lost = sorted(id_ for id_ in self._published if id_ > self._head.id)
        broken = self._broken or ((lost[0], "a published head is missing") if lost else None)
        if broken is None:
            return ChainReport(self._head.id, head)
        return ChainReport(self._head.id, head, *broken)

    def _fault(self, row: LedgerRow) -> str:
        if row.id != self._head.id + 1:
            return f"row {self._head.id + 1} is missing"
        if row.previous_hash != self._head.row_hash:
            return "does not follow the row before"
        if row.row_hash != row_hash(row.previous_hash, row.id, row.issued_at, row.body):
            return "the content does not match the hash"
        if row.row_hash != self._published.get(row.id, row.row_hash):
            return "differs from the published head"
        return _column_fault(row)


def _column_fault(row: LedgerRow) -> str:
    # In canonical JSON a quote inside a text is escaped, so that a key stands in it only once.
    text = row.body
    if (
        f'"as_of":"{row.as_of}"' in text
        and f'"close":{row.close!r},' in text
        and f'"data_digest":"{row.data_digest}"' in text
        and f'"model_version":"{row.model_version}"' in text
        and f'"ticker":"{row.ticker}"' in text
    ):
        return ""
    body = json.loads(text)
    columns = {
        "ticker": row.ticker,
        "as_of": row.as_of.isoformat(),
        "model_version": row.model_version,
        "data_digest": row.data_digest,
        "close": row.close,
    }
    wrong = [name for name, value in columns.items() if body[name] != value]
    return f"column {wrong[0]} differs from the hashed text" if wrong else ""
