"""The archive: what is packed comes back, still verifies, and nothing else may be changed."""

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from bot.answers.verification import prove
from storage.errors import ConflictError, DamagedForecastError
from storage.packing import pack_results, pack_text, unpack_results, unpack_text
from storage.records.chats import ForecastMessage, Place
from storage.records.ledger import CorrectingRow, Resolution
from storage.tables import ledger
from tests.storage.samples import AS_OF, NOW, forecast, result, void

LATER = AS_OF + timedelta(days=200)


def settled(store, seed=0, ticker="TSLA"):
    """Issue a forecast and give all its days a result: one is void, one a miss."""
    issued = store.issue(replace(forecast(ticker, seed=seed), slice="eve"), NOW).id
    results = [result(issued, horizon, close=100 + horizon / 8) for horizon in range(1, 19)]
    store.resolve([*results, result(issued, 19, in_80=False), void(issued, 20)], NOW)
    return issued


def rows_of(store, table):
    with store.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_what_is_packed_comes_back():
    """The text byte for byte, other languages' letters too; of results the close exactly."""
    body = forecast(seed=4).canonical()
    assert unpack_text(pack_text(body)) == body
    assert len(pack_text(body)) < len(body) / 2
    given = [result(7, 1, close=101.37, pit=None, in_50=None, in_80=False), void(7, 20)]
    back = unpack_results(pack_results(given), 7)
    assert list(map(_exact, back)) == list(map(_exact, given))
    assert back[0].loss == pytest.approx(0.005, rel=1e-7)
    assert back[1].loss is back[0].pit is None
    assert unpack_text(pack_text(body)[:-9] + b"damaged!!") == ""


def test_damaged_results_are_told_by_their_forecast():
    """Cut, changed, empty, of another form: one error of this room, whatever the libraries raise."""
    packed = pack_results([result(7, 1), void(7, 20)])
    cut = packed[:1] + zlib.compress(zlib.decompress(packed[1:])[:40])
    empty = packed[:1] + zlib.compress(b"")
    for damaged in (b"", packed[:1], packed[:-3], cut, empty, b"?" + packed[1:]):
        with pytest.raises(DamagedForecastError, match="forecast 7"):
            unpack_results(damaged, 7)


def _exact(kept: Resolution) -> Resolution:
    """Leave out what is kept with seven digits."""
    alike = replace(kept, log_return=None, pit=None, abs_error=None, naive_abs_error=None)
    return replace(alike, loss=None, naive_loss=None)


def test_an_archived_forecast_answers_as_before(store):
    """Its text, its proof, its results, its place in the record, an export: all but bytes stay."""
    ids = [settled(store, seed) for seed in range(3)]
    place = Place(5)
    store.save_forecast_message(ForecastMessage(place, 9, ids[1], 42, NOW, 20))
    store.publish_head(AS_OF, NOW)
    asked = (
        store.find_forecast(ids[1]).forecast.canonical,
        lambda: [i.forecast.canonical() for i in store.forecasts_of("TSLA", 5)],
        lambda: [(r.horizon, r.status, r.close, r.in_80) for r in store.resolutions_for(ids[1])],
        lambda: store.count_results_of("m1", AS_OF, "TSLA", (1, 19, 20)),
        store.tallies,
        lambda: store.models_since("TSLA"),
        lambda: [s.forecast.canonical() for s in store.export_place(place).forecasts],
        lambda: prove(store, ids[1]).holds,
        lambda: store.latest_issued("TSLA", AS_OF, "m1", f"{1:016x}").id,
    )
    before = [ask() for ask in asked]
    assert store.archivable(LATER).forecasts == 3
    assert store.archivable(LATER).bytes_freed > 3 * 4000
    assert (store.archive(LATER, 2), store.archive(LATER, 2), store.archive(LATER, 2)) == (2, 1, 0)
    assert (rows_of(store, ledger.resolutions), rows_of(store, ledger.archive)) == (0, 3)
    assert [ask() for ask in asked] == before
    assert before[3] == 3 * 2
    report = store.verify_chain()
    assert (report.holds, report.rows) == (True, 3)
    assert store.issue(replace(forecast(seed=1), slice="eve"), NOW).new is False
    assert store.resolve([result(ids[0], 1)], NOW) == 0
    assert store.tallies() == before[4]


def test_what_may_still_change_is_left_alone(store):
    """A young forecast, and one that waits for a day's result, stay as they are."""
    settled(store)
    waiting = store.issue(forecast(seed=1), NOW).id
    store.resolve([result(waiting, horizon) for horizon in range(1, 20)], NOW)
    assert store.archive(AS_OF, 10) == 0
    assert store.archive(LATER, 10) == 1
    assert len(store.resolutions_for(waiting)) == 19


def test_a_corrected_result_counts_as_corrected_before_and_after(store):
    """Set right before it was archived, and once more long after."""
    issued = settled(store)
    store.correct([CorrectingRow("TSLA", void(issued, 1), 100.5, "price-corrected")], NOW)
    expected = store.tallies()
    store.archive(LATER, 10)
    assert store.resolutions_for(issued)[0].status == "void"
    assert store.count_results_of("m1", AS_OF, None, (1, 2)) == 1
    missed = replace(result(issued, 2), in_80=False)
    store.correct([CorrectingRow("TSLA", missed, 100.5, "price-corrected")], NOW)
    changed = {t.horizon: t.sums.in_80 for t in store.tallies()}
    assert changed == {t.horizon: t.sums.in_80 - (t.horizon == 2) for t in expected}


FORBIDDEN = (
    "UPDATE forecasts SET body = '' WHERE id = 2",
    "UPDATE forecasts SET body = '', close = 1 WHERE id = 1",
    "UPDATE forecasts SET body = '{}' WHERE id = 1",
    "DELETE FROM forecasts WHERE id = 1",
    "DELETE FROM resolutions WHERE forecast_id = 2",
    "UPDATE resolutions SET close = 1 WHERE forecast_id = 2",
    "UPDATE archive SET slice = ''",
    "DELETE FROM archive",
)


def test_only_what_is_archived_may_be_emptied(store):
    """The database itself refuses the rest, of an archived row and of one that is not."""
    settled(store)
    store.archive(LATER, 10)
    settled(store, 1)
    for statement in FORBIDDEN:
        with pytest.raises(ConflictError), store.database.writing() as writer:
            writer.execute(text(statement))


def test_a_changed_archive_breaks_the_chain_where_it_was_changed(store):
    """By a word, or by bytes that are no text any more."""
    for seed in range(3):
        settled(store, seed)
    store.archive(LATER, 10)
    other = pack_text(forecast(seed=9).canonical())
    for number, bytes_ in ((3, other), (2, b"\x01damaged")):
        _tamper(store, number, bytes_)
        assert store.verify_chain().broken_id == number


def _tamper(store, number, body):
    with store.database.writing() as connection:
        if store.database.is_sqlite:
            connection.execute(text("DROP TRIGGER IF EXISTS archive_no_update"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        changed = ledger.archive.update().where(ledger.archive.c.forecast_id == number)
        connection.execute(changed.values(body=body))
