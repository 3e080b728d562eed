"""Of several processes on one database one runs the schedule."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.background.schedule_lease import LASTS, ScheduleLease, process_name, surely_ended
from bot.clock import ReplayClock
from storage.store import open_store


@pytest.fixture
def store(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return ReplayClock(datetime(2021, 12, 15, tzinfo=UTC))


def test_the_second_waits_until_the_first_gives_up(store, clock, caplog):
    """It says once who holds the schedule, and takes over at once when that one ends cleanly."""
    first, second = (ScheduleLease(store, f"host-{n}/-/1/{n}", clock) for n in (1, 2))
    assert first.renew() == ""
    for _ in range(3):
        assert second.renew() is None
    assert (first.held, second.held) == (True, False)
    assert caplog.text.count("another-instance-runs-the-schedule host=host-1 pid=1") == 1
    first.give_up()
    assert second.renew() == first.holder
    assert second.held


def test_a_lease_that_is_not_renewed_is_lost(store, clock):
    """A process that hung for a minute does not go on with what another does by now."""
    first, second = (ScheduleLease(store, f"host-{n}/-/1/{n}", clock) for n in (1, 2))
    first.renew()
    clock.move_to(clock.now() + LASTS + timedelta(seconds=1))
    assert not first.held
    assert second.renew() == first.holder
    assert first.renew() is None
    assert not first.held


def test_after_a_kill_the_next_process_of_the_host_need_not_wait(store, clock):
    """The holder's pid is gone: the lease is taken before it expires."""
    script = "from bot.background.schedule_lease import process_name; print(process_name())"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    killed = run.stdout.strip()
    ScheduleLease(store, killed, clock).renew()
    own = ScheduleLease(store, process_name(), clock)
    assert own.renew() == killed
    assert own.held


def test_only_what_can_be_seen_from_here_is_called_ended():
    """A pid of another host or container says nothing."""
    host, space, pid, nonce = process_name().split("/")
    assert not surely_ended(f"elsewhere/{space}/999999/{nonce}")
    assert not surely_ended(f"{host}/4026/999999/{nonce}")
    assert not surely_ended("nonsense")
    assert surely_ended(f"{host}/{space}/{pid}/other")
    assert not surely_ended(f"{host}/{space}/1/{nonce}") or pid == "1"
