"""Which model serves a ticker: last night's champion where there is one, else the shipped one."""

import logging
import threading

from cachetools import LRUCache

from forecasting.errors import ModelArtifactError
from forecasting.model.artifact import HeldInSlice, Verdict, held_in_slice, verdict
from forecasting.model.serving import Model
from forecasting.values import Forecast
from storage.errors import DamagedModelError
from storage.models import ModelStore

log = logging.getLogger(__name__)
_MOST_LOADED = 64


class ModelShelf:
    """Loads models when they are asked for; safe to use from several threads."""

    def __init__(self, base: Model, models: ModelStore) -> None:
        self.base = base
        self._models = models
        self._lock = threading.Lock()
        self._loaded: LRUCache[str, Model] = LRUCache(_MOST_LOADED)
        self._serving: dict[str, str] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read again which champions serve; called after each night's training."""
        self._serving = {entry.ticker: entry.version for entry in self._models.champions()}

    def model_for(self, ticker: str) -> Model:
        """Return the model that serves a ticker."""
        version = self._serving.get(ticker)
        if version is None:
            return self.base
        with self._lock:
            if version not in self._loaded:
                self._loaded[version] = self._load(ticker)
            return self._loaded[version]

    def _load(self, ticker: str) -> Model:
        try:
            stored = self._models.champion(ticker)
            if stored is not None:
                return Model.from_bytes(stored.onnx, stored.entry.card.encode())
        except (DamagedModelError, ModelArtifactError) as err:
            # The shipped model is trained too: it serves until the next night mends this.
            log.error("champion-unusable ticker=%s reason=%r", ticker, str(err))  # noqa: TRY400
        return self.base

    def verdict(self, _version: str) -> Verdict | None:
        """Return how forecasts of the shipped model's recipe did on what it never saw.

        A ticker's own model is the shipped one tuned: its recipe's record is the best there is.
        """
        return verdict(self.base.card)

    def held_in_slice(self, forecast: Forecast, horizon: int) -> HeldInSlice | None:
        """Return how often ranges held out of sample on days like a forecast's, if measured."""
        return held_in_slice(self.base.card, forecast.slice, horizon)
