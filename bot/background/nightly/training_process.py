"""A process of its own for TensorFlow: spawned, niced, replaced when it hangs, dies or grows.

The bot's process never holds the 700 MB of a training library; what it gets back are bytes.
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Protocol, cast

from bot.errors import BotError
from forecasting.training.promotion import Tuned, TuneJob
from forecasting.training.refit_job import RefitJob, Refitted

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 0.25
_STOP_WITHIN_SECONDS = 5.0
_NICE = 10
_PAGE = os.sysconf("SC_PAGE_SIZE")


class TrainingStoppedError(BotError):
    """The training was told to end; the ticker under way is left for the next run."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a ticker, or the base, could not be trained."""

    reason: str


Outcome = Tuned | Failed
Job = TuneJob | RefitJob


class Trainer(Protocol):
    """Whatever trains tickers: this machine, or a cluster."""

    def train(self, jobs: Iterable[TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        """Yield each job with what became of it, as soon as it is known; a failure stops none."""
        ...

    def close(self) -> None:
        """Give processes and connections back."""
        ...


class BaseTrainer(Trainer, Protocol):
    """Whatever fits the base, too."""

    def refit(self, job: RefitJob) -> Refitted | Failed:
        """Fit the base anew and return what became of it."""
        ...


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """How long and how large a worker may be.

    Attributes:
        start_seconds: For the first answer, which waits for TensorFlow to load.
        ticker_seconds: For every other ticker.
        refit_seconds: For a refit of the base.
        most_bytes: Resident memory above which the worker is replaced.
        most_tickers: Tickers after which it is replaced.
    """

    start_seconds: float = 300.0
    ticker_seconds: float = 90.0
    refit_seconds: float = 6 * 3600.0
    most_bytes: int = 1_000_000_000
    most_tickers: int = 200


class TrainingProcess:
    """Trains one ticker at a time in a worker process."""

    def __init__(
        self, limits: ProcessLimits | None = None, stop: threading.Event | None = None
    ) -> None:
        """Start nothing yet.

        Args:
            limits: Of the worker.
            stop: Set by whoever wants the training to end soon.
        """
        self._limits = limits or ProcessLimits()
        self._stop = stop or threading.Event()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._trained = 0
        self.peak_bytes = 0

    @property
    def pid(self) -> int | None:
        """The worker's number, None while there is none."""
        return self._process.pid if self._process is not None else None

    def train(self, jobs: Iterable[TuneJob]) -> Iterator[tuple[TuneJob, Outcome]]:
        """Yield each job with what became of it; one that hangs or dies costs only itself."""
        for job in jobs:
            yield job, cast("Outcome", self._one(job))

    def refit(self, job: RefitJob) -> Refitted | Failed:
        """Fit the base anew; hours are allowed, and `stop` ends it at once.

        Raises:
            TrainingStoppedError: It was told to end.
        """
        return cast("Refitted | Failed", self._one(job))

    def close(self) -> None:
        """End the worker."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()  # a worker at rest ends by itself
        if process is not None:
            process.join(_STOP_WITHIN_SECONDS if self._trained else 0)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def _one(self, job: Job) -> Outcome | Refitted:
        pipe = self._started()
        seconds = self._patience(job)
        try:
            pipe.send(job)
            outcome, used = self._answer(pipe, seconds)
        except TimeoutError:  # before OSError, whose child it is
            self._kill()
            return Failed(f"no answer within {seconds:.0f} s")
        except (OSError, EOFError) as err:
            self._kill()
            return Failed(f"the worker died: {err!r}")
        self._trained += 1
        self.peak_bytes = max(self.peak_bytes, used)
        if used > self._limits.most_bytes or self._trained >= self._limits.most_tickers:
            log.info("training-worker-replaced bytes=%s tickers=%s", used, self._trained)
            self.close()
        return outcome

    def _patience(self, job: Job) -> float:
        if isinstance(job, RefitJob):
            return self._limits.refit_seconds
        return self._limits.ticker_seconds if self._trained else self._limits.start_seconds

    def _answer(self, pipe: Connection, seconds: float) -> tuple[Outcome | Refitted, int]:
        until = time.monotonic() + seconds
        while not pipe.poll(_LOOK_EVERY_SECONDS):
            if self._stop.is_set():
                self._kill()
                raise TrainingStoppedError
            if time.monotonic() > until:
                raise TimeoutError
        answer: tuple[Outcome | Refitted, int] = pipe.recv()
        return answer

    def _started(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self.close()
        # Never forked: a fork would copy locks that threads of this process hold.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="training", daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe, self._trained = process, ours, 0
        return ours

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        self.close()


def _serve(pipe: Connection) -> None:
    """Train what comes through the pipe until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends this process
    os.nice(_NICE)
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow", CUDA_VISIBLE_DEVICES="")
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        outcome = trained(job)
        try:
            pipe.send((outcome, resident_bytes()))
        except BrokenPipeError:
            return


def trained(job: Job) -> Outcome | Refitted:
    """Train a ticker or the base in this process, which must be one that may load TensorFlow."""
    try:
        if isinstance(job, RefitJob):
            from forecasting.training.refit import refit  # noqa: PLC0415 - may load TensorFlow

            return refit(job)
        from forecasting.training.finetune import tune  # noqa: PLC0415 - loads TensorFlow

        return tune(job)
    except Exception as err:  # noqa: BLE001 - whatever it is, it is this job's, and is reported
        return Failed(repr(err)[:300])


def resident_bytes() -> int:
    """Return how much memory this process holds, 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - one short read
            return int(file.read().split()[1]) * _PAGE
    except OSError:
        return 0
