"""Fits the correction of one ticker on its own history, judges it and exports it if it wins.

Runs in a worker process with TensorFlow; the bot's own process never imports this.
"""

import threading
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from forecasting.errors import ModelArtifactError, TooLittleHistoryError
from forecasting.features.dataset import outcomes
from forecasting.features.model_inputs import Inputs, inputs_at
from forecasting.model.artifact import CARD, ONNX, Card, sha256
from forecasting.model.onnx_append import graft
from forecasting.model.serving import PRETRAINED, Model
from forecasting.model.width_correction import Adapter, AdapterRecipe
from forecasting.training.promotion import (
    LEAST_HISTORY,
    Split,
    Tuned,
    TuneJob,
    judge,
    split_rows,
    usual_move,
)
from forecasting.values import HORIZONS, MEDIAN, Float1D, Float2D

_ROOTS = np.sqrt(np.asarray(HORIZONS, dtype=float))
_PARITY = 1e-3
"""Most that what will serve may differ from what was fitted, in multiples of a session's move."""


class Tuner:
    """Holds the base and one compiled correction for all tickers of a night."""

    def __init__(self, network: bytes, card: bytes, recipe: AdapterRecipe | None = None) -> None:
        """Load the base.

        Raises:
            ModelArtifactError: It is damaged.
        """
        self._base = Model.from_bytes(network, card)
        self._network = network
        self._adapter = Adapter(recipe)
        self._turn = threading.Lock()

    @classmethod
    def of_folder(cls, folder: Path, recipe: AdapterRecipe | None = None) -> Self:
        """Return the tuner of a base on disk.

        Raises:
            ModelArtifactError: It is missing or damaged.
        """
        try:
            return cls((folder / ONNX).read_bytes(), (folder / CARD).read_bytes(), recipe)
        except OSError as err:
            raise ModelArtifactError(f"no model in {folder}: {err.strerror or err}") from err

    def tune(self, job: TuneJob) -> Tuned:
        """Return what became of one ticker.

        Raises:
            TooLittleHistoryError: The history is too short to fit and to judge.
            ModelArtifactError: The champion is damaged, or the export differs from the fit.
        """
        bars = job.bars
        rows = split_rows(bars)
        if rows is None:
            raise TooLittleHistoryError(bars.ticker, bars.source, LEAST_HISTORY, len(bars))
        with self._turn:
            return self._tune(job, rows)

    def _tune(self, job: TuneJob, rows: Split) -> Tuned:
        bars = job.bars
        fitted = inputs_at(bars, rows.fitted, job.market)
        units = fitted.scale[:, None] * _ROOTS
        self._adapter.fit(
            self._base.raw(fitted),
            self._base.run(fitted) / units[:, :, None],
            outcomes(bars, rows.fitted) / units,
            _weight(fitted),
        )
        inputs = inputs_at(bars, rows.held_back, job.market)
        challenger = self._fans(inputs)
        champion = self._champion(job).run(inputs)
        outcome = outcomes(bars, rows.held_back)
        found = judge(champion, challenger, outcome, usual_move(bars))
        if not found.better:
            return Tuned(bars.ticker, job.version, found)
        onnx, card = self._export(job, rows)
        _check_export(Model(onnx, card), inputs, challenger)
        return Tuned(bars.ticker, job.version, found, onnx, card.to_bytes())

    def _champion(self, job: TuneJob) -> Model:
        if not job.champion_onnx:
            return self._base
        return Model.from_bytes(job.champion_onnx, job.champion_card)

    def _fans(self, inputs: Inputs) -> Float2D:
        raw = self._base.raw(inputs)
        middle = raw[:, :, MEDIAN : MEDIAN + 1]
        return self._base.finished(middle + (raw - middle) * self._adapter.factors(raw), inputs)

    def _export(self, job: TuneJob, rows: Split) -> tuple[bytes, Card]:
        onnx = graft(self._network, self._adapter.correction())
        base, bars = self._base.card, job.bars
        card = replace(
            base,
            version=job.version,
            ticker=bars.ticker,
            base=base.version,
            trained_from=bars.session(int(rows.fitted[0])).isoformat(),
            trained_to=bars.session(int(rows.held_back[0])).isoformat(),
            cases=len(rows.fitted),
            tickers=1,
            data={bars.ticker: bars.digest()},
            files={ONNX: sha256(onnx)},
        )
        return onnx, card


def _check_export(model: Model, inputs: Inputs, fans: Float2D) -> None:
    gap = np.abs(model.run(inputs) - fans) / inputs.scale[:, None, None]
    if gap.max() > _PARITY:
        raise ModelArtifactError(f"the export of {model.version} differs by {gap.max():.1e}")


def _weight(inputs: Inputs) -> Float1D:
    # The measure divides by the ticker's usual move, the target by the current one.
    ratio = np.clip(inputs.scale / inputs.scale.mean(), 0.2, 5.0)
    weight: Float1D = ratio / ratio.mean()
    return weight


@lru_cache(maxsize=1)
def _tuner(network: bytes, card: bytes) -> Tuner:
    return Tuner(network, card) if network else Tuner.of_folder(PRETRAINED)


def tune(job: TuneJob) -> Tuned:
    """Train one ticker with this process's tuner of the job's base; see `Tuner.tune`."""
    return _tuner(job.base_onnx, job.base_card).tune(job)
