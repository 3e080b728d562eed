"""Values of baskets: what was said of several forecasts held together, and what came."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BasketPart:
    """One of the forecasts in a basket.

    Attributes:
        forecast_id, horizon: The session whose close decides.
        weight: Its share of the worth on the day of the forecast, 0..1.
    """

    forecast_id: int
    horizon: int
    weight: float


@dataclass(frozen=True, slots=True)
class NewBasket:
    """A basket and its 80 % range; it follows from forecasts that stand in the hash chain.

    Nobody's name is on it, so that there is nothing to erase.

    Attributes:
        parts: Its forecasts.
        target: The last session of them.
        low, high: Growth from the forecasts' closes; 1 is no change.
    """

    parts: tuple[BasketPart, ...]
    target: date
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BasketRecord:
    """How many baskets were decided, and how many ended inside their range."""

    resolved: int
    inside: int
