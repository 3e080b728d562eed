"""The proof of a forecast, and the command that walks the whole chain, on an honest and a tampered
ledger."""

import sqlite3

import pytest

from bot.answers.verification import heads, prove
from bot.cli.verify import verify
from bot.errors import ForecastGoneError, UsageError
from bot.settings import Settings
from bot.telegram.commands.verification import read_forecast_id
from bot.words.language import load_words
from bot.words.verification import chain_text, heads_text, proof_text
from storage.store import open_store
from tests.bot.markets import after_close, plain_forecast, walk

WORDS = load_words()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.db"


@pytest.fixture
def store(path):
    opened = open_store(f"sqlite:///{path}")
    bars = walk()
    for row in range(300, 310):
        opened.issue(plain_forecast(bars, row), after_close(bars, row))
    yield opened
    opened.close()


def tamper(path, statement):
    with sqlite3.connect(path) as database:
        for (trigger,) in database.execute("select name from sqlite_master where type='trigger'"):
            database.execute(f"drop trigger {trigger}")
        database.execute(statement)


def test_an_honest_row_is_proven_up_to_the_newest_and_then_to_the_published_head(store):
    """Until the day's head is published the chain leads to the newest row."""
    proof = prove(store, 4)
    assert proof.holds
    assert (proof.links, proof.end.id, proof.published) == (7, 10, None)
    assert "not published" in proof_text(WORDS, proof)
    head = store.publish_head(proof.issued.issued_at.date(), proof.issued.issued_at)
    assert head is not None
    proof = prove(store, 4)
    assert proof.published == head
    assert head.row_hash in proof_text(WORDS, proof)
    assert head.row_hash in heads_text(WORDS, heads(store))


@pytest.mark.parametrize(
    "statement",
    [
        "update forecasts set body = replace(body, '\"walk-1\"', '\"walk-2\"') where id = 4",
        "update forecasts set issued_at = datetime(issued_at, '-1 day') where id = 4",
        "update forecasts set row_hash = previous_hash where id = 7",
    ],
)
def test_a_changed_row_is_found_out(store, path, statement):
    """What was forecast, when, and what follows it: none can be changed unseen."""
    tamper(path, statement)
    proof = prove(store, 4)
    assert not proof.holds
    assert "❌" in proof_text(WORDS, proof)


def test_a_number_that_was_never_given_is_told(store):
    """No proof is invented for a forecast that does not exist."""
    with pytest.raises(ForecastGoneError):
        prove(store, 11)


@pytest.mark.parametrize("text", ["12", "F12", "#F12", "#f12", "#12"])
def test_a_number_is_read_as_captions_write_it(text):
    """People copy it from the caption."""
    assert read_forecast_id(text) == 12


@pytest.mark.parametrize("text", ["", "TSLA", "-1", "1.5", "9" * 30])
def test_other_words_are_no_number(text):
    """They get a sentence with an example."""
    with pytest.raises(UsageError):
        read_forecast_id(text)


def settings_of(path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite:///{path}")


def test_the_command_holds_on_an_honest_ledger(store, path, capsys):
    """Exit status 0, with the head to compare."""
    assert verify(settings_of(path)) == 0
    head = store.head()
    assert head is not None
    assert head.row_hash in capsys.readouterr().out


def test_the_command_fails_on_a_broken_chain(store, path, capsys):
    """Exit status 1, with the row."""
    tamper(path, "delete from pending_resolutions")
    tamper(path, "update forecasts set close = close * 1.01 where id = 6")
    assert verify(settings_of(path)) == 1
    assert "#F6" in capsys.readouterr().out


def test_an_empty_ledger_holds(path, capsys):
    """A new installation is not told that its chain is broken."""
    open_store(f"sqlite:///{path}").close()
    assert verify(settings_of(path)) == 0
    assert capsys.readouterr().out == "The ledger is empty.\n"


def test_a_database_that_cannot_be_opened_is_neither(tmp_path, capsys):
    """Not knowing is not the same as broken."""
    (tmp_path / "plain").write_text("no database at all, only words " * 200)
    assert verify(settings_of(tmp_path / "plain")) == 2


def test_the_words_of_a_break_name_the_row(store, path):
    """The operator learns where to look."""
    tamper(path, "update forecasts set row_hash = previous_hash where id = 7")
    assert "#F7" in chain_text(WORDS, store.verify_chain())
