"""A sign of life of the running process, for those who look at it from outside."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

STALE_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a process said of itself.

    Attributes:
        pid: Its number.
        beaten_at: When its event loop last ran, aware.
        heard_at: When it last heard from Telegram, aware.
    """

    pid: int
    beaten_at: datetime
    heard_at: datetime

    def trouble(self, now: datetime) -> str:
        """Return what is wrong with the process, empty where nothing is."""
        if now - self.beaten_at > STALE_AFTER:
            return f"process {self.pid} has stood still for {_seconds(now - self.beaten_at)} s"
        if now - self.heard_at > STALE_AFTER:
            return f"process {self.pid} has heard nothing for {_seconds(now - self.heard_at)} s"
        return ""


class Heartbeat:
    """The file in which the process says that it lives."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "heartbeat.json"

    def beat(self, now: datetime, heard_at: datetime) -> None:
        """Say that this process lives, and when it last heard from Telegram."""
        data = {"pid": os.getpid(), "at": now.isoformat(), "heard": heard_at.isoformat()}
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(data))
        beside.replace(self._path)

    def end(self) -> None:
        """Say nothing more: the process ends as it was asked to."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def read(self) -> Pulse | None:
        """Return the last sign of a process that has not ended cleanly; None where none runs."""
        try:
            data = json.loads(self._path.read_text())
            pid = int(data["pid"])
            times = (datetime.fromisoformat(data[name]) for name in ("at", "heard"))
            pulse = Pulse(pid, *times)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return pulse if _runs(pid) else None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
