"""A small correction of a network's fans for one ticker, fitted on that ticker's own history.

It reads the state of the ticker off the network's own widths and multiplies each level's distance
from the median. The median stays what the network says: a ticker's own history is far too short to
teach direction. Training only, like `lstm.py`.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from forecasting.model.lstm import PinballLoss
from forecasting.model.onnx_append import (
    HIGH,
    LEAST_WIDTH,
    LOW,
    MOST_STATE,
    MOST_TILT,
    WIDEST,
    Correction,
)
from forecasting.values import HORIZONS, LEVELS, MEDIAN

_H, _L = len(HORIZONS), len(LEVELS)
_MARKS = (0, 4, _H - 1)
"""Horizons whose width says what state the ticker is in: one, five and twenty sessions."""
_SLOPE = (np.log(np.asarray(HORIZONS)) - np.log(np.asarray(HORIZONS)).mean()).astype("float32")
Fans = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """Choices of the correction and its fit.

    Attributes:
        penalty: Pull of the widths towards those of the network.
        tilt_penalty: Pull of the levels' shape, which needs more data to be told.
        steps: Steps of the fit; each sees the whole history.
    """

    penalty: float = 0.3
    tilt_penalty: float = 1.0
    learning_rate: float = 0.02
    steps: int = 60


class _Repeated(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """The same batch, over and over."""

    def __init__(self, batch: list[NDArray[np.float32]], times: int) -> None:
        super().__init__()
        raw, served, target, weight = batch
        self._batch = ((raw, served), target, weight)
        self._times = times

    def __len__(self) -> int:
        return self._times

    def __getitem__(self, _index: int) -> tuple[Any, Any, Any]:
        return self._batch


class Adapter:
    """One correction that is fitted to ticker after ticker, compiled once."""

    def __init__(self, recipe: AdapterRecipe | None = None) -> None:
        self._recipe = recipe or AdapterRecipe()
        raw = keras.Input((_H, _L), name="raw")
        served = keras.Input((_H, _L), name="served")
        self._factors = keras.Model(raw, _factors(raw, self._recipe), name="correction")
        self._fit = keras.Model([raw, served], _stretched(served, self._factors(raw)))
        self._optimizer = keras.optimizers.Adam(self._recipe.learning_rate)
        # All steps of a fit in one call: for a network this small the calls are what costs.
        self._fit.compile(
            optimizer=self._optimizer,
            loss=PinballLoss(),
            jit_compile=False,
            steps_per_execution=self._recipe.steps,
        )
        self._optimizer.build(self._fit.trainable_variables)
        variables = (*self._factors.variables, *self._optimizer.variables)
        self._start = [ops.convert_to_numpy(variable) for variable in variables]

    def fit(self, raw: Fans, served: Fans, target: Fans, weight: NDArray[np.float64]) -> None:
        """Start from no correction and fit it.

        Args:
            raw: The network's own output, shape (n, horizons, levels).
            served: What serving makes of it, in the same units.
            target: Outcomes in these units, shape (n, horizons).
            weight: Of each case, mean 1, shape (n,).
        """
        variables = (*self._factors.variables, *self._optimizer.variables)
        for variable, value in zip(variables, self._start, strict=True):
            variable.assign(value)
        widths = np.log(raw[:, _MARKS, HIGH] - raw[:, _MARKS, LOW])
        spread = widths.std(axis=0) + 0.05
        units = self._factors.get_layer("units")
        units.set_weights([np.diag(1 / spread), -widths.mean(axis=0) / spread])
        batch = [a.astype(np.float32) for a in (raw, served, target, weight)]
        self._fit.fit(_Repeated(batch, self._recipe.steps), epochs=1, verbose=0)

    def factors(self, raw: Fans) -> Fans:
        """Return the factors on the distances from the median, shape (n, horizons, levels)."""
        found = self._factors(raw.astype(np.float32))
        return np.asarray(keras.ops.convert_to_numpy(found), dtype=np.float64)

    def correction(self) -> Correction:
        """Return the fitted numbers, to be put behind an exported network."""
        units_kernel, units_bias = self._factors.get_layer("units").get_weights()
        kernel, bias = self._factors.get_layer("width").get_weights()
        (shape,) = self._factors.get_layer("shape").get_weights()
        basis = np.stack([np.ones_like(_SLOPE), _SLOPE])
        return Correction(_MARKS, units_kernel, units_bias, kernel, bias, basis, shape[0])


def _factors(raw: Any, recipe: AdapterRecipe) -> Any:
    marks = [raw[:, h, HIGH] - raw[:, h, LOW] for h in _MARKS]
    widths = ops.log(ops.maximum(ops.stack(marks, axis=1), LEAST_WIDTH))
    units = layers.Dense(len(_MARKS), trainable=False, name="units")(widths)
    state = ops.clip(units, -MOST_STATE, MOST_STATE)
    pull = keras.regularizers.L2(recipe.penalty)
    change = layers.Dense(
        2, kernel_initializer="zeros", kernel_regularizer=pull, bias_regularizer=pull, name="width"
    )(state)
    width = change[:, :1] + change[:, 1:] * _SLOPE[None, :]
    shape = layers.Dense(
        _L,
        use_bias=False,
        kernel_initializer="zeros",
        kernel_regularizer=keras.regularizers.L2(recipe.tilt_penalty),
        name="shape",
    )(ops.ones_like(change[:, :1]))
    factor = ops.clip(width, -WIDEST, WIDEST)[:, :, None]
    tilt = ops.clip(shape, -MOST_TILT, MOST_TILT)[:, None, :]
    return ops.exp(factor + tilt)


def _stretched(fans: Any, factors: Any) -> Any:
    middle = fans[:, :, MEDIAN : MEDIAN + 1]
    return middle + (fans - middle) * factors
