"""`python -m bot model`: operators see a ticker's models and take one back."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.__main__ import main
from storage.records.work import NewModel
from storage.store import open_store

NIGHT = datetime(2021, 3, 4, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def loggers_as_they_were():
    """The command sets up the log of its process, which is that of all other tests here."""
    root = logging.getLogger()
    talkative = [logging.getLogger(name) for name in ("aiohttp", "alembic", "apscheduler")]
    talkative += [logging.getLogger(name) for name in ("httpcore", "httpx")]
    talkative.append(logging.getLogger("telegram.ext.Application"))
    before = {logger: logger.level for logger in (root, *talkative)}
    handlers = list(root.handlers)
    yield
    for logger, level in before.items():
        logger.setLevel(level)
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)


@pytest.fixture
def address(tmp_path, monkeypatch):
    """A database of an installation, whose settings the command line reads."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'tickercast.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def promoted(address, *versions):
    """Let these models of TSLA have been promoted, night after night."""
    store = open_store(address)
    for number, version in enumerate(versions):
        night = NIGHT + timedelta(days=number)
        store.save_model(NewModel(version, "TSLA", b"onnx", "{}"), night)
        store.promote(version, "TSLA", night)
    store.close()


def serving(address):
    """Return the version that serves TSLA, None for the base."""
    store = open_store(address)
    found = store.champion("TSLA")
    store.close()
    return found.entry.version if found else None


def test_the_models_of_a_ticker_are_listed(address, capsys):
    """Newest first, each with its state; nothing is changed."""
    promoted(address, "first", "second")
    assert main(["model", "tsla"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "second champion made 2021-03-05 22:00 UTC",
        "first retired made 2021-03-04 22:00 UTC",
    ]
    assert serving(address) == "second"


def test_roll_back_lets_the_model_before_serve_and_then_the_base(address, capsys):
    """Each time one step; what was taken back does not come again."""
    promoted(address, "first", "second")
    assert main(["model", "TSLA", "--roll-back"]) == 0
    assert "second is taken back, first serves" in capsys.readouterr().out
    assert serving(address) == "first"
    assert main(["model", "TSLA", "--roll-back"]) == 0
    assert "first is taken back, the base serves" in capsys.readouterr().out
    assert serving(address) is None


def test_nothing_to_take_back_is_said(address, capsys):
    """Exit status 1: a script must not believe that something changed."""
    open_store(address).close()
    assert main(["model", "TSLA", "--roll-back"]) == 1
    assert "TSLA has no model of its own to take back" in capsys.readouterr().out
