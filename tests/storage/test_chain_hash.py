"""The hash that chains a row to the one before, against figures of another program."""

import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from storage.hash_chain import GENESIS, ChainWalk, LedgerRow, row_hash

INSTANT = datetime(2021, 3, 4, 21, 30, 15, 123456, tzinfo=UTC)
BODY = '{"close":1.5}'
FIRST = "c5bf820372d52716d3c5a8e01de859a73f9007c7c43fea92780210bfffeb5c4e"
"""Of `printf '%s|1|2021-03-04T21:30:15.123456+00:00|{"close":1.5}' 000...000 | sha256sum`."""


def test_the_hash_is_that_of_sha256sum_over_the_documented_text():
    """Anyone can check the ledger with a shell: docs/storage.md says how."""
    assert row_hash(GENESIS, 1, INSTANT, BODY) == FIRST


def test_the_same_instant_in_another_zone_has_the_same_hash():
    """What is hashed is UTC, whatever zone a database gives back."""
    there = INSTANT.astimezone(timezone(timedelta(hours=9)))
    assert row_hash(GENESIS, 1, there, BODY) == FIRST


def test_the_machines_own_zone_does_not_matter(monkeypatch):
    """A ledger that is moved to a machine in Tokyo still holds."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert row_hash(GENESIS, 1, INSTANT, BODY) == FIRST
    finally:
        monkeypatch.undo()
        time.tzset()


def test_each_of_the_four_parts_changes_the_hash():
    """Predecessor, number, time and content are all sealed."""
    others = {
        row_hash("1" * 64, 1, INSTANT, BODY),
        row_hash(GENESIS, 2, INSTANT, BODY),
        row_hash(GENESIS, 1, INSTANT + timedelta(microseconds=1), BODY),
        row_hash(GENESIS, 1, INSTANT, BODY + " "),
    }
    assert len(others | {FIRST}) == 5


FACTS = {
    "ticker": "TSLA",
    "as_of": "2021-03-04",
    "model_version": "m1",
    "data_digest": "abc",
    "close": 1.5,
}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ticker", "AAPL"),
        ("as_of", date(2021, 3, 5)),
        ("model_version", "m2"),
        ("data_digest", "abd"),
        ("close", 1.6),
    ],
)
def test_a_column_that_differs_from_the_hashed_text_is_named(column, value):
    """Searches read the columns, so they are sealed as the text is."""
    body = json.dumps(FACTS)
    sealed = row_hash(GENESIS, 1, INSTANT, body)
    day = date(2021, 3, 4)
    row = LedgerRow(1, "TSLA", day, "m1", "abc", 1.5, INSTANT, body, GENESIS, sealed)
    assert ChainWalk([]).pass_rows([row])
    walk = ChainWalk([])
    assert not walk.pass_rows([replace(row, **{column: value})])
    assert walk.report().broken_id == 1
    assert column in walk.report().reason
