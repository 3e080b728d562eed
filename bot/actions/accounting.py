"""The steps of a night that make the bot accountable: replies with what came, and retraining."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.came_true import enqueue_came_true
from bot.actions.jobs import Step
from bot.actions.models import ModelShelf
from bot.actions.nightly import exchange_of_key, of_exchange
from bot.actions.retraining import JOB, Night, NightTally, retrain_night
from bot.actions.training_process import Trainer, TrainingProcess
from bot.messages.words import Words
from bot.worker import Worker
from forecasting.prices.source import PriceSource
from storage.store import Store

BUDGET_SECONDS = 3 * 3600.0
"""How long the tickers of one exchange may train in one night."""


@dataclass(frozen=True, slots=True)
class Accounting:
    """Each method is one step: key and instant in, one line on what it did out.

    Attributes:
        cluster: Address of a Dask scheduler; empty to train on this machine.
    """

    store: Store
    source: PriceSource
    shelf: ModelShelf
    worker: Worker
    words: Callable[[str], Words]
    cluster: str = ""
    budget_seconds: float = BUDGET_SECONDS

    def steps(self) -> dict[str, Step]:
        """Return the steps by the names that the night calls them by."""
        return {"replies": self.replies, JOB: self.retrain}

    async def replies(self, _key: str, now: datetime) -> str:
        """Reply to forecasts whose mark has come."""
        added = await self.worker.wait(enqueue_came_true, self.store, self.words, now)
        return f"enqueued={added}"

    async def retrain(self, key: str, now: datetime) -> str:
        """Train the watched tickers of an exchange; the winners serve from here on.

        Cancelled, it ends the training within a second; what is finished is kept.
        """
        watched = await self.worker.wait(self.store.watched_tickers)
        mine = of_exchange((entry.ticker for entry in watched), exchange_of_key(key))
        if not mine:
            return "no watched ticker"
        night = Night(key, mine, self.shelf.base.version, now, self.budget_seconds)
        stop = threading.Event()
        try:
            tally = await self.worker.wait(self._train, night, stop)
        finally:
            stop.set()
        await self.worker.wait(self.shelf.refresh)
        return tally.line()

    def _train(self, night: Night, stop: threading.Event) -> NightTally:
        trainer = self._trainer(stop)
        try:
            return retrain_night(self.store, self.source, trainer, night)
        finally:
            trainer.close()

    def _trainer(self, stop: threading.Event) -> Trainer:
        if not self.cluster:
            return TrainingProcess(stop=stop)
        from bot.actions.training_cluster import TrainingCluster  # noqa: PLC0415 - optional extra

        return TrainingCluster(self.cluster)
