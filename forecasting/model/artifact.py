"""What a trained model is on disk: three files and a card that says what they are.

`model.keras` is for training on, `model.onnx` for serving, `card.json` for people and for checks.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import ModelArtifactError
from forecasting.features.model_inputs import FEATURES_VERSION, GROUPS
from forecasting.model.training_years import told_cut
from forecasting.slices import Slice
from forecasting.values import HORIZONS, LEVELS

FORMAT = 2
"""Number of the card's layout."""
Calibration = tuple[tuple[tuple[float, ...], ...], ...]
RANDOM_WALK, GARCH = "random walk (EWMA, normal)", "GARCH(1,1)-t"
"""Baselines as cards and reports name them; the first is what readers know as "no change"."""
_FRESH_DAYS = 731
_LEAST_IN_SLICE = 100
"""Forecasts below which nothing is said of a slice."""
KERAS, ONNX, CARD = "model.keras", "model.onnx", "card.json"


@dataclass(frozen=True, slots=True)
class HorizonQuality:
    """How forecasts of one horizon did on data that training never saw.

    Attributes:
        horizon: Sessions ahead.
        cases: Forecasts scored.
        loss: Scaled pinball loss (best 0).
        skill: Share of the loss saved against each baseline, by name; 0 is no better.
        coverage: Share of outcomes inside the 50, 80 and 95 % band.
        direction: Share of moves whose sign the median had right.
        mae, mae_no_change: Mean absolute error of the median and of "no change", as log return.
        rmse, rmse_no_change: Root of the mean squared error, the same way.
    """

    horizon: int
    cases: int
    loss: float
    skill: dict[str, float]
    coverage: dict[str, float]
    direction: float
    mae: float
    mae_no_change: float
    rmse: float
    rmse_no_change: float


@dataclass(frozen=True, slots=True)
class SliceQuality:
    """How often ranges held in one slice, on data that training never saw.

    Attributes:
        slice: One of `forecasting.slices.SLICES`.
        horizon: Sessions ahead.
        cases: Forecasts scored.
        held_80, held_95: Share of outcomes inside the 80 and 95 % range.
    """

    slice: Slice
    horizon: int
    cases: int
    held_80: float
    held_95: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The scorecard of a recipe: fitted up to `trained_to`, scored on other tickers afterwards.

    Attributes:
        trained_to: Last date of the prices that the scored model saw.
        first, last: Dates that the scored forecasts and their outcomes span.
        tickers: How many tickers, none of them seen in training.
        horizons: One entry each for 1, 5, 10 and 20 sessions.
        slices: One entry for each slice and horizon; empty where not measured.
    """

    trained_to: str
    first: str
    last: str
    tickers: int
    horizons: tuple[HorizonQuality, ...]
    slices: tuple[SliceQuality, ...] = ()

    def at(self, horizon: int) -> HorizonQuality:
        """Return the entry whose horizon is nearest to `horizon`."""
        return min(self.horizons, key=lambda entry: abs(entry.horizon - horizon))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The facts behind the one line that goes with every forecast.

    Attributes:
        held: How many of 100 outcomes the 80 % band held.
        direction: How many of 100 moves had the median's sign.
        coin: Whether that is no better than a coin, within two standard errors of an honest test.
    """

    held: int
    direction: int
    coin: bool


@dataclass(frozen=True, slots=True)
class HeldInSlice:
    """How often the 80 % range of forecasts of one slice held, out of sample.

    Attributes:
        slice: The slice.
        horizon: Sessions ahead that were measured, the nearest to those asked for.
        held: How many of 100 outcomes the range held.
        cases: Forecasts that it rests on.
    """

    slice: Slice
    horizon: int
    held: int
    cases: int


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is made of and how good it is.

    Attributes:
        version: Name of this model in ledgers and captions.
        features_version: Version of `forecasting.features.model_inputs` it was fitted on.
        trained_from, trained_to: First and last date of the prices it saw.
        tickers, cases: How much it saw.
        data: SHA-256 of each price file by its name.
        seed: Root of all randomness in the fit.
        recipe: Choices of network and fit.
        libraries: Versions of the libraries that made it.
        files: SHA-256 of the artefact's other files.
        calibration: Factors on the distance from the median: `GROUPS` of the features by horizons
            by levels.
        low, high: Range of each static input in training.
        quality: Scorecard of the recipe; None for a model that was never scored.
        ticker: The one ticker it was tuned on, empty for a global model.
        base: Version of the model it was tuned from.
    """

    version: str
    features_version: str
    trained_from: str
    trained_to: str
    tickers: int
    cases: int
    data: dict[str, str]
    seed: int
    recipe: dict[str, Any]
    libraries: dict[str, str]
    files: dict[str, str]
    calibration: Calibration
    low: tuple[float, ...]
    high: tuple[float, ...]
    quality: Scorecard | None = None
    ticker: str = ""
    base: str = ""
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """Return the card as JSON text; `read_card` reads it back."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, allow_nan=False).encode()


