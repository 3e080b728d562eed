"""The hash chain finds each kind of change, alone; its hashes are worked by hashlib."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from storage.hash_chain import GENESIS, ChainWalk, LedgerRow, row_hash
from storage.records.ledger import ChainLink, ChainReport, DailyHead

ISSUED = datetime(2024, 3, 6, 21, 5, 0, 42, tzinfo=UTC)


def text(close):
    columns = {"ticker": "AAA", "as_of": "2024-03-06", "model_version": "m-1", "data_digest": "d"}
    return json.dumps({**columns, "close": close})


def sha(previous, number, close):
    told = f"{previous}|{number}|2024-03-06T21:05:00.000042+00:00|{text(close)}"
    return hashlib.sha256(told.encode()).hexdigest()


def chain(count=3):
    """Rows 1, 2, ... with closes 101, 102, ..."""
    rows, previous = [], "0" * 64
    for number in range(1, count + 1):
        close = 100.0 + number
        own = sha(previous, number, close)
        rows.append(
            LedgerRow(
                number,
                "AAA",
                date(2024, 3, 6),
                "m-1",
                "d",
                close,
                ISSUED,
                text(close),
                previous,
                own,
            )
        )
        previous = own
    return rows


def head(number, digest):
    return DailyHead(date(2024, 3, 6), number, digest, ISSUED)


def walked(rows, heads=()):
    walk = ChainWalk(heads)
    return walk.pass_rows(rows), walk.report()


def test_a_hash_is_the_sha256_of_four_things_joined_by_bars():
    """The same instant told in another zone has the same hash."""
    assert GENESIS == "0" * 64
    assert row_hash(GENESIS, 1, ISSUED, text(101.0)) == sha("0" * 64, 1, 101.0)
    elsewhere = ISSUED.astimezone(timezone(timedelta(hours=9)))
    assert row_hash(GENESIS, 1, elsewhere, text(101.0)) == sha("0" * 64, 1, 101.0)
    whole = row_hash(GENESIS, 1, ISSUED.replace(microsecond=0), "{}")
    told = "0" * 64 + "|1|2024-03-06T21:05:00.000000+00:00|{}"
    assert whole == hashlib.sha256(told.encode()).hexdigest()


def test_a_whole_chain_holds_and_names_its_head():
    """Three rows, with the published head among them."""
    rows = chain()
    passed, report = walked(rows, [head(2, rows[1].row_hash)])
    assert passed
    assert report == ChainReport(3, ChainLink(3, rows[1].row_hash, rows[2].row_hash))
    assert report.holds


def test_a_chain_without_rows_holds_and_has_no_head():
    """Before the first forecast there is nothing to break."""
    assert walked([]) == (True, ChainReport(0, None))
    assert walked([])[1].holds


def test_rows_may_come_in_pieces():
    """The walk goes on where the piece before ended."""
    rows, walk = chain(), ChainWalk(())
    assert walk.pass_rows(rows[:1])
    assert walk.pass_rows(rows[1:])
    assert walk.report().rows == 3


@pytest.mark.parametrize(
    ("place", "changes", "reason"),
    [
        (1, {"id": 5}, "row 2 is missing"),
        (1, {"previous_hash": "f" * 64}, "does not follow the row before"),
        (1, {"row_hash": "f" * 64}, "the content does not match the hash"),
        (1, {"body": text(999.0)}, "the content does not match the hash"),
        (1, {"issued_at": ISSUED + timedelta(microseconds=1)}, "the content does not match the hash"),
        (1, {"ticker": "BBB"}, "column ticker differs from the hashed text"),
        (1, {"as_of": date(2024, 3, 7)}, "column as_of differs from the hashed text"),
        (1, {"model_version": "m-2"}, "column model_version differs from the hashed text"),
        (1, {"data_digest": "e"}, "column data_digest differs from the hashed text"),
        (1, {"close": 103.5}, "column close differs from the hashed text"),
        (0, {"previous_hash": "f" * 64}, "does not follow the row before"),
    ],
)  # fmt: skip
def test_each_change_breaks_the_chain_where_it_was_made(place, changes, reason):
    """The first row that does not hold is named, and those before it count."""
    rows = chain()
    rows[place] = replace(rows[place], **changes)
    passed, report = walked(rows)
    assert not passed
    assert (report.rows, report.broken_id, report.reason) == (place, rows[place].id, reason)
    assert not report.holds


def test_a_deleted_row_is_missed():
    """A gap in the middle is found at the row after it."""
    rows = chain()
    _, report = walked([rows[0], rows[2]])
    assert (report.rows, report.broken_id, report.reason) == (1, 3, "row 2 is missing")
    assert report.head == ChainLink(1, "0" * 64, rows[0].row_hash)


def test_a_chain_written_anew_differs_from_the_published_head():
    """Whoever computes all hashes again is found out by what was published."""
    _, report = walked(chain(), [head(2, "a" * 64)])
    assert (report.broken_id, report.reason) == (2, "differs from the published head")


def test_published_rows_that_are_gone_are_missed():
    """A shortened chain is whole in itself; the first published head beyond its end is named."""
    _, report = walked(chain(), [head(9, "a" * 64), head(5, "b" * 64)])
    assert (report.rows, report.broken_id) == (3, 5)
    assert report.reason == "a published head is missing"


def test_a_head_at_the_very_end_is_not_missing():
    """The newest row is the published one."""
    rows = chain()
    assert walked(rows, [head(3, rows[2].row_hash)])[1].holds
