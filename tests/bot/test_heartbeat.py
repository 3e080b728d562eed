"""The sign of life: fresh, standing still, deaf, or gone."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from bot.heartbeat import Heartbeat, Signs

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def pulse_of(heart):
    return heart.read()


def test_a_living_process_that_hears_has_no_trouble(tmp_path):
    """Written and read back."""
    heart = Heartbeat(tmp_path)
    heart.beat(Signs().pulse(NOW, NOW - 5 * SECOND))
    pulse = pulse_of(heart)
    assert pulse.heard_at == NOW - 5 * SECOND
    assert pulse.trouble(NOW + 44 * SECOND) == ""


def test_deaf_and_standing_still_are_told_apart(tmp_path):
    """After 90 s and after 45 s: a beat is due every ten."""
    heart = Heartbeat(tmp_path)
    heart.beat(Signs().pulse(NOW, NOW - 91 * SECOND))
    assert "heard nothing for 91 s" in pulse_of(heart).trouble(NOW)
    heart.beat(Signs().pulse(NOW, NOW))
    assert "stood still for 46 s" in pulse_of(heart).trouble(NOW + 46 * SECOND)


def test_without_a_running_process_there_is_no_pulse(tmp_path):
    """Never started, ended cleanly, killed, or a file that is none."""
    heart = Heartbeat(tmp_path)
    assert heart.read() is None
    heart.beat(Signs().pulse(NOW, NOW))
    heart.end()
    assert heart.read() is None
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    at = NOW.isoformat()
    (tmp_path / "heartbeat.json").write_text(json.dumps({"pid": ended.pid, "at": at, "heard": at}))
    assert heart.read() is None
    (tmp_path / "heartbeat.json").write_text("{")
    assert heart.read() is None


def test_a_hung_schedule_is_trouble_and_one_that_another_process_runs_is_not(tmp_path):
    """The lease is asked for every 10 s, a tick begins every minute; a stand-by has no ticks."""
    heart, signs = Heartbeat(tmp_path), Signs()
    signs.asked_for_schedule(NOW, held=True)
    signs.ticks(NOW)
    heart.beat(signs.pulse(NOW + 89 * SECOND, NOW + 89 * SECOND))
    assert pulse_of(heart).trouble(NOW + 89 * SECOND) == ""
    late = NOW + 91 * SECOND
    assert "not asked for the schedule for 91 s" in signs.pulse(late, late).trouble(late)
    late = NOW + 181 * SECOND
    signs.asked_for_schedule(late, held=True)
    assert "begun no tick for 181 s" in signs.pulse(late, late).trouble(late)
    signs.asked_for_schedule(late, held=False)
    assert signs.pulse(late, late).trouble(late) == ""


def test_the_sign_goes_on_where_no_second_file_can_be_written(tmp_path):
    """As on a full disk: the new sign takes the old one's place, and nothing of it stays behind."""
    heart = Heartbeat(tmp_path)
    heart.beat(Signs(lease_at=NOW, tick_at=NOW).pulse(NOW, NOW))
    (tmp_path / "heartbeat.new").mkdir()
    heart.beat(Signs().pulse(NOW + 60 * SECOND, NOW + 60 * SECOND))
    pulse = pulse_of(heart)
    assert (pulse.beaten_at, pulse.lease_at) == (NOW + 60 * SECOND, None)
