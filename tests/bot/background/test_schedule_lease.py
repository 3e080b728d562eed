"""Of several processes on one database one runs the schedule."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.background.schedule_lease import LASTS, ScheduleLease, surely_ended, this_process
from bot.clock import ReplayClock
from storage.records.work import Holder
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
    first, second = (
        ScheduleLease(store, Holder(f"host-{n}", "-", 1, str(n)), clock) for n in (1, 2)
    )
    assert first.renew() == ""
    for _ in range(3):
        assert second.renew() is None
    assert (first.held, second.held) == (True, False)
    assert caplog.text.count("another-instance-runs-the-schedule host=host-1 pid=1") == 1
    first.give_up()
    assert second.renew() == str(first.holder)
    assert second.held


def test_a_lease_that_is_not_renewed_is_lost(store, clock):
    """A process that hung for a minute does not go on with what another does by now."""
    first, second = (
        ScheduleLease(store, Holder(f"host-{n}", "-", 1, str(n)), clock) for n in (1, 2)
    )
    first.renew()
    clock.move_to(clock.now() + LASTS + timedelta(seconds=1))
    assert not first.held
    assert second.renew() == str(first.holder)
    assert first.renew() is None
    assert not first.held


def test_after_a_kill_the_next_process_of_the_host_need_not_wait(store, clock):
    """The holder's pid is gone: the lease is taken before it expires."""
    script = (
        "from dataclasses import asdict; import json;"
        "from bot.background.schedule_lease import this_process; print(json.dumps(asdict(this_process())))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    killed = Holder(**json.loads(run.stdout))
    ScheduleLease(store, killed, clock).renew()
    own = ScheduleLease(store, this_process(), clock)
    assert own.renew() == str(killed)
    assert own.held


def test_a_process_that_nobody_has_reaped_counts_as_ended():
    """It has a pid for as long as its parent does not look, and does nothing any more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert surely_ended(replace(this_process(), pid=child.pid))


def test_only_what_can_be_seen_from_here_is_called_ended():
    """A pid of another host or container says nothing."""
    here = this_process()
    assert not surely_ended(replace(here, host="elsewhere", pid=999_999))
    assert not surely_ended(replace(here, namespace="4026", pid=999_999))
    assert surely_ended(replace(here, nonce="other"))
    assert not surely_ended(replace(here, pid=1)) or here.pid == 1
