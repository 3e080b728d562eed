"""Fits the global model that is shipped. Runs in its own process; the bot's never imports this."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.announcements.known import Announcements
from forecasting.features.dataset import Windows, as_of_rows, join, windows_of
from forecasting.features.model_inputs import FEATURES_VERSION, GROUPS, MIN_SESSIONS, feature_names
from forecasting.model import lstm
from forecasting.model.artifact import KERAS, ONNX, Card, Scorecard, sha256, version_of
from forecasting.training.calibration import calibration, widened
from forecasting.values import HORIZONS, LEVELS, Bars, Float2D

Recipe = lstm.Recipe
_APART = HORIZONS[-1] * 7 // 5 + 7
"""Calendar days between an outcome and a half-year left out: five sessions a week, and holidays."""
_LEFT_OUT = 2
"""Remainder of the half-years left out, chosen so that autumn 2008 is one of them."""
_JUDGED = 300_000
_OTHER_KINDS = GROUPS.index("crypto")
_RARE = 3.0
"""Weight of a case that is no share: one in forty is."""
_RANGE = (0.0005, 0.9995)
_LIBRARIES = ("keras", "tensorflow-cpu", "tensorflow", "numpy", "onnx", "tf2onnx", "onnxruntime")


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


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which cases of a history are used.

    Attributes:
        cut: Last date whose price may be used.
        every: Sessions between two cases of one ticker.
        recent: First date from which cases are `every_recent` sessions apart.
        every_recent: The closer step, for the years most like the next ones.
        past_alone, without: Shares of the cases that are shown only past announcements, and none:
            the network must do with what a forecast can have.
        seed: Root of the offsets.
    """

    cut: date
    every: int = 8
    recent: date = date(2015, 1, 1)
    every_recent: int = 4
    past_alone: float = 0.2
    without: float = 0.3
    seed: int = 7


def cases_of(
    bars: Bars,
    market: Bars | None,
    sampling: Sampling,
    number: int,
    known: Announcements | None = None,
) -> Windows | None:
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
    if known is None or not len(known) or not len(rows):
        return windows_of(bars, rows, market, number) if len(rows) else None
    drawn = rng.random(len(rows))
    past = sampling.without + sampling.past_alone
    shown = (
        (rows[drawn < sampling.without], None),
        (rows[(drawn >= sampling.without) & (drawn < past)], known.past_alone()),
        (rows[drawn >= past], known),
    )
    return join([windows_of(bars, part, market, number, told) for part, told in shown if len(part)])


def gather(
    histories: Iterable[Bars],
    market: Bars | None,
    sampling: Sampling,
    known: Mapping[str, Announcements] | None = None,
) -> Windows:
    """Return the training cases of many histories.

    Args:
        histories: Each ticker's bars.
        market: The market's bars.
        sampling: Which cases.
        known: Announcements by ticker.

    Raises:
        ValueError: None of them is long enough.
    """
    told = known or {}
    found = (
        cases_of(bars, market, sampling, i, told.get(bars.ticker))
        for i, bars in enumerate(histories)
    )
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
    ratio = np.where(cases.inputs.group[:, 0] >= _OTHER_KINDS, _RARE, 1.0) * ratio
    scaled: NDArray[np.float32] = (ratio / ratio.mean()).astype(np.float32)
    return scaled


def market_columns(names: list[str]) -> NDArray[np.int64]:
    """Return the positions of the market's features."""
    return np.array([i for i, name in enumerate(names) if name.startswith("market_")])


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """Where a fit is rehearsed: on all but some half-years, which then show how wide is right.

    Attributes:
        fitted: Positions of the cases whose outcomes do not touch the half-years left out.
        held: Positions of the cases inside them.
        half: The half-year of each held case.
    """

    fitted: NDArray[np.int64]
    held: NDArray[np.int64]
    half: NDArray[np.int64]


