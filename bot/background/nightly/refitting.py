"""The monthly refit: the base is fitted anew from what this installation has, and judged.

It serves only if it is better beyond noise on the newest sessions, which it has not seen; the one
before is kept for the way back (`python -m bot model --base --roll-back`).
"""

import asyncio
import logging
import threading
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bot.answers.models import BASE, ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.background.jobs import RunKey
from bot.background.nightly.cluster_or_here import CLUSTER_AWAY, ClusterOrHere
from bot.background.nightly.retraining import KEPT_MODELS
from bot.background.nightly.training_process import BaseTrainer, Failed, TrainingProcess
from bot.errors import BotError
from forecasting.announcements.known import Announcements
from forecasting.announcements.source import AnnouncementSource
from forecasting.errors import ForecastingError
from forecasting.sessions import last_closed
from forecasting.training.refit_job import RefitJob, Refitted, longest
from forecasting.values import Bars
from storage.records.work import NewModel
from storage.store import Store

log = logging.getLogger(__name__)


class RefitFailedError(BotError):
    """The model of all tickers could not be fitted anew; the message says why."""


@dataclass(frozen=True, slots=True)
class RefitSources:
    """Where a refit's material comes from, beside the price cache.

    Attributes:
        price_files: As PRICE_FILES.
        announcement_files: As ANNOUNCEMENT_FILES.
        dates: Announcements that are at hand.
    """

    price_files: tuple[Path, ...]
    announcement_files: tuple[Path, ...]
    dates: AnnouncementSource


class RefitStep:
    """Key and instant in, one line on what it did out."""

    def __init__(
        self,
        store: AwaitableStore,
        shelf: ModelShelf,
        sources: RefitSources,
        *,
        cluster: str = "",
    ) -> None:
        """Start nothing yet.

        Args:
            store: The price cache, and where models are kept.
            shelf: Told when another base serves.
            sources: What else there is to fit on.
            cluster: Address of a Dask scheduler; empty to fit on this machine.
        """
        self._store = store
        self._shelf = shelf
        self._sources = sources
        self._cluster = cluster
        self._stop = threading.Event()

    async def refit(self, _key: RunKey, now: datetime) -> str:
        """Fit the base anew; it serves from here on if it is better.

        Raises:
            RefitFailedError: It could not be fitted.
        """
        self._stop.clear()
        try:
            line = await self._store.run(self._refit, now)
        except asyncio.CancelledError:
            self._stop.set()
            raise
        await self._store.worker.wait(self._shelf.refresh)
        return line

    def _refit(self, store: Store, now: datetime) -> str:
        job = self._job(store, now)
        trainer = self._trainer()
        try:
            found = trainer.refit(job)
        finally:
            trainer.close()
        if isinstance(found, Failed):
            raise RefitFailedError(found.reason)
        if found.onnx:
            _promote(store, found, now)
        line = told(found)
        if isinstance(trainer, ClusterOrHere) and trainer.away:
            line = f"{line} {CLUSTER_AWAY}"
        log.info("refitted histories=%s %s", len(job.histories), line)
        return line

    def _job(self, store: Store, now: datetime) -> RefitJob:
        histories = kept_histories(store, now)
        onnx, card = self._shelf.base_files()
        return RefitJob(
            histories=histories,
            files=self._sources.price_files,
            known=self._known(histories, now),
            announcement_files=self._sources.announcement_files,
            champion_onnx=onnx,
            champion_card=card,
            until=max((bars.as_of for bars in histories), default=now.date()),
        )

    def _known(self, histories: tuple[Bars, ...], now: datetime) -> dict[str, Announcements]:
        found = {}
        for bars in histories:
            try:
                found[bars.ticker] = self._sources.dates.announcements(bars.ticker, now)
            except ForecastingError as err:
                log.info("announcements-missing ticker=%s reason=%r", bars.ticker, str(err))
        return {ticker: dates for ticker, dates in found.items() if len(dates)}

    def _trainer(self) -> BaseTrainer:
        if not self._cluster:
            return self._here()
        from bot.background.nightly.training_cluster import TrainingCluster  # noqa: PLC0415 - optional extra

        return ClusterOrHere(partial(TrainingCluster, self._cluster, stop=self._stop), self._here)

    def _here(self) -> BaseTrainer:
        return TrainingProcess(stop=self._stop)


def kept_histories(store: Store, now: datetime) -> tuple[Bars, ...]:
    """Return one history for each ticker of the price cache, up to its last closed session."""
    found = (store.load_bars(source, ticker) for source, ticker in store.kept_bars())
    closed = [kept.bars.between(None, _closed(kept.bars, now)) for kept in found if kept]
    return tuple(longest(closed).values())


def _closed(bars: Bars, now: datetime) -> date:
    try:
        return last_closed(bars.exchange, now)
    except ForecastingError:
        return bars.as_of


def _promote(store: Store, found: Refitted, now: datetime) -> None:
    model = NewModel(found.version, BASE, found.onnx, found.card.decode(), found.keras)
    store.save_model(model, now)
    store.promote(found.version, BASE, now)
    store.prune_models(KEPT_MODELS)


def told(found: Refitted) -> str:
    """Return what became of a refit as one line, for people and logs only."""
    if found.judgement is None:
        return f"kept: {found.reason}"
    change = found.judgement.change
    return (
        f"{'promoted' if found.onnx else 'kept'}: {found.version} tickers={found.tickers} "
        f"cases={found.cases} loss={100 * change.value:+.2f}% "
        f"({100 * change.low:+.2f}..{100 * change.high:+.2f}) "
        f"held={100 * found.judgement.challenger_held:.0f}"
    )
