"""Which model serves a ticker: last night's champion where there is one, else the base."""

import logging
import threading
import time
from collections.abc import Callable

from cachetools import LRUCache

from forecasting.errors import ModelArtifactError
from forecasting.model.artifact import (
    CARD,
    ONNX,
    HeldInSlice,
    Verdict,
    held_in_slice,
    verdict,
)
from forecasting.model.serving import PRETRAINED, Model, folder_of
from forecasting.values import Forecast
from storage.errors import DamagedModelError
from storage.models import ModelStore

log = logging.getLogger(__name__)
BASE = ""
"""The base's ticker in storage."""
_MOST_LOADED = 64
_LOOK_EVERY_SECONDS = 60.0


class ModelShelf:
    """Loads models when they are asked for; safe to use from several threads.

    Another process may train, refit or roll back: which models serve is looked up again once a
    minute, so that no restart is needed.
    """

    def __init__(
        self, shipped: Model, models: ModelStore, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """Read which models serve.

        Args:
            shipped: Serves wherever nothing better was promoted.
            models: The champions.
            seconds: Any steady clock.
        """
        self._shipped = self._base = shipped
        self._models = models
        self._seconds = seconds
        self._lock = threading.Lock()
        self._loaded: LRUCache[str, Model] = LRUCache(_MOST_LOADED)
        self._serving: dict[str, str] = {}
        self._refused = ""
        self.refresh()

    @property
    def base(self) -> Model:
        """The model of all tickers: the last refit that was promoted, else the shipped one."""
        return self._base

    def base_files(self) -> tuple[bytes, bytes]:
        """Return the base as bytes: the exported network and its card.

        Raises:
            DamagedModelError: It was promoted, and its bytes are not those that were saved.
        """
        stored = self._models.champion(BASE) if self.refitted else None
        if stored is not None and stored.entry.version == self._base.version:
            return stored.onnx, stored.entry.card.encode()
        folder = folder_of(self._shipped.version)
        return (folder / ONNX).read_bytes(), (folder / CARD).read_bytes()

    @property
    def refitted(self) -> bool:
        """Whether the base is another one than the shipped model."""
        return self._base is not self._shipped

    @property
    def is_usual(self) -> bool:
        """Whether the base is the model that is shipped for prices of today."""
        return not self.refitted and folder_of(self._base.version) == PRETRAINED

    def refresh(self) -> None:
        """Read again which models serve; called after each training, else once a minute."""
        self._looked = self._seconds()
        serving = self._models.serving()
        wanted = serving.pop(BASE, self._shipped.version)
        self._serving = serving
        if wanted == self._shipped.version:
            self._base = self._shipped
        elif wanted not in (self._base.version, self._refused):
            self._base = self._load(BASE, self._shipped)
            self._refused = "" if self._base.version == wanted else wanted

    def look_again(self) -> None:
        """Let the next question find out which models serve: another process has promoted one."""
        self._looked = float("-inf")

    def model_for(self, ticker: str) -> Model:
        """Return the model that serves a ticker."""
        if self._seconds() - self._looked > _LOOK_EVERY_SECONDS:
            self.refresh()
        version = self._serving.get(ticker)
        if version is None:
            return self._base
        with self._lock:
            if version not in self._loaded:
                self._loaded[version] = self._load(ticker, self._base)
            return self._loaded[version]

    def _load(self, ticker: str, otherwise: Model) -> Model:
        try:
            stored = self._models.champion(ticker)
            if stored is not None:
                return Model.from_bytes(stored.onnx, stored.entry.card.encode())
        except (DamagedModelError, ModelArtifactError) as err:
            # What it was made from is trained too: it serves until the next training mends this.
            log.error("champion-unusable ticker=%s reason=%r", ticker or "base", str(err))  # noqa: TRY400
        return otherwise

    def verdict(self, _version: str) -> Verdict | None:
        """Return how forecasts of the shipped model's recipe did on what it never saw.

        A ticker's own model is the shipped one tuned: its recipe's record is the best there is.
        """
        return verdict(self.base.card)

    def held_in_slice(self, forecast: Forecast, horizon: int) -> HeldInSlice | None:
        """Return how often ranges held out of sample on days like a forecast's, if measured."""
        return held_in_slice(self.base.card, forecast.slice, horizon)
