"""Training on a Dask cluster: tickers go out to its workers, results come back as they are ready.

Needs the extra `cluster`. Each worker must have this package with the extra `train` installed.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.background.nightly.training_process import (
    Failed,
    Outcome,
    TrainingStoppedError,
    trained,
)
from forecasting.training.promotion import TuneJob
from forecasting.training.refit_job import RefitJob, Refitted

_IN_FLIGHT_PER_THREAD = 2
_LOOK_EVERY_SECONDS = 1.0
_SCHEDULER_SECONDS = 30.0
"""One that stands still keeps its line open and would be waited for without end."""
_NO_WORKER = "the cluster has no worker left"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a cluster is waited for.

    Attributes:
        connect_seconds: For the scheduler.
        ticker_seconds: For the next ticker, before those out are given up.
        worker_seconds: For a worker, while a refit has none.
        refit_seconds: For a refit of the base.
    """

    connect_seconds: float = 30.0
    ticker_seconds: float = 300.0
    worker_seconds: float = 300.0
    refit_seconds: float = 6 * 3600.0


class TrainingCluster:
    """Trains on the workers of a Dask scheduler."""

    def __init__(
        self,
        address: str,
        patience: Patience | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        """Connect.

        Args:
            address: Of the scheduler, such as `tcp://10.0.0.5:8786`.
            patience: How long it is waited for.
            stop: Set by whoever wants the work to end soon.

        Raises:
            OSError: No scheduler answers.
        """
        from distributed import Client  # noqa: PLC0415 - an optional extra

        connect: Any = Client  # distributed has no types
        self._patience = patience or Patience()
        self._stop = stop or threading.Event()
        self._client = connect(address, timeout=self._patience.connect_seconds)

    def train(self, jobs: Iterable[TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        """Yield each job with what became of it, in the order in which they are ready.

        Only so many are out at a time as the workers can soon begin: histories are large.

        Raises:
            TrainingStoppedError: It was told to end.
            ConnectionError: No worker is left.
            Exception: Dask's own, where the scheduler died or does not answer.
        """
        out: dict[Any, TuneJob] = {}
        for job in jobs:
            out[self._client.submit(trained, job, pure=False, retries=1)] = job
            while len(out) >= self._room():
                yield from self._ready(out)
        while out:
            yield from self._ready(out)

    def refit(self, job: RefitJob) -> Refitted | Failed:
        """Fit the base anew on one worker, which reads the price files at their paths.

        Raises:
            TrainingStoppedError: It was told to end.
            ConnectionError: No worker is left, or none came.
            Exception: Dask's own, where the scheduler or the worker died.
        """
        future: Any = self._client.submit(trained, job, pure=False, retries=1)
        try:
            return self._awaited(future)
        finally:
            future.cancel()

    def _awaited(self, future: Any) -> Refitted | Failed:
        begun = seen = time.monotonic()
        while True:
            try:
                found: Refitted | Failed = future.result(timeout=_LOOK_EVERY_SECONDS)
            except TimeoutError:
                now = time.monotonic()
                seen = now if self._threads() else seen
                if self._stop.is_set():
                    raise TrainingStoppedError from None
                if now - seen > self._patience.worker_seconds:
                    raise ConnectionError(_NO_WORKER) from None
                if now - begun > self._patience.refit_seconds:
                    return Failed(f"no answer within {self._patience.refit_seconds:.0f} s")
            else:
                return found

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close()

    def _threads(self) -> int:
        """Return how many threads all workers have; TimeoutError where nobody says it."""
        return int(sum(self._client.nthreads(callback_timeout=_SCHEDULER_SECONDS).values()))

    def _room(self) -> int:
        return max(1, self._threads()) * _IN_FLIGHT_PER_THREAD

    def _ready(self, out: dict[Any, TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        done = self._done(list(out))
        if not done:
            if not self._threads():
                raise ConnectionError(_NO_WORKER)
            for future, job in out.items():
                future.cancel()
                yield job, Failed(_no_result_within(self._patience.ticker_seconds))
            out.clear()
        for future in done:
            job = out.pop(future)
            good = future.status == "finished"
            yield job, future.result() if good else Failed(repr(future.exception())[:300])

    def _done(self, out: list[Any]) -> list[Any]:
        """Return what comes back first; nothing where the patience for a ticker ends."""
        from distributed import wait  # noqa: PLC0415 - an optional extra

        waiting: Any = wait  # distributed has no types
        end = time.monotonic() + self._patience.ticker_seconds
        while (left := end - time.monotonic()) > 0:
            seconds = min(left, _LOOK_EVERY_SECONDS)
            try:
                return list(waiting(out, timeout=seconds, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                if self._stop.is_set():
                    raise TrainingStoppedError from None
        return []


def _no_result_within(seconds: float) -> str:
    return f"the cluster gave no result within {seconds:.0f} s"
