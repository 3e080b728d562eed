"""The values that pass between rooms: frozen, and validated when built.

Nothing here does I/O, reads a clock or knows a library beyond NumPy. Array carriers compare by
identity (`eq=False`) and hold read-only copies; use their `digest` or JSON form to compare content.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import InvalidBarsError, InvalidTickerError
from forecasting.slices import Slice

Float1D = NDArray[np.float64]
Float2D = NDArray[np.float64]
Sessions = NDArray[np.datetime64]

LEVELS: tuple[float, ...] = (
    0.025, 0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9, 0.95, 0.975,
)  # fmt: skip
"""Probability levels of every forecast: the median and the 50, 60, 80, 90 and 95 % bands."""
HORIZONS: tuple[int, ...] = tuple(range(1, 21))
"""Sessions ahead of every forecast."""
MEDIAN = LEVELS.index(0.5)

# An allow-list: the text ends up in URL paths and file names of price sources.
_TICKER = re.compile(r"\^?[A-Z0-9][A-Z0-9.\-=]{0,18}")


def parse_ticker(text: str) -> str:
    """Return the ticker in Yahoo's notation that a person meant.

    Args:
        text: Such as `tsla`, `$TSLA`, `BRK.B`, `7203.T`, `^GSPC`, `btc-usd`.

    Returns:
        Upper case, without a leading `$`; US share classes with a dash (`BRK.B` -> `BRK-B`).

    Raises:
        InvalidTickerError: The text cannot be a ticker.
    """
    symbol = text.strip().removeprefix("$").upper()
    if not symbol.isascii() or not _TICKER.fullmatch(symbol):
        raise InvalidTickerError(text)
    # One letter after a dot is a share class in New York's notation unless it is an exchange of
    # Yahoo's (.L London, .T Tokyo, .F Frankfurt, .V TSX Venture): Yahoo writes classes with a dash.
    if re.fullmatch(r"[A-Z]{1,5}\.[ABCK]", symbol):
        symbol = symbol.replace(".", "-")
    return symbol


def _read_only(values: Any, dtype: Any) -> NDArray[Any]:
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A newest day that is not acted upon yet, because it contradicts the days before.

    Attributes:
        day: The first such session; all later ones are held back as well.
        reason: What it looks like: `unit` (pounds for pence), `split`, or `jump`.
    """

    day: date
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """A ticker's closed sessions, oldest first.

    Attributes:
        ticker: Yahoo's notation.
        sessions: Dates, shape (n,), sorted and unique.
        open, high, low, close: Prices adjusted for splits only, shape (n,), in `currency`.
        adj_close: Close adjusted for splits and dividends, shape (n,); returns come from it.
        volume: Shares, split-adjusted, shape (n,); zero where unknown.
        currency: ISO 4217 code, empty where the source does not say.
        source: Name of the price source, such as `yahoo` or `sample`.
        exchange: Calendar name of `forecasting.sessions`, such as `XNYS` or `24/7`.
        note: A remark that must go with every use, such as what a sample is made of.
        held_back: A newer day that the source gave and that is not believed yet; None for none.
    """

    ticker: str
    sessions: Sessions
    open: Float1D
    high: Float1D
    low: Float1D
    close: Float1D
    adj_close: Float1D
    volume: Float1D
    currency: str
    source: str
    exchange: str
    note: str = ""
    held_back: HeldBack | None = None
    _digest: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sessions", _read_only(self.sessions, "datetime64[D]"))
        for name in ("open", "high", "low", "close", "adj_close", "volume"):
            object.__setattr__(self, name, _read_only(getattr(self, name), np.float64))
        for rule, holds in self._rules():
            if not holds:
                raise InvalidBarsError(self.ticker, rule)

    def _rules(self) -> list[tuple[str, bool]]:
        n = len(self.sessions)
        prices = (self.open, self.high, self.low, self.close, self.adj_close)
        if any(a.shape != (n,) for a in (*prices, self.volume)):
            return [("columns differ in length", False)]
        body_high = np.maximum(self.open, self.close)
        body_low = np.minimum(self.open, self.close)
        slack = 1e-6  # sources round open, high, low and close one by one
        return [
            (
                "sessions are not sorted and unique",
                bool(np.all(self.sessions[1:] > self.sessions[:-1])),
            ),
            (
                "a price is not positive and finite",
                all(bool(np.all(np.isfinite(a) & (a > 0))) for a in prices),
            ),
            (
                "a volume is negative or not finite",
                bool(np.all(np.isfinite(self.volume) & (self.volume >= 0))),
            ),
            ("a high is below its low", bool(np.all(self.high >= self.low * (1 - slack)))),
            ("a high is below open or close", bool(np.all(self.high >= body_high * (1 - slack)))),
            ("a low is above open or close", bool(np.all(self.low <= body_low * (1 + slack)))),
        ]

    def __len__(self) -> int:
        return len(self.sessions)

    @property
    def as_of(self) -> date:
        """The last session."""
        return self.session(-1)

    def session(self, index: int) -> date:
        """Return the date of one bar."""
        day: date = self.sessions[index].item()
        return day

    def between(self, start: date | None, end: date | None) -> Self:
        """Return the bars from `start` to `end`, both included; None is open."""
        lo = 0 if start is None else int(np.searchsorted(self.sessions, np.datetime64(start)))
        # An open end is "not a time", which sorts behind every session.
        hi = int(np.searchsorted(self.sessions, np.datetime64(end), side="right"))
        if lo == 0 and hi == len(self):
            return self
        return self.rows(slice(lo, hi))

    def rows(self, part: slice) -> Self:
        """Return the bars at the positions `part`."""
        columns = ("sessions", "open", "high", "low", "close", "adj_close", "volume")
        return replace(self, **{name: getattr(self, name)[part] for name in columns})

    def scaled(self, factor: float) -> Self:
        """Return the bars with all prices multiplied, as a split since would have done."""
        if factor == 1.0:
            return self
        prices = ("open", "high", "low", "close", "adj_close")
        return replace(self, **{name: getattr(self, name) * factor for name in prices})

    def holding_back(self, doubt: HeldBack) -> Self:
        """Return the bars with a remark on a newer day that is held back."""
        return replace(self, held_back=doubt)

    def digest(self) -> str:
        """Return 16 hexadecimal digits that stand for the prices (not for where they came from)."""
        if not self._digest:
            # Each question asks for it, and reads all prices.
            object.__setattr__(self, "_digest", self._computed_digest())
        return self._digest

    def _computed_digest(self) -> str:
        sha = hashlib.sha256(self.ticker.encode())
        sha.update(self.sessions.astype("<i8").tobytes())
        for name in ("open", "high", "low", "close", "adj_close"):
            # Seven digits: a source that recomputes adjustments wobbles in the last bits.
            sha.update(getattr(self, name).astype("<f4").tobytes())
        return sha.hexdigest()[:16]


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """The distribution of a ticker's close for each of the next sessions.

    Attributes:
        ticker: Yahoo's notation.
        as_of: The last closed session the forecast knows.
        close: That session's close, adjusted for splits, in `currency`.
        targets: Dates of the next sessions, shape (h,), all after `as_of`.
        quantiles: Prices in `currency`, shape (h, levels), rising along the level axis.
        levels: Probability levels, shape (levels,).
        currency: ISO 4217 code, empty where unknown.
        source: Name of the price source.
        model_version: Version of the model that made it.
        data_digest: `Bars.digest` of the history it was made from.
        usual_width: Typical width of this ticker's 80 % band over its last year at each horizon, as
            a share of the close, shape (h,); NaN where unknown.
        cautions: Stable names of what a reader must be told: `widened` (inputs outside the
            training range), `calendar-guessed`, `short-history`, `no-market` (the market's state is
            missing), `no-dates` (who was asked could not say when the company announces its
            results), `dates-unasked` (this installation asks nobody).
        note: The bars' note.
        slice: Which slice of days it is in; None in forecasts from before there were slices.
    """

    ticker: str
    as_of: date
    close: float
    targets: tuple[date, ...]
    quantiles: Float2D
    currency: str
    source: str
    model_version: str
    data_digest: str
    usual_width: Float1D
    levels: tuple[float, ...] = LEVELS
    cautions: tuple[str, ...] = ()
    note: str = ""
    slice: Slice | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "quantiles", _read_only(self.quantiles, np.float64))
        object.__setattr__(self, "usual_width", _read_only(self.usual_width, np.float64))
        shape = (len(self.targets), len(self.levels))
        if self.quantiles.shape != shape or self.usual_width.shape != shape[:1]:
            raise ValueError(f"{self.ticker}: quantiles {self.quantiles.shape}, expected {shape}")
        if not self.targets or min(self.targets) <= self.as_of:
            raise ValueError(f"{self.ticker}: a target is not after {self.as_of}")
        if any(a >= b for a, b in pairwise(self.targets)):
            raise ValueError(f"{self.ticker}: targets are not rising")
        if not np.all(np.isfinite(self.quantiles) & (self.quantiles > 0)):
            raise ValueError(f"{self.ticker}: a quantile is not a positive price")
        if np.any(np.diff(self.quantiles) < 0):
            raise ValueError(f"{self.ticker}: quantiles cross")

    def at(self, horizon: int, level: float) -> float:
        """Return the price at a level, `horizon` sessions ahead (interpolated between levels)."""
        row = self.quantiles[horizon - 1]
        return float(np.interp(level, self.levels, row))

    def to_json(self) -> dict[str, Any]:
        """Return the forecast as JSON values; `from_json` reads it back exactly."""
        return {
            "ticker": self.ticker,
            "as_of": self.as_of.isoformat(),
            "close": self.close,
            "targets": [day.isoformat() for day in self.targets],
            "levels": list(self.levels),
            "quantiles": self.quantiles.tolist(),
            "currency": self.currency,
            "source": self.source,
            "model_version": self.model_version,
            "data_digest": self.data_digest,
            "usual_width": [None if np.isnan(w) else w for w in self.usual_width.tolist()],
            "cautions": list(self.cautions),
            "note": self.note,
            # Rows of older ledgers have none, and read and written again they must stay the same.
            **({"slice": self.slice} if self.slice else {}),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Build a forecast from what `to_json` returned."""
        return cls(
            ticker=data["ticker"],
            as_of=date.fromisoformat(data["as_of"]),
            close=data["close"],
            targets=tuple(date.fromisoformat(day) for day in data["targets"]),
            levels=tuple(data["levels"]),
            quantiles=data["quantiles"],
            currency=data["currency"],
            source=data["source"],
            model_version=data["model_version"],
            data_digest=data["data_digest"],
            usual_width=data["usual_width"],
            cautions=tuple(data["cautions"]),
            note=data["note"],
            slice=data.get("slice"),
        )

    def canonical(self) -> str:
        """Return the one JSON text that the ledger stores and hashes."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), allow_nan=False)
