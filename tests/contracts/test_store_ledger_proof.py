"""The proof over the ledger: any tampering is found, and so is a new chain in place of the old."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from storage.hash_chain import row_hash
from tests.storage.samples import DAY, NOW, forecast

TAMPERINGS = {
    "a number": "UPDATE forecasts SET body = replace(body, 'USD', 'EUR') WHERE id = 3",
    "a column": "UPDATE forecasts SET ticker = 'AAPL' WHERE id = 3",
    "the time": "UPDATE forecasts SET issued_at = '2020-01-01 00:00:00' WHERE id = 3",
    "the hash": "UPDATE forecasts SET row_hash = previous_hash WHERE id = 3",
    "a row gone": "DELETE FROM forecasts WHERE id = 3",
    "a row slipped in": "INSERT INTO forecasts SELECT 0, 'X', as_of, model_version, data_digest, "
    "close, issued_at, body, previous_hash, row_hash FROM forecasts WHERE id = 3",
}


def tamper(store, *statements):
    """Do what an intruder with the database's password could do."""
    with store.database.writing() as connection:
        if store.database.is_sqlite:
            for name in ("forecasts_no_update", "forecasts_no_delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text("DELETE FROM pending_resolutions"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        if not store.database.is_sqlite:
            connection.execute(text("SET session_replication_role = DEFAULT"))


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_any_tampering_is_found_at_the_first_wrong_row(store, statement):
    """The walk names the row where the chain stops holding."""
    for seed in range(6):
        store.issue(forecast(seed=seed), NOW)
    tamper(store, statement)
    report = store.verify_chain()
    expected = {"DELETE": 4, "INSERT": 0}.get(statement.split()[0], 3)
    assert report.broken_id == expected
    assert report.reason


def test_cutting_off_the_end_is_found_by_the_published_head(store):
    """Without a published head the last rows could vanish; with one they cannot."""
    for seed in range(4):
        store.issue(forecast(seed=seed), NOW)
    head = store.publish_head(date(2021, 3, 4), NOW)
    tamper_end = "DELETE FROM forecasts WHERE id = 4"
    if store.database.is_sqlite:
        with store.database.restructuring() as connection:
            connection.execute(text("DROP TRIGGER forecasts_no_delete"))
            connection.execute(text(tamper_end))
    else:
        tamper(store, tamper_end)
    report = store.verify_chain()
    assert (report.broken_id, report.rows) == (head.id, 3)


def test_a_chain_written_anew_differs_from_the_published_head(store):
    """Recomputing every hash after a change does not help the intruder."""
    for seed in range(3):
        store.issue(forecast(seed=seed), NOW)
    store.publish_head(date(2021, 3, 4), NOW)
    last = store.find_forecast(3)
    forged = row_hash(last.previous_hash, 3, NOW + DAY, last.forecast.canonical())
    shown = (NOW + DAY).replace(tzinfo=None).isoformat(" ") + (
        "" if store.database.is_sqlite else "+00"
    )
    tamper(store, f"UPDATE forecasts SET issued_at = '{shown}', row_hash = '{forged}' WHERE id = 3")
    report = store.verify_chain()
    assert report.broken_id == 3
    assert "published" in report.reason


def test_the_first_head_of_a_day_stays_and_covers_what_was_issued_by_then(store):
    """`/verify` leads from a forecast to the head that was published after it."""
    first_day, next_day = date(2021, 3, 4), date(2021, 3, 5)
    store.issue(forecast(seed=1), NOW)
    head = store.publish_head(first_day, NOW)
    store.issue(forecast(seed=2), NOW)
    assert store.publish_head(first_day, NOW + DAY) == head
    assert store.head_covering(1) == head
    assert store.head_covering(2) is None
    later = store.publish_head(next_day, NOW + DAY)
    assert (later.id, store.head_covering(2), store.head_covering(1)) == (2, later, head)
    assert store.daily_heads(5) == (later, head)


def test_the_walk_passes_more_rows_than_one_batch(store):
    """Batches join without a gap."""
    same = forecast()
    for day in range(520):
        store.issue(replace(same, data_digest=f"d{day}"), NOW)
    report = store.verify_chain()
    assert (report.rows, report.holds) == (520, True)


def test_a_walk_goes_on_where_an_earlier_one_ended(store):
    """From a published row on: what was changed behind it is found, before it only by a whole walk."""
    for seed in range(4):
        store.issue(forecast(seed=seed), NOW)
    store.publish_head(date(2021, 3, 4), NOW)
    store.issue(forecast(seed=9), NOW)
    start = store.last_published()
    steps: list[int] = []
    assert (start.id, start) == (4, store.chain(4, 4)[0])
    report = store.verify_chain(start, steps.append)
    assert (report.rows, report.holds, steps) == (5, True, [5])
    tamper(store, "UPDATE forecasts SET close = close + 1 WHERE id = 2")
    assert store.verify_chain(start).holds
    assert store.verify_chain().broken_id == 2
    tamper(store, "UPDATE forecasts SET close = close + 1 WHERE id = 5")
    assert store.verify_chain(start).broken_id == 5


def test_an_empty_ledger_has_no_published_row(store):
    """Before the first day's end there is nothing to go on from."""
    assert store.last_published() is None
