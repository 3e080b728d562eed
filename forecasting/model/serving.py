"""Runs the exported model with onnxruntime; the only way forecasts are made in the bot's process.

TensorFlow is never imported here. A model whose files do not match its card is not served.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import onnxruntime as ort

from forecasting.errors import ModelArtifactError
from forecasting.features.model_inputs import Inputs
from forecasting.model.artifact import CARD, ONNX, Card, read_card, sha256
from forecasting.values import HORIZONS, LEVELS, MEDIAN, Float2D

PRETRAINED = Path(__file__).parent / "pretrained"
"""The model that is shipped."""
BEFORE_SAMPLE = PRETRAINED / "to-2004"
"""A smaller one that is shipped for the sample: it learned from nothing that the sample replays."""
_SHIPPED = (PRETRAINED, BEFORE_SAMPLE)
_BATCH = 1024
_WIDENED = 1.15
"""Factor on bands whose inputs lie outside what training saw."""
_MARGIN = 0.15
_PROVIDERS = ["CPUExecutionProvider"]
_ERRORS_ONLY = 3


def session_options() -> ort.SessionOptions:
    """Return how a network is run: on the asking thread, and nothing kept between batches."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.enable_cpu_mem_arena = False  # one large batch would keep its memory for ever
    return options


class Model:
    """A served model.

    Attributes:
        card: What it is made of and how good it is.
    """

    def __init__(self, onnx: bytes, card: Card) -> None:
        if sha256(onnx) != card.files.get(ONNX):
            raise ModelArtifactError(f"the model {card.version} is damaged: {ONNX} has changed")
        try:
            self._session = ort.InferenceSession(onnx, session_options(), _PROVIDERS)
        except Exception as err:  # onnxruntime's errors share no public base
            raise ModelArtifactError(f"the model {card.version} cannot be loaded: {err}") from err
        self.card = card
        self._factors = np.asarray(card.calibration)
        self._low, self._high = np.asarray(card.low), np.asarray(card.high)
        self._check_shapes()

    @classmethod
    def from_bytes(cls, onnx: bytes, card_json: bytes) -> Self:
        """Return the model of an artefact that lives outside the file system.

        Raises:
            ModelArtifactError: Damaged, or made for other features.
        """
        return cls(onnx, read_card(card_json))

    @property
    def version(self) -> str:
        """Name of this model in ledgers and captions."""
        return self.card.version

    def run(self, inputs: Inputs) -> Float2D:
        """Return quantiles of the log total return, shape (n, horizons, levels), rising."""
        parts = [
            self.raw(inputs, slice(start, start + _BATCH))
            for start in range(0, len(inputs), _BATCH)
        ]
        if not parts:
            return np.empty((0, len(HORIZONS), len(LEVELS)))
        return self.finished(np.concatenate(parts), inputs)

    def strange(self, inputs: Inputs) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Return which cases lie outside the range of the training data, shape (n,)."""
        room = _MARGIN * (self._high - self._low)
        outside = (inputs.static < self._low - room) | (inputs.static > self._high + room)
        flags: np.ndarray[tuple[int], np.dtype[np.bool_]] = outside.any(axis=1)
        return flags

    def raw(self, inputs: Inputs, part: slice = slice(None)) -> Float2D:
        """Return the network's own output, before calibration: see `lstm.build`."""
        feed = {
            name: np.ascontiguousarray(getattr(inputs, name)[part], dtype=np.float32)
            for name in ("sequence", "static", "seasons")
        }
        units: Float2D = self._session.run(None, feed)[0].astype(np.float64)
        return units

    def finished(self, raw: Float2D, inputs: Inputs) -> Float2D:
        """Return quantiles of the log return from the network's own output of some inputs.

        Args:
            raw: Fans in units of scale and root of the horizon, shape (n, horizons, levels).
            inputs: What they were made from.
        """
        wide = np.where(self.strange(inputs), _WIDENED, 1.0)[:, None, None]
        middle = raw[:, :, MEDIAN : MEDIAN + 1]
        factors = self._factors[inputs.group, np.arange(len(HORIZONS))]
        fans = np.sort(middle + (raw - middle) * factors * wide) * np.sqrt(HORIZONS)[:, None]
        quantiles: Float2D = _never_narrower(fans) * inputs.scale[:, None, None]
        return quantiles

    def _check_shapes(self) -> None:
        shapes = {entry.name: entry.shape[1:] for entry in self._session.get_inputs()}
        result = self._session.get_outputs()[0].shape[1:]
        if shapes.get("static") != [len(self._low)] or result != [len(HORIZONS), len(LEVELS)]:
            raise ModelArtifactError(f"the model {self.version} takes {shapes}, gives {result}")


def _never_narrower(fans: Float2D) -> Float2D:
    """Return fans of which each later session is at least as wide: who may be there may stay there.

    Sessions are calibrated apart, in groups that change with an announcement on the way.
    """
    middle = fans[:, :, MEDIAN : MEDIAN + 1]
    spread = fans - middle
    below = np.minimum.accumulate(spread[:, :, :MEDIAN], axis=1)
    above = np.maximum.accumulate(spread[:, :, MEDIAN:], axis=1)
    wider: Float2D = middle + np.concatenate([below, above], axis=2)
    return wider


def load_model(folder: Path) -> Model:
    """Return the model of a folder with its card.

    Raises:
        ModelArtifactError: Missing, damaged, or made for other features.
    """
    try:
        return Model.from_bytes((folder / ONNX).read_bytes(), (folder / CARD).read_bytes())
    except OSError as err:
        raise ModelArtifactError(f"no model in {folder}: {err.strerror or err}") from err


def load_pretrained(sources: Sequence[str] = ()) -> Model:
    """Return the model that is shipped.

    Args:
        sources: Where prices come from. The sample alone is a replay of 2004 to 2008, and served by
            the model that was fitted before it, so that its record is worth something.

    Raises:
        ModelArtifactError: Missing, damaged, or made for other features.
    """
    return load_model(BEFORE_SAMPLE if tuple(sources) == ("sample",) else PRETRAINED)


def folder_of(version: str) -> Path:
    """Return where the shipped model of a name lies.

    Raises:
        ModelArtifactError: None of that name is shipped.
    """
    for folder in _SHIPPED:
        if load_model(folder).version == version:
            return folder
    raise ModelArtifactError(f"no model {version} is shipped with this program")
