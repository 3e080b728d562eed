"""Moving between databases: nothing is lost, nothing is overwritten."""

import pytest
from sqlalchemy import func, select, text

from storage.copying import copy_database
from storage.errors import CopyMismatchError, DatabaseUnreachableError, NotEmptyError
from storage.metadata import metadata
from storage.records.chats import Place
from storage.store import open_store
from tests.storage.samples import DAY, NOW, forecast
from tests.storage.samples import everything as fill

PLACE = Place(-1001234567890, 7)


@pytest.fixture
def source_url(tmp_path):
    url = f"sqlite:///{tmp_path / 'source.db'}"
    store = open_store(url)
    fill(store)
    store.close()
    return url


def champion(store):
    return store.champion("TSLA").onnx


def price_digest(store):
    return store.load_bars("yahoo", "TSLA").bars.digest()


def counts(store):
    with store.database.reading() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_the_sample_touches_every_table(source_url):
    """Otherwise a table without rows would pass every test of copying."""
    store = open_store(source_url)
    assert [name for name, count in counts(store).items() if count == 0] == []
    store.close()


def test_every_row_arrives_and_the_chain_still_holds(source_url, empty_url):
    """SQLite to SQLite and SQLite to PostgreSQL, from an empty database without tables."""
    report = copy_database(source_url, empty_url)
    old, new = open_store(source_url), open_store(empty_url)
    assert counts(new) == counts(old) == dict(report.rows)
    assert report.chain.holds
    assert report.chain.rows == 4
    assert new.settings(PLACE) == old.settings(PLACE)
    assert new.head() == old.head()
    assert champion(new) == champion(old)
    assert price_digest(new) == price_digest(old)
    old.close()
    new.close()


def test_the_way_back_arrives_too(source_url, empty_url, tmp_path):
    """From PostgreSQL to SQLite."""
    copy_database(source_url, empty_url)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert copy_database(empty_url, back).rows == copy_database(source_url, f"{back}2").rows


def test_the_copy_counts_on_after_the_copied_ids(source_url, empty_url):
    """The first new row after a move does not collide with a copied one."""
    copy_database(source_url, empty_url)
    store = open_store(empty_url)
    assert store.subscribe(PLACE, ["NEW1", "NEW2"], 5, NOW) == ("NEW1", "NEW2")
    issued = store.issue(forecast("NEW1", seed=77), NOW + DAY)
    assert issued.id == 5
    assert store.verify_chain().holds
    store.close()


def test_a_target_with_rows_is_refused_and_unchanged(source_url, empty_url):
    """A copy never mixes with what is there."""
    store = open_store(empty_url)
    store.see_chat(5)
    before = counts(store)
    with pytest.raises(NotEmptyError) as caught:
        copy_database(source_url, empty_url)
    assert (caught.value.table, caught.value.rows) == ("chats", 1)
    assert counts(store) == before
    store.close()


def test_a_copy_that_reads_back_otherwise_is_undone(source_url, empty_url):
    """A target that changes what it is given is left empty."""
    store = open_store(empty_url)
    with store.database.writing() as connection:
        if store.database.is_sqlite:
            connection.execute(
                text(
                    "CREATE TRIGGER alter_notes AFTER INSERT ON notes BEGIN "
                    "UPDATE notes SET value = 'other'; END"
                )
            )
        else:
            connection.execute(
                text(
                    "CREATE FUNCTION alter_notes() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN NEW.value := 'other'; RETURN NEW; END $$"
                )
            )
            connection.execute(
                text(
                    "CREATE TRIGGER alter_notes BEFORE INSERT ON notes "
                    "FOR EACH ROW EXECUTE FUNCTION alter_notes()"
                )
            )
    with pytest.raises(CopyMismatchError):
        copy_database(source_url, empty_url)
    assert set(counts(store).values()) == {0}
    store.close()


def test_a_source_that_does_not_exist_is_not_made(tmp_path, empty_url):
    """A mistyped path is an error, not a new empty database."""
    missing = tmp_path / "no-such.db"
    with pytest.raises(DatabaseUnreachableError):
        copy_database(f"sqlite:///{missing}", empty_url)
    assert not missing.exists()
