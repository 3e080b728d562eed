"""`python -m bot ...`: what operators type, run as they run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.store import open_store
from tests.journeys.product import write_prices
from tests.storage.samples import NOW, forecast

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def run(*arguments, folder, **variables):
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("TELEGRAM_", "PRICE_", "DATA", "ADMIN", "REPLAY"))
    }
    environment |= {
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder / "data"),
        "PRICE_SOURCE": "sample",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_check_tells_each_thing_on_a_line(tmp_path):
    """Exit status 0 when all works: Docker's health check."""
    done = run("check", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("settings", "database", "model", "prices", "telegram"):
        assert f"ok   {name}:" in done.stdout


async def test_check_speaks_to_telegram(chat, tmp_path):
    """With a token, the bot's name is asked for."""
    import asyncio

    done = await asyncio.to_thread(
        run, "check", folder=tmp_path, TELEGRAM_BOT_TOKEN=chat.token, TELEGRAM_API_URL=chat.url
    )
    assert "ok   telegram: @tickercast_bot" in done.stdout


@pytest.mark.parametrize(
    ("variables", "failed"),
    [
        ({"PRICE_SOURCE": "files", "PRICE_FILES": "nowhere"}, "prices"),
        ({"DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:1/none"}, "database"),
        ({"TELEGRAM_BOT_TOKEN": "1:secret-token", "TELEGRAM_API_URL": "http://127.0.0.1:1"}, "telegram"),
    ],
)  # fmt: skip
def test_check_fails_by_name(tmp_path, variables, failed):
    """Exit status 1, the part that fails is named, and no secret is printed."""
    done = run("check", folder=tmp_path, **variables)
    assert done.returncode == 1, done.stdout
    assert f"FAIL {failed}:" in done.stdout
    assert "secret-token" not in done.stdout + done.stderr


def test_check_names_each_file_that_cannot_be_read_and_why(tmp_path):
    """The others answer; who runs the bot sees the file, the reason and exit status 1."""
    folder = write_prices(tmp_path / "prices", {"SPY": 474.96})
    (folder / "TSLA.csv").write_text(
        "Date,Open,High,Low,Close,Volume\n"
        + "".join(f"0{d}/04/2021,1,1,1,1,1\n" for d in (1, 2, 3))
    )
    done = run("check", folder=tmp_path, PRICE_SOURCE="files", PRICE_FILES=str(folder))
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert line.startswith("FAIL price file: ")
    assert "TSLA.csv" in line
    assert "ambiguous" in line
    assert "ok   prices: SPY from files" in done.stdout


def test_a_wrong_setting_is_told_before_anything_else(tmp_path):
    """Exit status 2 and the way out."""
    done = run(folder=tmp_path, PRICE_SOURCE="bloomberg")
    assert done.returncode == 2
    assert "choose from yahoo" in done.stderr


def test_copy_database_refuses_a_target_that_is_not_empty(tmp_path):
    """Nothing is mixed."""
    urls = [f"sqlite:///{tmp_path / name}.sqlite3" for name in ("a", "b")]
    for url in urls:
        open_store(url).close()
    assert run("copy-database", *urls, folder=tmp_path).returncode == 0

    store = open_store(urls[1])
    store.see_chat(1)
    store.close()
    done = run("copy-database", *urls, folder=tmp_path)
    assert done.returncode == 1
    assert "already holds" in done.stderr


def test_a_damaged_model_stops_the_start(tmp_path):
    """Never an untrained network: the start ends with a clear reason."""
    import shutil

    for room in ("bot", "forecasting", "storage"):
        shutil.copytree(ROOT / room, tmp_path / "copy" / room)
    model = tmp_path / "copy/forecasting/model/pretrained/model.onnx"
    model.write_bytes(model.read_bytes()[:-100] + b"x" * 100)
    prices = write_prices(tmp_path / "prices", {"TSLA": 100.0}, sessions=300)
    done = run(
        folder=tmp_path / "copy",
        PYTHONPATH=str(tmp_path / "copy"),
        TELEGRAM_BOT_TOKEN="1:abc",
        TELEGRAM_API_URL="http://127.0.0.1:1",
        PRICE_SOURCE="files",
        PRICE_FILES=str(prices),
    )
    assert done.returncode == 1, done.stderr
    assert "cannot-start" in done.stderr
    assert "model.onnx" in done.stderr


def test_verify_begins_where_the_last_walk_ended_and_all_at_the_first_row(tmp_path):
    """The second walk says what it did not look at again; `--all` looks at everything."""
    (tmp_path / "data").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'tickercast.sqlite3'}")
    for seed in range(3):
        store.issue(forecast(seed=seed), NOW)
    store.publish_head(NOW.date(), NOW)
    store.close()
    first, second, whole = (run("verify", *extra, folder=tmp_path) for extra in ([], [], ["--all"]))
    assert [done.returncode for done in (first, second, whole)] == [0, 0, 0]
    assert all("3 rows, head #F3" in done.stdout for done in (first, second, whole))
    assert ["up to #F3" in done.stdout for done in (first, second, whole)] == [False, True, False]


def test_verify_of_a_folder_without_a_database_says_so_and_makes_none(tmp_path):
    """In the wrong folder an empty ledger would be praised, and an empty file left behind."""
    done = run("verify", folder=tmp_path)
    assert done.returncode == 2
    assert "there is no such file" in done.stdout
    assert not list(tmp_path.rglob("*.sqlite3"))
