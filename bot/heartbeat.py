"""A sign of life of the running process, for those who look at it from outside."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

STALE_AFTER = timedelta(seconds=90)
STANDS_STILL_AFTER = timedelta(seconds=45)
"""A beat is due every 3 s; a busy machine may be late with some."""
TICK_STALE_AFTER = timedelta(seconds=180)
"""A tick begins each minute; one that hangs keeps the next from beginning."""
_LONGEST = 512
"""Characters of the file, whatever it says: written over, nothing of before stays behind."""
_SAID = {"at": "beaten_at", "heard": "heard_at", "lease": "lease_at", "tick": "tick_at"}


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a process said of itself.

    Attributes:
        pid: Its number.
        beaten_at: When its event loop last ran, aware.
        heard_at: When it last heard from Telegram, aware.
        lease_at: When it last asked who runs the schedule; None before the first time.
        tick_at: When it last began a tick; None where it does not run the schedule.
    """

    pid: int
    beaten_at: datetime
    heard_at: datetime
    lease_at: datetime | None = None
    tick_at: datetime | None = None

    def trouble(self, now: datetime) -> str:
        """Return what is wrong with the process, empty where nothing is."""
        if now - self.beaten_at > STANDS_STILL_AFTER:
            return f"process {self.pid} has stood still for {_seconds(now - self.beaten_at)} s"
        if now - self.heard_at > STALE_AFTER:
            return f"process {self.pid} has heard nothing for {_seconds(now - self.heard_at)} s"
        if self.lease_at is not None and now - self.lease_at > STALE_AFTER:
            since = _seconds(now - self.lease_at)
            return f"process {self.pid} has not asked for the schedule for {since} s"
        if self.tick_at is not None and now - self.tick_at > TICK_STALE_AFTER:
            return f"process {self.pid} has begun no tick for {_seconds(now - self.tick_at)} s"
        return ""

    def ages(self, now: datetime) -> dict[str, float | None]:
        """Return how many seconds ago each sign was given; None for one that never was."""
        instants = {name: getattr(self, field) for name, field in _SAID.items()}
        return {name: (now - at).total_seconds() if at else None for name, at in instants.items()}


@dataclass(slots=True)
class Signs:
    """What the parts of a running process note of themselves, by the machine's clock."""

    lease_at: datetime | None = None
    tick_at: datetime | None = None

    def asked_for_schedule(self, now: datetime, *, held: bool) -> None:
        """Note that the lease was asked for; without it there are no ticks to wait for."""
        self.lease_at = now
        if not held:
            self.tick_at = None

    def ticks(self, now: datetime) -> None:
        """Note that a tick begins."""
        self.tick_at = now

    def pulse(self, now: datetime, heard_at: datetime) -> Pulse:
        """Return what this process says of itself."""
        return Pulse(os.getpid(), now, heard_at, self.lease_at, self.tick_at)


class Heartbeat:
    """The file in which the process says that it lives."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "heartbeat.json"

    def beat(self, pulse: Pulse) -> None:
        """Say that this process lives, and when its parts last did what they are there for."""
        instants = {name: getattr(pulse, field) for name, field in _SAID.items()}
        data = {"pid": pulse.pid} | {n: at.isoformat() for n, at in instants.items() if at}
        text, beside = json.dumps(data).ljust(_LONGEST), self._path.with_suffix(".new")
        try:
            beside.write_text(text)
            beside.replace(self._path)
        except OSError:
            # A full disk has no room for a second file, but for other bytes in the first one.
            self._write_over(text)

    def _write_over(self, text: str) -> None:
        with self._path.open("r+") as file:
            file.write(text)

    def end(self) -> None:
        """Say nothing more: the process ends as it was asked to."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def read(self) -> Pulse | None:
        """Return the last sign of a process that has not ended cleanly; None where none runs."""
        try:
            data = json.loads(self._path.read_text())
            pid = int(data["pid"])
            said = {f: datetime.fromisoformat(data[n]) for n, f in _SAID.items() if n in data}
            pulse = Pulse(pid, **said)
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
