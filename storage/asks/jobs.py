"""Which scheduled work ran, how far it came, who may run it, and small facts it must remember."""

from datetime import datetime
from typing import Protocol

from storage.work import JobRun, Lease


class JobStore(Protocol):
    """Runs by (name, key), their finished items, leases and notes."""

    def start_job(self, name: str, key: str, now: datetime) -> bool:
        """Begin a run; False when it was done before.

        One that crashed or failed begins again and keeps its items. That only one process runs it
        is the lease's business.
        """
        ...

    def finish_job(self, name: str, key: str, now: datetime, *, ok: bool, detail: str = "") -> None:
        """Note how a run ended."""
        ...

    def find_job(self, name: str, key: str) -> JobRun | None:
        """Return a run, or None."""
        ...

    def job_runs(self, name: str | None = None, limit: int = 20) -> tuple[JobRun, ...]:
        """Return runs, newest start first."""
        ...

    def last_success(self, name: str) -> JobRun | None:
        """Return the run of a job that last ended well, or None."""
        ...

    def finish_item(self, name: str, key: str, item: str, outcome: str, now: datetime) -> None:
        """Note that one item of a run, such as a ticker, needs no second try."""
        ...

    def finished_items(self, name: str, key: str) -> dict[str, str]:
        """Return the items of a run that are finished, with their outcomes."""
        ...

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> Lease:
        """Take or renew a lease if it is free, expired or one's own.

        `now` and `until` are the system clock's, in a replay too: other processes do not replay.

        Returns:
            The lease in force: it is ours where its `holder` is.
        """
        ...

    def release_lease(self, name: str, holder: str) -> None:
        """Give a lease back if it is one's own."""
        ...

    def load_note(self, name: str) -> str | None:
        """Return a small fact the product must remember, such as a replay's instant, or None."""
        ...

    def save_note(self, name: str, value: str, now: datetime) -> None:
        """Keep a small fact in place of the earlier one."""
        ...
