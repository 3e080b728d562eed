"""Which of several bot processes on one database runs the schedule: the holder of a lease.

The lease runs on the machine's clock, in a replay too, since other processes do not replay.

Theory of operation. The lease is a row: holder and end. Taking it is one transaction that succeeds
where the row is free, one's own, or past its end. The holder renews every `RENEW_SECONDS` and gives
it `LASTS`, so that three renewals in a row may fail before anyone else can take it; it acts only
while `held`, which looks at the end that it wrote itself: a process that was stopped (a laptop
asleep, a database gone) finds its own lease run out and does nothing, whether or not another has
taken over. Clocks of two machines may differ by less than what one renewal leaves: 6 s.

After a `kill -9` nobody gives the lease back: it ends by itself, and the others, who ask at that
very instant, have it 8 s after the death at most. That the dead one's connections to the database
are gone is no sign: those of a living one are gone, too, when a line breaks. On one machine it is
sooner: the row says the holder's host, process namespace and
pid; who asks from the same host sees that no such process runs and frees the row. A nonce goes
with them, or a pid that was given out again would be taken for its former owner. Whoever takes over
asks the outbox for the rows that the former holder had claimed; its name is kept as a note, since
the lease row already bears the new one.
"""

import logging
import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from storage.records.work import Holder, Lease
from storage.store import Store

log = logging.getLogger(__name__)

SCHEDULE = "schedule"
LASTS = timedelta(seconds=8)
RENEW_SECONDS = 2.0
_LAST_HOLDER = "schedule-last-holder"


def this_process() -> Holder:
    """Return this process as no other is: host, process namespace, pid, a nonce."""
    return Holder(socket.gethostname(), _namespace(), os.getpid(), secrets.token_hex(4))


def surely_ended(holder: Holder) -> bool:
    """Return whether a process is known to have ended; false where that cannot be seen from here.

    After a `kill -9` this spares the wait for the lease to expire. Only a process of this host and
    of the same process namespace can be judged: in another container a pid means another process.
    """
    if (holder.host, holder.namespace) != (socket.gethostname(), _namespace()):
        return False
    if holder.pid == os.getpid():
        return True
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(holder.pid)


def _is_zombie(pid: int) -> bool:
    """Return whether a process has ended and only waits for its parent to look."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # The name before the state may hold anything but ends with the last parenthesis.
    return stat.rpartition(")")[2].split()[0] == "Z"


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return "-"


class ScheduleLease:
    """This process's claim to the schedule; blocking, so called through the worker."""

    def __init__(self, store: Store, holder: Holder, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.holder = holder
        self._held = self._was_held = False
        self._until = clock.now()
        self._told: Holder | None = None
        self.known_holder: Holder | None = None
        """Who had the schedule at the last `renew`."""

    @property
    def held(self) -> bool:
        """Whether the lease is this process's and has not run out for want of a renewal."""
        return self._held and self._clock.now() < self._until

    @property
    def others_end(self) -> datetime | None:
        """When another process's lease ends if it does not renew it; None where none has it."""
        waits = not self._held and self._until > self._clock.now()
        return self._until if waits else None

    @property
    def lost(self) -> bool:
        """Whether it was this process's and is not any more: what it began is another's to end."""
        return self._was_held and not self.held

    def renew(self) -> str | None:
        """Take or keep the lease.

        Returns:
            When newly taken, the name of the process that had it before, for its rows to be taken
            over (empty if none); None when nothing changed or another has it.
        """
        lease = self._take()
        if lease.holder != self.holder and surely_ended(lease.holder):
            self._store.release_lease(SCHEDULE, lease.holder)
            lease = self._take()
        before, self._held = self.held, lease.holder == self.holder
        self._was_held = self._was_held or self._held
        self._until, self.known_holder = lease.until, lease.holder
        if not self._held:
            self._tell(lease)
            if before:
                log.error("schedule-lost holder=%s", lease.holder)
            return None
        if before:
            return None
        previous = self._store.load_note(_LAST_HOLDER) or ""
        self._store.save_note(_LAST_HOLDER, str(self.holder))
        log.info("schedule-taken previous=%s", previous or "none")
        self._told = None
        return "" if previous == str(self.holder) else previous

    def give_up(self) -> None:
        """Let another process take the schedule at once."""
        if self._held:
            self._held = False
            self._store.release_lease(SCHEDULE, self.holder)

    def _take(self) -> Lease:
        now = self._clock.now()
        return self._store.take_lease(SCHEDULE, self.holder, now, now + LASTS)

    def _tell(self, lease: Lease) -> None:
        if lease.holder == self._told:
            return
        self._told = lease.holder
        log.warning(
            "another-instance-runs-the-schedule host=%s pid=%s since=%s: this one answers "
            "questions only and takes over when that one ends",
            lease.holder.host,
            lease.holder.pid,
            lease.taken_at.isoformat(timespec="seconds"),
        )