def rehearsal(cases: Windows) -> Rehearsal:
    """Return the split: every fifth half-year is left out, with 35 days beside it.

    Five is odd, so first and second halves take turns, and bull and bear markets are both met.
    """
    halves = _half_year(cases.days)
    touched = np.zeros(len(cases), dtype=bool)
    for shift in (-_APART, 0, _APART):
        touched |= _half_year(cases.days + shift) % 5 == _LEFT_OUT
    held = np.flatnonzero(halves % 5 == _LEFT_OUT)
    return Rehearsal(np.flatnonzero(~touched), held, halves[held])


def _half_year(days: NDArray[np.int32]) -> NDArray[np.int64]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 6


def rehearsed_calibration(cases: Windows, names: list[str], recipe: Recipe) -> Float2D:
    """Return calibration factors from a fit that never saw the half-years it is tested on."""
    split = rehearsal(cases)
    if len(np.unique(split.half)) < 2 or not len(split.fitted):
        return np.ones((len(GROUPS), len(HORIZONS), len(LEVELS)))
    model = fit_network(cases, names, recipe, split.fitted)
    step = max(1, len(split.held) // _JUDGED)
    tested, halves = cases.take(split.held[::step]), split.half[::step]
    fans = lstm.predict(model, tested.inputs).astype(np.float64)
    return calibration(fans, target(tested), halves, tested.inputs.group)


def fit_network(
    cases: Windows, names: list[str], recipe: Recipe, rows: NDArray[np.int64] | None = None
) -> Any:
    """Return the network fitted to the cases at the positions `rows`, None being all."""
    return lstm.fit(
        cases.inputs,
        target(cases),
        weight(cases),
        market_columns(names),
        np.arange(len(cases)) if rows is None else rows,
        recipe,
        verbose=2,
    )


def pretrain(
    histories: Iterable[Bars],
    market: Bars | None,
    recipe: Recipe,
    sampling: Sampling,
    data: dict[str, str],
    known: Mapping[str, Announcements] | None = None,
    margin: float = 1.0,
) -> Artifact:
    """Return a model fitted to histories up to the sampling's cut, calibrated by a rehearsal.

    Raises:
        ValueError: No history is long enough.
    """
    chosen = list(histories)
    cases = gather(chosen, market, sampling, known)
    names = feature_names(max(chosen, key=len))
    factors = widened(rehearsed_calibration(cases, names, recipe), margin)
    model = fit_network(cases, names, recipe)
    return package(model, cases, factors, recipe, sampling.cut, data)


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that shape a fit."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def _rounded(factors: Float2D) -> tuple[tuple[tuple[float, ...], ...], ...]:
    return tuple(tuple(tuple(round(float(x), 5) for x in row) for row in one) for one in factors)


def package(
    model: Any,
    cases: Windows,
    factors: Float2D,
    recipe: Recipe,
    cut: date,
    data: dict[str, str],
) -> Artifact:
    """Return a fitted network with its card.

    Args:
        model: The network.
        cases: What it was fitted to.
        factors: Its calibration, shape (groups, horizons, levels).
        recipe: How it was fitted.
        cut: Last date whose price it may have seen.
        data: SHA-256 of each price file by its name.
    """
    with tempfile.TemporaryDirectory() as folder:
        keras_file, onnx = lstm.to_bytes(model, Path(folder))
    static = cases.inputs.static[:: max(1, len(cases) // 200_000)]
    low, high = np.quantile(static, _RANGE, axis=0)
    card = Card(
        version=version_of(model.get_weights(), _rounded(factors), cut),
        features_version=FEATURES_VERSION,
        trained_from=str(np.datetime64(int(cases.days.min()), "D")),
        trained_to=cut.isoformat(),
        tickers=len(np.unique(cases.ticker)),
        cases=len(cases),
        data=data,
        seed=recipe.seed,
        recipe=asdict(recipe),
        libraries=libraries(),
        files={KERAS: sha256(keras_file), ONNX: sha256(onnx)},
        calibration=_rounded(factors),
        low=tuple(round(float(x), 5) for x in low),
        high=tuple(round(float(x), 5) for x in high),
    )
    return Artifact(keras_file, onnx, card)


def with_quality(artifact: Artifact, quality: Scorecard) -> Artifact:
    """Return the artefact with a scorecard in its card."""
    return replace(artifact, card=replace(artifact.card, quality=quality))
