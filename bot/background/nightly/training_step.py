"""The step of a night that trains: watched tickers of one exchange, within the night's time."""

import asyncio
import logging
import threading
from datetime import datetime
from functools import partial
from importlib.util import find_spec

from bot.answers.models import ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.background.jobs import RunKey
from bot.background.nightly.cluster_or_here import CLUSTER_AWAY, ClusterOrHere
from bot.background.nightly.nights import of_exchange
from bot.background.nightly.retraining import RoundTally, TrainingRound, retrain_night
from bot.background.nightly.training_process import Trainer, TrainingProcess
from forecasting.prices.source import PriceSource
from storage.store import Store

log = logging.getLogger(__name__)

NO_SET_UP = "no training set-up"
"""What the step did where TensorFlow is not installed."""
BUDGET_SECONDS = 3 * 3600.0
"""How long the tickers of one exchange may train in one night."""
REPLAY_BUDGET_SECONDS = 60.0
"""The same in a replay, where somebody waits; what is left is first in line the next time."""


class TrainingStep:
    """Key and instant in, one line on what it did out."""

    def __init__(
        self,
        store: AwaitableStore,
        source: PriceSource,
        shelf: ModelShelf,
        *,
        cluster: str = "",
        replaying: bool = False,
    ) -> None:
        """Start nothing yet.

        Args:
            store: Models and results.
            source: Histories.
            shelf: Told when other models serve.
            cluster: Address of a Dask scheduler; empty to train on this machine.
            replaying: Whether the next night comes within seconds: then the training process is
                kept, and has less time; otherwise its memory is better given back.
        """
        self._store = store
        self._source = source
        self._shelf = shelf
        self._cluster = cluster
        self._keep = replaying
        self._seconds = REPLAY_BUDGET_SECONDS if replaying else BUDGET_SECONDS
        self._stop = threading.Event()
        self.ticker = ""
        """The ticker that is being trained, empty while none is."""
        self._kept: Trainer | None = None
        self._cluster_away = False

    @property
    def can_train(self) -> bool:
        """Whether what training needs is installed here, or a cluster trains."""
        return bool(self._cluster) or all(map(find_spec, ("keras", "tensorflow")))

    def say_if_it_cannot(self) -> None:
        """Log once, in plain words, that nights will not train."""
        if not self.can_train:
            log.warning(
                "nights-do-not-train reason='TensorFlow is not installed' mend='make train-setup'"
            )

    async def retrain(self, key: RunKey, now: datetime) -> str:
        """Train the watched tickers of an exchange; the winners serve from here on.

        Cancelled, it ends the training within a second; what is finished is kept.
        """
        if not self.can_train:
            return NO_SET_UP
        watched = await self._store.watched_tickers()
        mine = of_exchange((entry.ticker for entry in watched), key.exchange)
        if not mine:
            return "no watched ticker"
        version, base = self._shelf.base.version, (b"", b"")
        if not self._shelf.is_usual:
            base = await self._store.worker.wait(self._shelf.base_files)
        night = TrainingRound(str(key), mine, version, now, self._seconds, *base)
        self._stop.clear()
        try:
            tally = await self._store.run(self._train, night)
        except asyncio.CancelledError:
            self._stop.set()
            raise
        await self._store.worker.wait(self._shelf.refresh)
        return f"{tally.line()} {CLUSTER_AWAY}" if self._cluster_away else tally.line()

    def _train(self, store: Store, night: TrainingRound) -> RoundTally:
        trainer = self._kept or self._trainer()
        self._kept = trainer if self._keep else None
        try:
            return retrain_night(store, self._source, trainer, night, begun=self._note)
        finally:
            self.ticker = ""
            self._cluster_away = isinstance(trainer, ClusterOrHere) and trainer.away
            if self._kept is None:
                trainer.close()

    def _note(self, ticker: str) -> None:
        self.ticker = ticker

    def _trainer(self) -> Trainer:
        if not self._cluster:
            return self._here()
        from bot.background.nightly.training_cluster import TrainingCluster  # noqa: PLC0415 - optional extra

        connect = partial(TrainingCluster, self._cluster, stop=self._stop)
        return ClusterOrHere(connect, self._here)

    def _here(self) -> TrainingProcess:
        return TrainingProcess(stop=self._stop)
