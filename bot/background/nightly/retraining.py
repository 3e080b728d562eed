"""Nightly retraining: each watched ticker gets a challenger, and the better model serves.

Finished tickers are noted one by one, so that a crash repeats none; a ticker's failure stops no
other; what a night has no time for is first in line in the next.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.answers.forecasts import market_bars
from bot.background.nightly.training_process import Failed, Outcome, Trainer, TrainingStoppedError
from bot.values import SAME_DATA, SHORT_HISTORY
from forecasting.errors import ForecastingError
from forecasting.model.training_years import learned_until, told_cut
from forecasting.prices.source import PriceSource
from forecasting.training.promotion import LEAST_HISTORY, Tuned, TuneJob
from forecasting.values import Bars
from storage.errors import DamagedModelError
from storage.records.work import NewModel, StoredModel, TrainingOutcome, TrainingResult
from storage.store import Store

log = logging.getLogger(__name__)

JOB = "retrain"
KEPT_MODELS = 2
"""Retired models kept for each ticker, for the way back."""


@dataclass(frozen=True, slots=True)
class TrainingRound:
    """One night's work.

    Attributes:
        key: Name of the run, under which finished tickers are noted.
        tickers: Those to train.
        base: Version of the model of all tickers.
        base_onnx, base_card: That model where it is not the shipped one, else empty.
        now: Aware UTC; no later price is looked at.
        budget_seconds: After so long no further ticker is begun.
    """

    key: str
    tickers: tuple[str, ...]
    base: str
    now: datetime
    budget_seconds: float
    base_onnx: bytes = b""
    base_card: bytes = b""


@dataclass(slots=True)
class RoundTally:
    """What a night came to.

    Attributes:
        left: Tickers that there was no time for.
    """

    promoted: int = 0
    kept: int = 0
    failed: int = 0
    left: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the tally for a job's detail."""
        return (
            f"promoted={self.promoted} kept={self.kept} failed={self.failed} left={self.left} "
            f"seconds={self.seconds:.1f}"
        )


def retrain_night(
    store: Store,
    source: PriceSource,
    trainer: Trainer,
    night: TrainingRound,
    seconds: Callable[[], float] = time.monotonic,
    begun: Callable[[str], None] = lambda _: None,
) -> RoundTally:
    """Train what is not trained yet of a night; blocks for as long as that takes.

    Args:
        store: Models, results and finished items.
        source: Histories as of `night.now`.
        trainer: This machine or a cluster; the caller closes it.
        night: What to do.
        seconds: Any steady clock.
        begun: Told each ticker when its training begins.

    Raises:
        StorageError: The database failed; the tickers done so far are kept.
    """
    work = _RoundWork(store, source, night, seconds)
    try:
        for job, outcome in trainer.train(_told(work.jobs(), begun)):
            work.note(job, outcome)
    except TrainingStoppedError:
        log.info("retraining-stopped key=%s", night.key)
    store.prune_models(KEPT_MODELS)
    return work.close()


def _told(jobs: Iterator[TuneJob], begun: Callable[[str], None]) -> Iterator[TuneJob]:
    for job in jobs:
        begun(job.bars.ticker)
        yield job


def next_version(base: str, bars: Bars) -> str:
    """Return the name of a challenger: same base and same history, same name.

    It tells until when the base learned, as `learned_until` reads it.
    """
    content = hashlib.sha256(f"{base}|{bars.digest()}".encode()).hexdigest()[:6]
    cut = learned_until(base)
    dated = f"{told_cut(cut)}-{content}" if cut else content
    return f"{bars.ticker}-{bars.as_of}-{dated}"