def read_card(data: bytes) -> Card:
    """Return the card that `Card.to_bytes` wrote.

    Raises:
        ModelArtifactError: It is no card, or one of another format or for other features.
    """
    try:
        raw = json.loads(data)
        quality = raw.pop("quality")
        if quality is not None:
            entries = tuple(HorizonQuality(**entry) for entry in quality.pop("horizons"))
            parts = tuple(SliceQuality(**entry) for entry in quality.pop("slices", ()))
            quality = Scorecard(horizons=entries, slices=parts, **quality)
        for name in ("low", "high"):
            raw[name] = tuple(raw[name])
        raw["calibration"] = tuple(tuple(map(tuple, one)) for one in raw["calibration"])
        card = Card(quality=quality, **raw)
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise ModelArtifactError(f"the model's card cannot be read: {err}") from err
    if card.format != FORMAT or card.features_version != FEATURES_VERSION:
        raise ModelArtifactError(
            f"the model {card.version} was made for features {card.features_version}, format "
            f"{card.format}; this program has {FEATURES_VERSION} and {FORMAT}"
        )
    if np.shape(card.calibration) != (len(GROUPS), len(HORIZONS), len(LEVELS)):
        raise ModelArtifactError(f"the model {card.version} has no calibration of its horizons")
    return card


def sha256(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def verdict(card: Card, horizon: int = 5) -> Verdict | None:
    """Return the facts of the one-line verdict at a horizon; None where nothing was measured."""
    if card.quality is None:
        return None
    entry = card.quality.at(horizon)
    return Verdict(
        held=round(100 * entry.coverage["80"]),
        direction=round(100 * entry.direction),
        # Outcomes of one month move together: two years are at most a hundred independent ones.
        # A median that stays where the price is foretells no direction and is right by chance.
        coin=bool(entry.direction < 0.5 + 2 * 0.5 / np.sqrt(100)),
    )


def is_dated(card: Card, today: date) -> bool:
    """Return whether the prices that a model saw end more than two years ago."""
    return (today - date.fromisoformat(card.trained_to)).days > _FRESH_DAYS


def held_in_slice(card: Card, name: Slice | None, horizon: int = 5) -> HeldInSlice | None:
    """Return how often ranges of a forecast's slice held; None where too few were measured.

    Args:
        card: Of the model that serves, or of its base.
        name: The forecast's `slice`.
        horizon: Sessions ahead.
    """
    measured = card.quality.slices if card.quality is not None else ()
    own = [entry for entry in measured if entry.slice == name and entry.cases >= _LEAST_IN_SLICE]
    if not own:
        return None
    entry = min(own, key=lambda one: abs(one.horizon - horizon))
    return HeldInSlice(entry.slice, entry.horizon, round(100 * entry.held_80), entry.cases)


def write(folder: Path, keras_file: bytes, onnx: bytes, card: Card) -> None:
    """Write a model's three files into a folder, the card last."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KERAS).write_bytes(keras_file)
    (folder / ONNX).write_bytes(onnx)
    (folder / CARD).write_bytes(card.to_bytes())


def version_of(
    weights: Iterable[NDArray[np.float32]],
    calibration: Calibration,
    cut: date,
) -> str:
    """Return the name of a model: equal where all that it serves with is equal.

    Not made of the exported file, whose inner names differ from export to export.

    Args:
        weights: Of the network, in its own order.
        calibration: As in the card, by group, horizon and level.
        cut: Last date whose price it may have seen; the name tells its month where it is the
            month's last day, else the day, as `training_years` reads it.
    """
    numbers = b"".join(np.ascontiguousarray(w, dtype=np.float32).tobytes() for w in weights)
    served = sha256(numbers + repr(calibration).encode())
    return f"lstm-{told_cut(cut)}-{served[:6]}"
