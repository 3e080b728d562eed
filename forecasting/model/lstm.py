"""The Keras network: its shape, its loss, and how it is fitted and exported. Training only.

Nothing else imports Keras or TensorFlow, and the bot's own process never imports this module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from forecasting.features.model_inputs import CHANNELS, STEPS, Inputs
from forecasting.features.quarterly_events import AHEAD
from forecasting.values import HORIZONS, LEVELS, MEDIAN

_H = len(HORIZONS)
_SOON = (3, 5, 7, 9, 11, 12, 13, 14, 15, 16, 17, 19)
"""Channels whose means over the coming days the whole network sees."""
_SIZES = (14, 19)
"""Channels that are variances: of an announcement that is known, and of one that is expected."""
_AT_ONCE = 16
"""Steps of a fit in one call. A fit of fewer is done before it could be compiled: 3 s, not 12."""
_MARKS = 16  # kinds of season day that the network tells apart
# Standard normal quantiles: where the fan starts before anything is learned.
_START = np.array(
    [-1.96, -1.645, -1.282, -0.842, -0.674, -0.253, 0.0, 0.253, 0.674, 0.842, 1.282, 1.645, 1.96]
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Choices of the network and its fit; the defaults are the ones that are shipped."""

    units: int = 16
    layers: int = 1
    window: int = STEPS
    dense: int = 96
    dropout: float = 0.1
    penalty: float = 1e-3
    shape_penalty: float = 1e-4
    learning_rate: float = 2e-3
    batch: int = 1024
    epochs: int = 2
    blind: float = 0.15
    """Share of cases shown without the market, so that the network can do without."""
    seed: int = 7


@keras.saving.register_keras_serializable("tickercast")
class Fixed(layers.Layer):  # type: ignore[misc]
    """Adds and multiplies constants that travel with the weights: (x - centre) / spread."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make room for the constants."""
        shape = input_shape[-1:]
        self.centre = self.add_weight(shape=shape, initializer="zeros", trainable=False)
        self.spread = self.add_weight(shape=shape, initializer="ones", trainable=False)

    def call(self, values: Any) -> Any:
        """Return the standardised values."""
        return (values - self.centre) / self.spread


def _fan(context: Any, width: int, name: str) -> Any:
    raw = layers.Dense(_H * width, kernel_initializer="zeros", name=name)(context)
    return ops.cumsum(ops.softplus(layers.Reshape((_H, width))(raw)), axis=-1)


def _start_fans(model: keras.Model) -> None:
    steps = np.diff(_START[MEDIAN:])
    kernel = model.get_layer("steps").get_weights()[0]
    model.get_layer("steps").set_weights([kernel, np.tile(np.log(np.expm1(steps)), _H)])


def _event_variance(seasons: Any, context: Any) -> Any:
    """Return extra variance up to each horizon, per session, from what came on the same days."""
    local = layers.Conv1D(_MARKS, AHEAD - _H + 1, activation="swish")(seasons)
    gate = layers.RepeatVector(_H)(layers.Dense(_MARKS, activation="sigmoid")(context))
    start = keras.initializers.Constant(-1.0)  # steep enough to learn rare days
    sizes = ops.stack([seasons[:, 1 : _H + 1, channel] for channel in _SIZES], axis=2)
    own = layers.Dense(1, use_bias=False, kernel_initializer="ones")(sizes)
    extra = layers.Reshape((_H,))(layers.Dense(1, bias_initializer=start)(local * gate) + own)
    return Fixed(name="season_mean")(ops.cumsum(ops.softplus(extra), axis=-1))


def _soon(seasons: Any) -> Any:
    """Return the mean of the sharpest channels over the first 1 to 20 coming days."""
    sharp = ops.stack([seasons[:, 1:, channel] for channel in _SOON], axis=2)
    means = [ops.mean(sharp[:, :days], axis=1) for days in (1, 2, 3, 5, 10, 20)]
    return layers.Concatenate()(means)


