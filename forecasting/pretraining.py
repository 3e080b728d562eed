"""Fits the global model that is shipped. Runs in its own process; the bot's never imports this."""

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.features import FEATURES_VERSION, MIN_SESSIONS
from forecasting.model import lstm
from forecasting.model.artifact import KERAS, ONNX, Card, Quality, sha256
from forecasting.values import HORIZONS, LEVELS, MEDIAN, Bars, Float2D
from forecasting.windows import Windows, as_of_rows, join, windows_of

Recipe = lstm.Recipe
UNSEEN = 0.3
"""Share of tickers that a scored model never sees, chosen by their names."""
_LIBRARIES = ("keras", "tensorflow-cpu", "tensorflow", "numpy", "onnx", "tf2onnx", "onnxruntime")


def is_unseen(ticker: str) -> bool:
    """Return whether a scored model must not see the ticker: the same in every file and year."""
    first = int(hashlib.sha256(ticker.encode()).hexdigest()[:8], 16)
    return first / 2**32 < UNSEEN


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which cases of a history are used.

    Attributes:
        cut: Last date whose price may be used.
        every: Sessions between two cases of one ticker.
        recent: First date from which cases are `every_recent` sessions apart.
        every_recent: The closer step, for the years most like the next ones.
        seed: Root of the offsets.
    """

    cut: date
    every: int = 6
    recent: date = date(2015, 1, 1)
    every_recent: int = 3
    seed: int = 7


def cases_of(bars: Bars, market: Bars | None, sampling: Sampling, number: int) -> Windows | None:
    """Return the training cases of one history, None where it is too short."""
    if len(bars) < MIN_SESSIONS + HORIZONS[-1]:
        return None
    rng = np.random.default_rng([sampling.seed, number])
    old = as_of_rows(bars, None, sampling.cut, sampling.every, int(rng.integers(sampling.every)))
    new = as_of_rows(
        bars,
        sampling.recent,
        sampling.cut,
        sampling.every_recent,
        int(rng.integers(sampling.every_recent)),
    )
    old = old[bars.sessions[old] < np.datetime64(sampling.recent, "D")]
    rows = np.concatenate([old, new])
    return windows_of(bars, rows, market, number) if len(rows) else None


def gather(histories: Iterable[Bars], market: Bars | None, sampling: Sampling) -> Windows:
    """Return the training cases of many histories.

    Raises:
        ValueError: None of them is long enough.
    """
    found = (cases_of(bars, market, sampling, i) for i, bars in enumerate(histories))
    parts = [part for part in found if part is not None]
    if not parts:
        raise ValueError("no history is long enough to train on")
    return join(parts)


def target(cases: Windows) -> NDArray[np.float32]:
    """Return outcomes in units of scale times root of the horizon, shape (n, horizons)."""
    units = cases.inputs.scale[:, None] * np.sqrt(np.asarray(HORIZONS, dtype=float))
    scaled: NDArray[np.float32] = (cases.outcome / units).astype(np.float32)
    return scaled


def weight(cases: Windows) -> NDArray[np.float32]:
    """Return each case's weight, mean 1: its volatility against its ticker's usual one.

    The measure divides losses by the ticker's usual move, the target by the current one.
    """
    ratio = np.clip(cases.inputs.scale / cases.usual, 0.2, 5.0)
    scaled: NDArray[np.float32] = (ratio / ratio.mean()).astype(np.float32)
    return scaled


def market_columns(names: list[str]) -> NDArray[np.int64]:
    """Return the positions of the market's features."""
    return np.array([i for i, name in enumerate(names) if name.startswith("market_")])


def fit_network(cases: Windows, names: list[str], recipe: Recipe, verbose: int = 2) -> Any:
    """Return the network fitted to the cases."""
    return lstm.fit(
        cases.inputs, target(cases), weight(cases), market_columns(names), recipe, verbose
    )


def calibration(units: Float2D, outcome: Float2D, case_weight: Float2D) -> Float2D:
    """Return factors on each level's distance from the median that make its share right.

    Args:
        units: Quantiles of n held-back cases, shape (n, horizons, levels).
        outcome: What came, in the same units, shape (n, horizons).
        case_weight: Shape (n,).

    Returns:
        Shape (horizons, levels), smooth over horizons, within [0.8, 1.25].
    """
    factors = np.ones((len(HORIZONS), len(LEVELS)))
    for j, level in enumerate(LEVELS):
        if j == MEDIAN:
            continue
        distance = units[:, :, j] - units[:, :, MEDIAN]
        ratio = (outcome - units[:, :, MEDIAN]) / distance
        share = level if j > MEDIAN else 1 - level
        for i in range(len(HORIZONS)):
            order = np.argsort(ratio[:, i])
            mass = np.cumsum(case_weight[order]) / case_weight.sum()
            factors[i, j] = ratio[order[np.searchsorted(mass, share)], i]
    smooth = np.apply_along_axis(_smooth, 0, factors)
    return np.clip(smooth, 0.8, 1.25)


def _smooth(column: Float2D) -> Float2D:
    horizons = np.log(np.asarray(HORIZONS, dtype=float))
    return np.polyval(np.polyfit(horizons, column, 2), horizons)


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that shape a fit."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Artifact:
    """A fitted model, ready to be written.

    Attributes:
        keras: Keras's own file.
        onnx: The exported network.
        card: What it is.
    """

    keras: bytes
    onnx: bytes
    card: Card


def package(
    model: Any,
    cases: Windows,
    factors: Float2D,
    recipe: Recipe,
    data: dict[str, str],
    quality: Quality | None,
) -> Artifact:
    """Return a fitted network with its card."""
    with tempfile.TemporaryDirectory() as folder:
        keras_file, onnx = lstm.to_bytes(model, Path(folder))
    first, last = (
        np.datetime64(int(cases.days.min()), "D"),
        np.datetime64(int(cases.days.max()), "D"),
    )
    static = cases.inputs.static
    low, high = np.quantile(static[:: max(1, len(static) // 200_000)], (0.0005, 0.9995), axis=0)
    card = Card(
        version=f"lstm-{last}-{sha256(onnx)[:6]}",
        features_version=FEATURES_VERSION,
        trained_from=str(first),
        trained_to=str(last),
        tickers=len(np.unique(cases.ticker)),
        cases=len(cases),
        data=data,
        seed=recipe.seed,
        recipe=asdict(recipe),
        libraries=libraries(),
        files={KERAS: sha256(keras_file), ONNX: sha256(onnx)},
        calibration=tuple(tuple(round(float(x), 5) for x in row) for row in factors),
        low=tuple(round(float(x), 5) for x in low),
        high=tuple(round(float(x), 5) for x in high),
        quality=quality,
    )
    return Artifact(keras_file, onnx, card)


def with_quality(artifact: Artifact, quality: Quality) -> Artifact:
    """Return the artefact with a scorecard in its card."""
    return replace(artifact, card=replace(artifact.card, quality=quality))
