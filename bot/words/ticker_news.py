"""What the last session brought a ticker, as a digest is worded from it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from forecasting.values import Forecast

Side = Literal["above", "below", "inside"]


@dataclass(frozen=True, slots=True)
class Came:
    """Where a close fell in the range that was given for it, in shares of now.

    Attributes:
        low, high: Ends of the range that 8 in 10 closes fall into.
    """

    side: Side
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """The day on which a company is to tell its results; `sure` where somebody has said so."""

    day: date
    sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class TickerNews:
    """What the last session brought a ticker.

    Attributes:
        forecast_id: Number of the new forecast in the ledger.
        forecast: The new forecast; its as-of is the session that is told about.
        move: Change of the close since the session of the digest before, as a share.
        came: What became of the range given then; None where none was.
        width_change: Change of the range's width 20 sessions ahead since then, as a share.
        earlier_id: Number of the forecast given then, 0 where none was.
        ahead: The next announcement, None where none is near.
        learned: Whether the model that gave the earlier forecast was trained on its day.
    """

    forecast_id: int
    forecast: Forecast
    move: float
    came: Came | None
    width_change: float | None
    earlier_id: int = 0
    ahead: Ahead | None = None
    learned: bool = False

    @property
    def remarkable(self) -> bool:
        """Whether the close left the range that was given for it."""
        return self.came is not None and self.came.side != "inside"
