"""Values of the ledger: forecasts as issued, the chain over them, and what came of each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from forecasting.values import Forecast

Status = Literal["resolved", "void"]


@dataclass(frozen=True, slots=True, eq=False)
class Issued:
    """A forecast in the ledger.

    Attributes:
        row_hash: `sha256(previous_hash | id | issued_at | canonical text)` as hexadecimal.
        new: False when the same question had been answered before.
    """

    id: int
    forecast: Forecast
    issued_at: datetime
    previous_hash: str
    row_hash: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link of the chain, without the forecast."""

    id: int
    previous_hash: str
    row_hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a walk along the chain found; `broken_id` is the first row that does not hold."""

    rows: int
    head: ChainLink | None
    broken_id: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether every row is as it was issued."""
        return self.broken_id is None


@dataclass(frozen=True, slots=True)
class DailyHead:
    """The chain's newest row at the end of a day, as it was published."""

    day: date
    id: int
    row_hash: str
    published_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class DueResolution:
    """A promise whose day has come and that nobody has compared with the close yet."""

    ticker: str
    target: date
    forecast_id: int
    horizon: int


@dataclass(frozen=True, slots=True)
class CorrectingRow:
    """A row that sets a result right.

    Attributes:
        result: The right result; names forecast and horizon.
        was: The close that was written before.
        why: Such as `price-corrected`.
    """

    ticker: str
    result: "Resolution"
    was: float | None
    why: str
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a forecast at one horizon.

    Attributes:
        close: The official close, adjusted to the forecast's own share count; None when void.
        log_return: Log of `close` over the as-of close.
        pit: The forecast's probability of a close at or below the one that came, 0..1.
        in_50, in_80, in_95: Whether `close` was within that band.
        abs_error: |median - close| as a share of the as-of close.
        naive_abs_error: The same for "no change".
        loss: Mean pinball loss over the levels as a share of the as-of close.
        naive_loss: The same for the random walk the product compares itself with.
        reason: Why it is void, such as `halted` or `no-session`.
    """

    forecast_id: int
    horizon: int
    target: date
    status: Status
    close: float | None = None
    log_return: float | None = None
    pit: float | None = None
    in_50: bool | None = None
    in_80: bool | None = None
    in_95: bool | None = None
    abs_error: float | None = None
    naive_abs_error: float | None = None
    loss: float | None = None
    naive_loss: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedForecast:
    """A resolution beside what it resolves."""

    ticker: str
    as_of: date
    model_version: str
    resolution: Resolution
    resolved_at: datetime
