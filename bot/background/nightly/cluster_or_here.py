"""Trains on a cluster as long as it is there, and on this machine what it did not give back."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from bot.background.nightly.training_process import (
    BaseTrainer,
    Failed,
    Outcome,
    TrainingStoppedError,
)
from forecasting.training.promotion import TuneJob
from forecasting.training.refit_job import RefitJob, Refitted

log = logging.getLogger(__name__)

CLUSTER_AWAY = "cluster-away: trained on this machine"
"""What a line on the work says where the cluster did not do all of it."""

# What Dask raises when its scheduler is away or dies; a future that was lost counts as cancelled.
# Of an event loop's own cancelling a thread hears nothing.
_AWAY = (Exception, asyncio.CancelledError)


class _NoMoreJobsError(Exception):
    """What hands out the jobs failed: no fault of the cluster, and nothing is left to do here."""


class ClusterOrHere:
    """A trainer that outlives its cluster."""

    def __init__(self, cluster: Callable[[], BaseTrainer], here: Callable[[], BaseTrainer]) -> None:
        """Connect to nothing yet.

        Args:
            cluster: Connects; raises where no scheduler answers.
            here: Makes the trainer of this machine.
        """
        self._connect, self._here = cluster, here
        self._open: list[BaseTrainer] = []
        self.away = False
        """Whether the cluster was not there, or was lost."""

    def train(self, jobs: Iterable[TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        """Yield each job with what became of it, whoever did it.

        Raises:
            TrainingStoppedError: It was told to end.
            Exception: Whatever `jobs` raises.
        """
        waiting, out = iter(jobs), {}

        def sent() -> Iterator[TuneJob]:
            try:
                for job in waiting:
                    out[job.bars.ticker] = job
                    yield job
            except Exception as err:
                raise _NoMoreJobsError from err

        try:
            cluster = self._opened(self._connect)
            for job, outcome in cluster.train(sent()):
                out.pop(job.bars.ticker, None)
                yield job, outcome
        except TrainingStoppedError:
            raise
        except _NoMoreJobsError as err:
            raise err.__cause__ or err from None
        except _AWAY as err:
            self._note_away(err)
            yield from self._opened(self._here).train(chain(list(out.values()), waiting))

    def refit(self, job: RefitJob) -> Refitted | Failed:
        """Fit the base anew; a cluster that is away or dies leaves it to this machine.

        Raises:
            TrainingStoppedError: It was told to end.
        """
        try:
            return self._opened(self._connect).refit(job)
        except TrainingStoppedError:
            raise
        except _AWAY as err:
            self._note_away(err)
            return self._opened(self._here).refit(job)

    def close(self) -> None:
        """Give back what was opened."""
        for trainer in self._open:
            try:
                trainer.close()
            except _AWAY as err:
                log.warning("training-cluster-not-left reason=%r", str(err)[:200])
        self._open.clear()

    def _note_away(self, err: BaseException) -> None:
        self.away = True
        log.warning("training-cluster-away reason=%r: this machine trains", str(err)[:200])

    def _opened(self, make: Callable[[], BaseTrainer]) -> BaseTrainer:
        trainer = make()
        self._open.append(trainer)
        return trainer
