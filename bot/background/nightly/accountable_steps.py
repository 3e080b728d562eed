"""The steps of a night that make the bot accountable: replies with what came, and retraining."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.answers.models import ModelShelf
from bot.background.jobs import Step
from bot.background.nightly.came_true import enqueue_came_true
from bot.background.nightly.nights import exchange_of_key, of_exchange
from bot.background.nightly.retraining import JOB, Night, NightTally, retrain_night
from bot.background.nightly.training_process import Trainer, TrainingProcess
from bot.words.language import Words
from bot.worker import Worker
from forecasting.prices.source import PriceSource
from storage.store import Store

BUDGET_SECONDS = 3 * 3600.0
"""How long the tickers of one exchange may train in one night."""
REPLAY_BUDGET_SECONDS = 60.0
"""The same in a replay, where somebody waits; what is left is first in line the next time."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the steps are made of.

    Attributes:
        cluster: Address of a Dask scheduler; empty to train on this machine.
        keep_trainer: Whether the training process outlives its night: in a replay the next night
            comes within seconds, otherwise its memory is better given back.
        budget_seconds: After so long a night begins no further ticker.
    """

    store: Store
    source: PriceSource
    shelf: ModelShelf
    worker: Worker
    words: Callable[[str], Words]
    cluster: str = ""
    keep_trainer: bool = False
    budget_seconds: float = BUDGET_SECONDS


class Accounting:
    """Each method is one step: key and instant in, one line on what it did out."""

    def __init__(self, parts: Parts) -> None:
        self._p = parts
        self._stop = threading.Event()
        self._kept: Trainer | None = None

    def steps(self) -> dict[str, Step]:
        """Return the steps by the names that the night calls them by."""
        return {"replies": self.replies, JOB: self.retrain}

    async def replies(self, _key: str, now: datetime) -> str:
        """Reply to forecasts whose mark has come."""
        p = self._p
        return f"enqueued={await p.worker.wait(enqueue_came_true, p.store, p.words, now)}"

    async def retrain(self, key: str, now: datetime) -> str:
        """Train the watched tickers of an exchange; the winners serve from here on.

        Cancelled, it ends the training within a second; what is finished is kept.
        """
        p = self._p
        watched = await p.worker.wait(p.store.watched_tickers)
        mine = of_exchange((entry.ticker for entry in watched), exchange_of_key(key))
        if not mine:
            return "no watched ticker"
        night = Night(key, mine, p.shelf.base.version, now, p.budget_seconds)
        self._stop.clear()
        try:
            tally = await p.worker.wait(self._train, night)
        except asyncio.CancelledError:
            self._stop.set()
            raise
        await p.worker.wait(p.shelf.refresh)
        return tally.line()

    def _train(self, night: Night) -> NightTally:
        trainer = self._kept or self._trainer()
        self._kept = trainer if self._p.keep_trainer else None
        try:
            return retrain_night(self._p.store, self._p.source, trainer, night)
        finally:
            if self._kept is None:
                trainer.close()

    def _trainer(self) -> Trainer:
        if not self._p.cluster:
            return TrainingProcess(stop=self._stop)
        from bot.background.nightly.training_cluster import TrainingCluster  # noqa: PLC0415 - optional extra

        return TrainingCluster(self._p.cluster)
