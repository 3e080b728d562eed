"""Models: one champion a ticker, promoted and rolled back whole, bytes checked."""

import pytest
from sqlalchemy import text

from storage.errors import ConflictError, DamagedModelError, UnknownModelError
from storage.records.work import ModelEntry, NewModel
from tests.storage.samples import DAY, NOW


def save(store, version, ticker="TSLA", now=NOW):
    store.save_model(
        NewModel(version, ticker, b"\x00onnx " + version.encode(), '{"s": 1}', b"keras"), now
    )


def promote(store, version, ticker="TSLA", now=NOW):
    save(store, version, ticker, now)
    return store.promote(version, ticker, now)


def test_a_saved_model_is_a_candidate_and_does_not_serve(store):
    """Only promotion changes what serves."""
    save(store, "v1")
    assert store.champion("TSLA") is None
    entry = ModelEntry("v1", "TSLA", "candidate", '{"s": 1}', NOW, None)
    assert store.models_of("TSLA") == (entry,)
    assert store.models_of("AAPL") == ()


def test_a_champion_serves_the_bytes_that_were_saved(store):
    """The exported network and the archive that training goes on from."""
    promote(store, "v1")
    found = store.champion("TSLA")
    assert (found.onnx, found.keras) == (b"\x00onnx v1", b"keras")
    assert (found.entry.created_at, found.entry.promoted_at) == (NOW, NOW)


def test_promotion_retires_the_champion_before_and_keeps_it(store):
    """The old one stays for the way back."""
    assert promote(store, "v1") is None
    assert promote(store, "v2", now=NOW + DAY) == "v1"
    assert store.champion("TSLA").entry.version == "v2"
    states = {entry.version: entry.status for entry in store.models_of("TSLA")}
    assert states == {"v2": "champion", "v1": "retired"}


def test_each_ticker_has_a_champion_of_its_own_beside_the_base(store):
    """The base's ticker is empty."""
    promote(store, "v1", "")
    promote(store, "v1", "TSLA")
    assert [(e.ticker, e.version) for e in store.champions()] == [("", "v1"), ("TSLA", "v1")]
    assert store.champion("").entry.ticker == ""
    assert store.champion("AAPL") is None


def test_promoting_what_is_not_kept_changes_nothing(store):
    """The champion stays when the promotion fails."""
    promote(store, "v1")
    with pytest.raises(UnknownModelError):
        store.promote("v9", "TSLA", NOW)
    assert store.champion("TSLA").entry.version == "v1"


def test_rolling_back_goes_to_the_one_before_and_then_to_the_base(store):
    """Each step rejects what served; after the last nothing serves for the ticker."""
    for day, version in enumerate(["v1", "v2", "v3"]):
        promote(store, version, now=NOW + day * DAY)
    assert store.rollback("TSLA", NOW + 3 * DAY) == "v2"
    assert store.champion("TSLA").entry.version == "v2"
    assert {e.version: e.status for e in store.models_of("TSLA")}["v3"] == "rejected"
    assert store.rollback("TSLA", NOW + 4 * DAY) == "v1"
    assert store.rollback("TSLA", NOW + 5 * DAY) is None
    assert store.champion("TSLA") is None


def test_a_version_that_served_is_never_overwritten(store):
    """What a forecast names as its model stays what it was."""
    promote(store, "v1")
    with pytest.raises(ConflictError):
        save(store, "v1")
    promote(store, "v2")
    with pytest.raises(ConflictError):
        save(store, "v1")
    save(store, "v3")
    save(store, "v3")


def test_what_was_rejected_or_never_served_does_not_serve_by_rolling_back(store):
    """Only what was retired by a better one can serve again."""
    promote(store, "v1")
    assert store.rollback("TSLA", NOW) is None
    save(store, "v2")
    promote(store, "v3")
    assert store.rollback("TSLA", NOW) is None
    assert store.champion("TSLA") is None


def test_damaged_bytes_are_refused(store):
    """A model that is not what was saved must not serve."""
    promote(store, "v1")
    with store.database.writing() as connection:
        connection.execute(text("UPDATE models SET onnx = keras"))
    with pytest.raises(DamagedModelError):
        store.champion("TSLA")


def test_pruning_keeps_champions_candidates_and_the_newest_retired(store):
    """A year of nights does not fill the disk."""
    for day in range(5):
        promote(store, f"v{day}", now=NOW + day * DAY)
        promote(store, f"a{day}", "AAPL", now=NOW + day * DAY)
    save(store, "next")
    promote(store, "bad", "MSFT")
    store.rollback("MSFT", NOW)
    assert store.prune_models(keep=2) == 2 * 2 + 1
    assert store.models_of("MSFT") == ()
    kept = {entry.version for entry in store.models_of("TSLA")}
    assert kept == {"v4", "v3", "v2", "next"}
    assert store.prune_models(keep=2) == 0


def test_what_serves_is_told_by_ticker_and_the_base_under_no_name(store):
    """Versions alone, so that it can be asked every minute; candidates serve nobody."""
    promote(store, "v1")
    promote(store, "v2", now=NOW + DAY)
    promote(store, "base-2", "")
    save(store, "v1", "AAPL")
    assert store.serving() == {"TSLA": "v2", "": "base-2"}
    store.rollback("", NOW)
    assert store.serving() == {"TSLA": "v2"}