def _zeros(size: int, penalty: float, name: str | None = None) -> layers.Dense:
    pull = keras.regularizers.L2(penalty)
    return layers.Dense(size, kernel_initializer="zeros", kernel_regularizer=pull, name=name)


def build(mean: NDArray[np.float32], spread: NDArray[np.float32], recipe: Recipe) -> keras.Model:
    """Return an untrained network.

    Args:
        mean: Mean of each static feature, shape (features,).
        spread: Its standard deviation, positive.
        recipe: Sizes and penalties.

    Returns:
        A model from (sequence, static, seasons) to quantiles of shape (n, horizons, levels), in
        units of `Inputs.scale` times the root of the horizon. They cannot cross: every level is
        zero plus or minus a sum of positive steps. The median is "no change": every learned one
        was worse on years left out (docs/decisions).
    """
    sequence = keras.Input((STEPS, 6), name="sequence")
    static = keras.Input((len(mean),), name="static")
    seasons = keras.Input((AHEAD, CHANNELS), name="seasons")
    known = ops.clip(Fixed(name="standard")(static), -5.0, 5.0)
    soon = _soon(seasons)
    hidden = _hidden(_memory(sequence, recipe), known, soon, recipe)
    own = [_zeros(_H, recipe.penalty)(part) for part in (known, soon, hidden)]
    log_scale = ops.clip(layers.Add()(own), -3.0, 3.0)
    scale = ops.exp(log_scale) * ops.sqrt(1.0 + _event_variance(seasons, hidden))
    pull = keras.regularizers.L2(recipe.shape_penalty)
    seen = layers.Concatenate()([hidden, soon])
    narrow = layers.Dense(16, activation="tanh", kernel_regularizer=pull)(seen)
    # The same above and below: what rose more often than it fell in one decade fell in another.
    side = _fan(narrow, MEDIAN, "steps")
    shape = ops.concatenate(
        [-ops.flip(side, axis=-1), ops.zeros_like(side[..., :1]), side], axis=-1
    )
    fans = layers.Reshape((_H, 1))(scale) * shape
    model = keras.Model([sequence, static, seasons], fans, name="tickercast")
    model.get_layer("standard").set_weights([mean, spread])
    model.get_layer("season_mean").set_weights([np.zeros(_H), np.arange(1.0, _H + 1)])
    _start_fans(model)
    return model


def _memory(sequence: Any, recipe: Recipe) -> Any:
    recent = sequence if recipe.window == STEPS else sequence[:, -recipe.window :]
    for _ in range(recipe.layers - 1):
        recent = layers.LSTM(recipe.units, return_sequences=True)(recent)
    return layers.LSTM(recipe.units)(recent)


