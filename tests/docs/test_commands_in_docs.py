"""Each command that README and docs name works as it stands there, or is listed with a reason."""

import asyncio
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.records.work import NewModel
from storage.store import open_store
from tests.journeys.product import write_prices

ROOT = Path(__file__).parents[2]
PROGRAMS = (
    *("python", "make", "sqlite3", "createdb", "pg_dump", "docker", "uv", "pip"),
    *("git", "psql", "curl"),
)
OWN = ".venv/bin/python"
"""The Python that `make run` sets up: a bare machine has no other with these libraries."""
IS_COMMAND = re.compile(rf"^([A-Z_]+=\S+ +)*({'|'.join(PROGRAMS)})( |$)")

IN_SECONDS = (
    "python -m bot verify",
    "python -m bot verify --all",
    "python -m bot rebuild-tallies",
    "python -m bot prune --dry-run",
    "python -m bot prune --shrink",
    "python -m bot model TSLA",
    "python -m bot model TSLA --roll-back",
    "python -m bot model --base",
    "python -m bot model --base --roll-back",
)
LONGER = (
    "python -m bot check",
    "python -m bot job resolve",
    "python -m bot job digest",
    "python -m bot job recap",
    "python -m bot job digest --now 2021-12-15T08:00:00Z",
    "python -m forecasting predict TSLA --chart t.png --json t.json",
    "python -m forecasting predict TSLA --chart out.png",
)
"""These load the model, pandas or the bot: some seconds each."""
BACK_UPS = ("sqlite3 'file:data/tickercast.sqlite3?mode=rw' \"VACUUM INTO 'backup.sqlite3'\"",)
OWN_BACK_UP = ("python -m bot backup backup.sqlite3", "python -m bot restore backup.sqlite3")
_COPY = "python -m bot copy-database sqlite:///data/tickercast.sqlite3 postgresql+psycopg://"
COPIES = (_COPY + "user:password@host/tickercast", _COPY + "…")
MINUTES = "takes minutes; tests/forecasting/test_commands.py runs it on little"
SERVER = "needs a server of PostgreSQL; tests/storage/ runs one where it is installed"
DOCKER = "needs Docker; tests/docs/test_deployment.py reads its files"
BENCHMARK = "measures for minutes"
NOT_RUN = {
    "python -m benchmarks replicas": BENCHMARK,
    "python -m benchmarks broadcast --chats 900 --paid 100": BENCHMARK,
    "SIZES=S,M,L python -m benchmarks memory": BENCHMARK,
    "python -m benchmarks.near_words": "renews a list that is shipped; needs the package of names",
    "python -m bot health": "asks a running bot; tests/journeys/test_health.py has one",
    "python -m bot job refit": "fits a network; tests/bot/background/nightly/test_refitting.py does so",
    "python -m bot job retrain": "trains; tests/bot/background/nightly/test_retraining.py does so",
    "python -m forecasting pretrain": MINUTES,
    "python -m forecasting pretrain --prices PATH... --announcements PATH --out DIR": MINUTES,
    "python -m forecasting evaluate": MINUTES,
    "python -m forecasting evaluate --prices PATH... --quick": MINUTES,
    "python -m forecasting evaluate --prices PATH... --announcements PATH --every 5": MINUTES,
    "python -m forecasting evaluate --prices PATH... --ranking": MINUTES,
    "python -m forecasting evaluate --prices PATH... --announcements PATH --every 5 --slices": MINUTES,
    "python -m forecasting evaluate --prices PATH... --announcements PATH --chances": MINUTES,
    "python -m forecasting evaluate --prices PATH... --announcements PATH --baskets": MINUTES,
    "python -m forecasting evaluate --prices PATH... --announcements PATH --ranking": MINUTES,
    "python -m forecasting evaluate --prices PATH... --announcements PATH --every 5 --light": MINUTES,
    "python -m forecasting tune --trials 12 --cases 60000": MINUTES,
    "python -m tests.forecasting.golden": "writes the golden forecast that is kept",
    "python -m forecasting predict": "is named without its ticker",
    "python -m forecasting calendars": "asks the newest exchange_calendars",
    "python -m forecasting names": "writes the table of names that is shipped",
    "pip install -U exchange_calendars": "asks a package index",
    "python -m forecasting.calendars": "writes the table of calendars that is shipped",
    "python -m forecasting.prices.yahoo_process": "is talked to by the bot; tests/forecasting/prices/test_build.py runs it",
    "python -m benchmarks process": BENCHMARK,
    "SESSIONS=250 TICKERS=40 python -m benchmarks keeping": BENCHMARK,
    "SIZES=S,L python -m benchmarks growth": BENCHMARK,
    "python -m benchmarks structure": BENCHMARK,
    "python -m benchmarks.structure --list": BENCHMARK,
    "python -m benchmarks throughput": BENCHMARK,
    "python -m benchmarks faults": BENCHMARK,
    "python -m benchmarks cuts": BENCHMARK,
    "python -m benchmarks inbox": BENCHMARK,
    "python -m benchmarks league": BENCHMARK,
    "python -m benchmarks hostile --minutes 20 --seed 1": BENCHMARK,
    "python -m benchmarks.replay --train --prices PATH...": BENCHMARK,
    "python -m benchmarks.localchat": BENCHMARK,
    "python -m benchmarks.broadcast": BENCHMARK,
    "python -m benchmarks.retraining": BENCHMARK,
    "docker compose up -d": DOCKER,
    "docker compose -f compose.yaml -f compose.postgres.yaml up -d": DOCKER,
    "docker compose -f compose.yaml -f compose.webhook.yaml up -d": DOCKER,
    "docker compose -f compose.yaml -f compose.dask.yaml up -d": DOCKER,
    "docker compose stop bot": DOCKER,
    "docker compose build": DOCKER,
    "docker compose exec bot python -m bot check": DOCKER,
    "docker compose exec bot python -m bot backup /data/backup.sqlite3": DOCKER,
    "docker compose cp bot:/data/backup.sqlite3 .": DOCKER,
    "docker compose up": DOCKER,
    "git pull": "asks where the checkout came from",
    "psql": SERVER,
    "python -m bot copy-database": "is named without its addresses",
    "createdb tickercast": SERVER,
    "pg_dump": SERVER,
    "DATABASE_URL=postgresql+psycopg://user:password@host/tickercast python -m bot": SERVER,
    "uv pip compile": "asks a package index",
    "uv pip compile --universal": "asks a package index",
    "pip freeze": "is named as what is not used",
}


