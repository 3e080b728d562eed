"""A source in a process of its own answers as it would here, and its end is no disaster."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from forecasting.errors import NoConnectionError, TooLittleHistoryError, UnknownTickerError
from forecasting.prices.files import FilesSource
from forecasting.prices.subprocess_source import SubprocessSource
from tests.forecasting.prices.market import NOW, make_bars
from tests.forecasting.prices.test_files import write_csv

CODE = (
    "import sys; from pathlib import Path; from forecasting.prices.subprocess_source import serve;"
    "from forecasting.prices.files import FilesSource; "
    "serve(FilesSource([Path(sys.argv[1])]))"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_csv(tmp_path, make_bars("ACME", n=100))
    return tmp_path


def aside(
    folder: Path, code: str = CODE.replace(" print('noise');", ""), **limits: float
) -> SubprocessSource:
    return SubprocessSource("files", (sys.executable, "-c", code, str(folder)), **limits)


def process_of(source: SubprocessSource) -> int:
    """Return the number of the process that has just answered."""
    assert source.pid is not None
    return source.pid


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended."""
    deadline = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


def test_answers_are_those_of_the_source_itself(folder: Path):
    """Prices, name and search pass through the pipe unchanged, and are read-only."""
    source = aside(folder)
    here = FilesSource([folder]).history("ACME", NOW)
    there = source.history("ACME", NOW, here)
    assert (there.digest(), there.source, there.currency) == (here.digest(), "files", "USD")
    assert not there.close.flags.writeable
    assert source.search("acm", NOW) == ("ACME",)
    assert source.name == "files"
    source.close()


def test_what_libraries_print_does_not_get_into_the_answers(folder: Path):
    """A library's chatter on standard output is no part of the conversation."""
    noisy = CODE.replace(
        "serve(", "FilesSource.search = lambda *_: (print('noise') or 'x',); serve("
    )
    source = aside(folder, noisy)
    assert source.search("acm", NOW) == ("x",)
    assert len(source.history("ACME", NOW)) == 100
    source.close()


def test_errors_come_back_with_their_facts(folder: Path):
    """Ticker, suggestions and counts of an error survive the way back, for words to tell of."""
    source = aside(folder)
    with pytest.raises(UnknownTickerError) as unknown:
        source.history("ACNE", NOW)
    assert (unknown.value.ticker, unknown.value.suggestions) == ("ACNE", ("ACME",))
    assert str(unknown.value) == "ACNE from files: unknown ticker"
    with pytest.raises(TooLittleHistoryError) as little:
        source.history("ACME", NOW - timedelta(days=9000))
    assert (little.value.needed, little.value.got) == (1, 0)
    source.close()


def test_killed_process_costs_one_question(folder: Path):
    """Whoever asks next gets 100 sessions from a new process."""
    source = aside(folder)
    source.history("ACME", NOW)
    os.kill(process_of(source), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while source.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(source.history("ACME", NOW)) == 100
    source.close()


def test_process_that_cannot_start_is_no_connection(folder: Path):
    """A broken installation looks like a source that is away, so that the next one is asked."""
    source = aside(folder, code="raise SystemExit('broken')")
    with pytest.raises(NoConnectionError):
        source.history("ACME", NOW)
    assert source.search("acm", NOW) == ()
    assert SubprocessSource("x", ("/nonexistent/python",)).search("a", NOW) == ()


def test_process_that_says_nothing_is_given_up(folder: Path):
    """After 0.3 seconds of silence the process is ended and the question fails."""
    source = aside(folder, code="import time; time.sleep(60)", limit_s=0.3)
    with pytest.raises(NoConnectionError):
        source.history("ACME", NOW)
    assert source.pid is None


def test_process_ends_when_nobody_asks_and_starts_again(folder: Path):
    """Memory of libraries is given back after a quiet while, at the cost of one start."""
    source = aside(folder, idle_s=0.2)
    source.history("ACME", NOW)
    wait_for_end(process_of(source))
    assert len(source.history("ACME", NOW)) == 100
    source.close()


def test_process_ends_with_its_parent_even_when_that_is_killed(folder: Path):
    """No orphan stays behind a bot that was ended by the system."""
    parent_code = (
        "import sys, time; from pathlib import Path;"
        "from tests.forecasting.prices.test_subprocess_source import aside, process_of, NOW;"
        "s = aside(Path(sys.argv[1])); s.history('ACME', NOW);"
        "print(process_of(s), flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", parent_code, str(folder)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    wait_for_end(child)


def test_concurrent_questions_do_not_mix(folder: Path):
    """Fifteen threads ask for three tickers at once, and each gets its own."""
    for ticker, n in (("BBB", 40), ("CCC", 60)):
        write_csv(folder, make_bars(ticker, n=n))
    source = aside(folder)
    lengths: list[tuple[str, int]] = []
    threads = [
        threading.Thread(target=lambda t=t: lengths.append((t, len(source.history(t, NOW)))))
        for t in ("ACME", "BBB", "CCC") * 5
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(lengths) == sorted([("ACME", 100), ("BBB", 40), ("CCC", 60)] * 5)
    assert np.all([n > 0 for _, n in lengths])
    source.close()


def _lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return _answers_signals(pid)
    return status.rpartition(")")[2].split()[0] != "Z"


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").exists()