def _hidden(memory: Any, known: Any, soon: Any, recipe: Recipe) -> Any:
    pull = keras.regularizers.L2(recipe.penalty)
    joined = layers.Concatenate()([known, soon, memory])
    first = layers.Dense(recipe.dense, activation="swish", kernel_regularizer=pull)(joined)
    kept = layers.Dropout(recipe.dropout, seed=recipe.seed)(first)
    return layers.Dense(recipe.dense // 2, activation="swish", kernel_regularizer=pull)(kept)


@keras.saving.register_keras_serializable("tickercast")
class PinballLoss(keras.losses.Loss):  # type: ignore[misc]
    """Mean pinball loss over horizons and levels (Koenker and Bassett 1978, Econometrica 46(1))."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each case; y_true (n, horizons), y_pred (n, horizons, levels)."""
        error = ops.expand_dims(y_true, -1) - y_pred
        levels = ops.convert_to_tensor(LEVELS, dtype=y_pred.dtype)
        return ops.mean(ops.maximum(levels * error, (levels - 1.0) * error), axis=(1, 2))


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Shuffled batches, some of them shown without the market."""

    def __init__(
        self,
        inputs: Inputs,
        target: NDArray[np.float32],
        weight: NDArray[np.float32],
        market: NDArray[np.int64],
        rows: NDArray[np.int64],
        recipe: Recipe,
    ) -> None:
        super().__init__()
        self._inputs, self._target, self._weight = inputs, target, weight
        self._market, self._recipe = market, recipe
        self._rng = np.random.default_rng(recipe.seed)
        self._order = self._rng.permutation(rows)

    def __len__(self) -> int:
        return max(1, len(self._order) // self._recipe.batch)

    def on_epoch_end(self) -> None:
        self._order = self._rng.permutation(self._order)

    def __getitem__(self, index: int) -> tuple[Any, Any, Any]:
        size = self._recipe.batch
        rows = self._order[index * size : (index + 1) * size]
        sequence = self._inputs.sequence[rows].astype(np.float32)
        static = self._inputs.static[rows].astype(np.float32)
        blind = self._rng.random(len(rows)) < self._recipe.blind
        static[np.ix_(blind, self._market)] = 0.0
        sequence[blind, :, 5] = 0.0
        seasons = self._inputs.seasons[rows].astype(np.float32)
        return (sequence, static, seasons), self._target[rows], self._weight[rows]


def fit(
    inputs: Inputs,
    target: NDArray[np.float32],
    weight: NDArray[np.float32],
    market: NDArray[np.int64],
    rows: NDArray[np.int64],
    recipe: Recipe,
    verbose: int = 0,
    after_epoch: Callable[[int, keras.Model], None] | None = None,
) -> keras.Model:
    """Return a network fitted to cases.

    Args:
        inputs: Of n cases.
        target: Log return over scale and root of the horizon, shape (n, horizons).
        weight: Of each case, mean 1, shape (n,).
        market: Positions of the market's features, zeroed in the cases shown without it.
        rows: Positions of the cases to fit to; the others stay unseen.
        recipe: Choices.
        verbose: Keras's progress: 0 silent, 1 bar, 2 a line for each epoch.
        after_epoch: Told the epoch and the model so far; may raise to stop.
    """
    keras.utils.set_random_seed(recipe.seed)
    some = inputs.static[rows[:: max(1, len(rows) // 200_000)]]
    model = build(some.mean(axis=0), some.std(axis=0) + 1e-3, recipe)
    batches = _Batches(inputs, target, weight, market, rows, recipe)
    steps = max(1, len(batches) * recipe.epochs)
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 10,
        steps,
        alpha=0.01,
        warmup_target=recipe.learning_rate,
        warmup_steps=min(200, steps // 10),
    )
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)
    few = steps < _AT_ONCE
    model.compile(
        optimizer=optimizer,
        loss=PinballLoss(),
        run_eagerly=few,
        steps_per_execution=1 if few else _AT_ONCE,
    )
    told = []
    if after_epoch is not None:
        told.append(keras.callbacks.LambdaCallback(on_epoch_end=lambda n, _: after_epoch(n, model)))
    model.fit(batches, epochs=recipe.epochs, verbose=verbose, callbacks=told)
    return model


def predict(model: keras.Model, inputs: Inputs) -> NDArray[np.float32]:
    """Return the network's raw output, shape (n, horizons, levels)."""
    feed = [getattr(inputs, name).astype(np.float32) for name in ("sequence", "static", "seasons")]
    raw: NDArray[np.float32] = model.predict(feed, batch_size=2048, verbose=0)
    return raw


def load(path: str | Path) -> keras.Model:
    """Return a network that `to_bytes` saved."""
    return keras.models.load_model(path, compile=False)


def to_bytes(model: keras.Model, folder: Path) -> tuple[bytes, bytes]:
    """Return a model as Keras's own file and as ONNX; `folder` holds them on the way."""
    model.save(folder / "model.keras", include_optimizer=False)
    model([np.zeros((1, *entry.shape[1:]), np.float32) for entry in model.inputs])
    model.export(str(folder / "model.onnx"), format="onnx", verbose=False)
    return (folder / "model.keras").read_bytes(), (folder / "model.onnx").read_bytes()