def commands_in(text):
    """Return the commands of a page: lines of its shell blocks, and pieces of its sentences."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`]+)`", prose)
    found = [" ".join(line.split("  #")[0].split()).replace(OWN, "python") for line in lines]
    return [command for command in found if IS_COMMAND.match(command)]


def documented():
    """Return all commands of README and docs."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return {command for page in pages for command in commands_in(page.read_text())}


def made_by_make(command):
    """Return whether it is a target of the Makefile, with or without settings before it."""
    return "make" in command.split()


MAKE = tuple(sorted(filter(made_by_make, documented())))


@pytest.fixture
def installation(tmp_path):
    """A folder with a database, prices, a model of TSLA's own and one of all tickers."""
    write_prices(tmp_path / "prices", {"TSLA": 1056.78, "SPY": 474.96}, sessions=400)
    (tmp_path / "data").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'tickercast.sqlite3'}")
    night = datetime(2021, 3, 4, tzinfo=UTC)
    for ticker in ("TSLA", ""):
        store.save_model(NewModel("v1", ticker, b"onnx", "{}"), night)
        store.promote("v1", ticker, night)
    store.save_note("here", "yes")
    store.close()
    return tmp_path


def run(command, folder, **variables):
    """Run a command of the docs as an operator would, in a folder of its own."""
    words = shlex.split(command)
    hidden = ("TELEGRAM_", "PRICE_", "DATA", "ADMIN", "REPLAY")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    own = {"PYTHONPATH": str(ROOT), "PRICE_SOURCE": "files", "PRICE_FILES": str(folder / "prices")}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        own[name] = value
    program = sys.executable if words[0] == "python" else words[0]
    return subprocess.run(
        [program, *words[1:]],
        cwd=folder,
        env=kept | own | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_command_in_the_docs_is_run_or_has_a_reason_why_not():
    """A new command in the docs makes this fail until it is put into one of the lists."""
    known = {*IN_SECONDS, *LONGER, *BACK_UPS, *OWN_BACK_UP, *COPIES, *NOT_RUN, *MAKE}
    assert documented() == known


@pytest.mark.parametrize("command", IN_SECONDS)
def test_a_command_works_as_it_stands_in_the_docs(installation, command):
    """Copied from the page into a terminal it ends well."""
    done = run(command, installation)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", LONGER)
async def test_a_longer_command_works_as_it_stands_in_the_docs(installation, command, chat):
    """With a token and prices, as the page supposes; pictures and files are there afterwards."""
    settings = {"TELEGRAM_BOT_TOKEN": chat.token, "TELEGRAM_API_URL": chat.url}
    done = await asyncio.to_thread(run, command, installation, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in re.findall(r"\S+\.(?:png|json)", command):
        assert (installation / name).stat().st_size > 1000


@pytest.mark.parametrize("command", BACK_UPS)
def test_the_back_up_has_all_that_the_database_has(installation, command, monkeypatch):
    """The file that it names is the product's own; a wrong name is an error, not an empty copy."""
    program, address, statement = shlex.split(command)
    assert program == "sqlite3"
    monkeypatch.chdir(installation)
    with sqlite3.connect(address, uri=True) as connection:
        connection.execute(statement)
    connection.close()
    store = open_store(f"sqlite:///{installation / 'backup.sqlite3'}")
    assert store.load_note("here") == "yes"
    store.close()
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(address.replace("tickercast", "elsewhere"), uri=True)


@pytest.mark.slow
def test_a_backup_is_made_and_restored_as_the_docs_say(installation):
    """Into a new folder of the installation, whose notes are then there."""
    make, bring_back = OWN_BACK_UP
    assert run(make, installation).returncode == 0
    done = run(bring_back, installation, DATA_DIR="anew")
    assert done.returncode == 0, done.stdout + done.stderr
    store = open_store(f"sqlite:///{installation / 'anew' / 'tickercast.sqlite3'}")
    assert store.load_note("here") == "yes"
    store.close()
    assert run(make, installation).returncode == 1


@pytest.mark.parametrize("command", COPIES)
def test_a_database_is_copied_as_the_docs_say(installation, command):
    """A second SQLite file stands in for the server that is not here."""
    target = f"sqlite:///{installation / 'copy.sqlite3'}"
    done = run(re.sub(r"postgresql\S+", target, command), installation)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", MAKE)
def test_make_knows_what_the_docs_ask_of_it(command):
    """Each target is there; a dry run, since most of them take minutes."""
    words = shlex.split(command)
    at = words.index("make")
    done = subprocess.run(
        ["make", "-n", *words[at + 1 :]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_readme_runs_as_written_on_a_bare_machine():
    """It names the Python that make sets up: one from elsewhere lacks the libraries."""
    text = (ROOT / "README.md").read_text().replace(OWN, "")
    assert re.findall(r"(?m)(?:^|`)python3? .*", text) == []


@pytest.fixture
def set_up(tmp_path):
    """A folder that make takes for an environment that is set up: the Python of this test."""
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    for stamp in (".installed", ".bot-installed"):
        (tmp_path / stamp).touch()
    return tmp_path


def make(*words):
    """Run make in the project's folder, offline as far as settings go."""
    hidden = ("PRICE_", "DATA", "MAKE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    return subprocess.run(
        ["make", *words], cwd=ROOT, env=kept, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_forecast_needs_no_network(set_up, tmp_path):
    """As the README says: in the terminal, and as a picture."""
    chart = tmp_path / "t.png"
    done = make("predict", "TICKER=GOOG", f"CHART={chart}", f"VENV={set_up}")
    assert done.returncode == 0, done.stderr
    assert "GOOG  close" in done.stdout
    assert "prices from sample" in done.stdout
    assert "lstm-200412" in done.stdout
    assert chart.stat().st_size > 1000


def test_make_says_what_it_installs_and_how_large_it_is(tmp_path):
    """Before the first silent second; and the bot alone needs no TensorFlow."""
    for target, said in (("run", "650 MB"), ("train-setup", "2.7 GB"), ("test", "2.7 GB")):
        planned = make("-n", target, f"VENV={tmp_path / 'none'}").stdout
        assert said in planned
        assert planned.index(said) < planned.index("pip install")
    locked = (ROOT / "requirements-bot.lock").read_text()
    assert not re.search(r"(?m)^(tensorflow|keras|scipy|torch)", locked)