class _RoundWork:
    """Hands out the jobs of a night and writes down what becomes of them."""

    def __init__(
        self, store: Store, source: PriceSource, night: TrainingRound, seconds: Callable[[], float]
    ) -> None:
        self._store = store
        self._source = source
        self._night = night
        self._seconds = seconds
        self._began = self._last = seconds()
        self._market = market_bars(source, night.now)
        self._tally = RoundTally()
        self._serving: dict[str, str] = {}

    def jobs(self) -> Iterator[TuneJob]:
        """Yield the tickers that are worth training and not done, those that waited longest first.

        A history that cannot be had, or that was trained on before, is written down right here.
        """
        todo = self._todo()
        for number, ticker in enumerate(todo):
            if self._seconds() - self._began > self._night.budget_seconds:
                self._tally.left = len(todo) - number
                log.warning("retraining-out-of-time left=%s", self._tally.left)
                return
            job = self._job(ticker)
            if job is not None:
                yield job

    def note(self, job: TuneJob, outcome: Outcome) -> None:
        """Write down what became of a ticker; a winner serves from here on."""
        now, spent = self._seconds(), self._seconds() - self._last
        self._last = now
        result = self._result(job.bars.ticker, "failed", challenger=job.version, seconds=spent)
        match outcome:
            case Failed(reason):
                self._finish(replace(result, detail=reason))
            case Tuned(onnx=b""):
                self._finish(replace(_measured(result, outcome), outcome="kept"))
            case Tuned():
                model = NewModel(
                    outcome.version, outcome.ticker, outcome.onnx, outcome.card.decode()
                )
                self._store.save_model(model, self._night.now)
                self._store.promote(outcome.version, outcome.ticker, self._night.now)
                self._finish(replace(_measured(result, outcome), outcome="promoted"))

    def close(self) -> RoundTally:
        """Return what the night came to."""
        self._tally.seconds = self._seconds() - self._began
        log.info("retrained key=%r %s", self._night.key, self._tally.line())
        return self._tally

    def _todo(self) -> Sequence[str]:
        done = self._store.finished_items(JOB, self._night.key)
        todo = [ticker for ticker in self._night.tickers if ticker not in done]

        def waited(ticker: str) -> date:
            last = self._store.training_results(ticker, 1)
            return last[0].night if last else date.min

        return sorted(todo, key=waited)

    def _job(self, ticker: str) -> TuneJob | None:
        try:
            bars = self._source.history(ticker, self._night.now)
        except ForecastingError as err:
            self._finish(self._result(ticker, "failed", detail=str(err)))
            return None
        champion = self._champion(ticker)
        self._serving[ticker] = champion.entry.version if champion else self._night.base
        if len(bars) < LEAST_HISTORY:
            log.info("short-history ticker=%s got=%s needed=%s", ticker, len(bars), LEAST_HISTORY)
            self._finish(self._result(ticker, "kept", detail=SHORT_HISTORY))
            return None
        version = next_version(self._night.base, bars)
        if any(entry.version == version for entry in self._store.models_of(ticker)):
            self._finish(self._result(ticker, "kept", detail=SAME_DATA))
            return None
        night = self._night
        base = {"base_onnx": night.base_onnx, "base_card": night.base_card}
        if champion is None:
            return TuneJob(bars, self._market, version, **base)
        card = champion.entry.card.encode()
        return TuneJob(bars, self._market, version, champion.onnx, card, **base)

    def _champion(self, ticker: str) -> StoredModel | None:
        try:
            return self._store.champion(ticker)
        except DamagedModelError as err:
            log.error("champion-damaged ticker=%s reason=%r", ticker, str(err))  # noqa: TRY400
            return None

    def _result(
        self,
        ticker: str,
        outcome: TrainingOutcome,
        *,
        challenger: str = "",
        detail: str = "",
        seconds: float = 0.0,
    ) -> TrainingResult:
        return TrainingResult(
            ticker=ticker,
            night=self._night.now.date(),
            outcome=outcome,
            champion=self._serving.get(ticker, ""),
            challenger=challenger,
            detail=detail,
            seconds=seconds,
        )

    def _finish(self, result: TrainingResult) -> None:
        night, tally = self._night, self._tally
        self._store.save_training_result(result)
        if result.outcome != "failed":  # should the night be begun again, it is tried again
            self._store.finish_item(JOB, night.key, result.ticker, result.outcome, night.now)
        match result.outcome:
            case "promoted":
                tally.promoted += 1
            case "kept":
                tally.kept += 1
            case "failed":
                tally.failed += 1
                tally.failures.append(result.ticker)
                log.warning("not-retrained ticker=%s reason=%r", result.ticker, result.detail)


def _measured(result: TrainingResult, outcome: Tuned) -> TrainingResult:
    found = outcome.judgement
    return replace(
        result,
        champion_loss=found.champion,
        challenger_loss=found.challenger,
        detail=f"{found.change.low:.4f} {found.change.high:.4f}",
    )
