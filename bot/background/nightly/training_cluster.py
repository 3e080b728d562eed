"""Training on a Dask cluster: tickers go out to its workers, results come back as they are ready.

Needs the extra `cluster`. Each worker must have this package with the extra `train` installed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.background.nightly.training_process import Failed, Outcome, trained
from forecasting.training.promotion import TuneJob
from forecasting.training.refit_job import RefitJob, Refitted

_IN_FLIGHT_PER_THREAD = 2


class TrainingCluster:
    """Trains tickers on the workers of a Dask scheduler."""

    def __init__(
        self,
        address: str,
        ticker_seconds: float = 300.0,
        connect_seconds: float = 30.0,
        refit_seconds: float = 6 * 3600.0,
    ) -> None:
        """Connect.

        Args:
            address: Of the scheduler, such as `tcp://10.0.0.5:8786`.
            ticker_seconds: How long to wait for the next result before giving up on those out.
            connect_seconds: How long to wait for the scheduler.
            refit_seconds: How long to wait for a refit of the base.

        Raises:
            OSError: No scheduler answers.
        """
        from distributed import Client  # noqa: PLC0415 - an optional extra

        connect: Any = Client  # distributed has no types
        self._client = connect(address, timeout=connect_seconds)
        self._ticker_seconds = ticker_seconds
        self._refit_seconds = refit_seconds

    def train(self, jobs: Iterable[TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        """Yield each job with what became of it, in the order in which they are ready.

        Only so many are out at a time as the workers can soon begin: histories are large.
        """
        out: dict[Any, TuneJob] = {}
        for job in jobs:
            out[self._client.submit(trained, job, pure=False, retries=1)] = job
            while len(out) >= self._room():
                yield from self._ready(out)
        while out:
            yield from self._ready(out)

    def refit(self, job: RefitJob) -> Refitted | Failed:
        """Fit the base anew on one worker, which reads the price files at their paths."""
        future: Any = self._client.submit(trained, job, pure=False, retries=1)
        try:
            found: Refitted | Failed = future.result(timeout=self._refit_seconds)
        except Exception as err:  # noqa: BLE001 - a worker's own errors come through as they are
            future.cancel()
            return Failed(repr(err)[:300])
        return found

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close()

    def _room(self) -> int:
        threads = int(sum(self._client.nthreads().values()))
        return max(1, threads) * _IN_FLIGHT_PER_THREAD

    def _ready(self, out: dict[Any, TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        from distributed import wait  # noqa: PLC0415 - an optional extra

        waiting: Any = wait  # distributed has no types
        try:
            done = waiting(
                list(out), timeout=self._ticker_seconds, return_when="FIRST_COMPLETED"
            ).done
        except TimeoutError:
            if not self._client.nthreads():
                raise ConnectionError("the cluster has no worker left") from None
            for future, job in out.items():
                future.cancel()
                yield job, Failed(f"the cluster gave no result within {self._ticker_seconds:.0f} s")
            out.clear()
            return
        for future in done:
            job = out.pop(future)
            yield (
                job,
                future.result()
                if future.status == "finished"
                else Failed(repr(future.exception())[:300]),
            )
