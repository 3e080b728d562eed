"""Values of questions: what was asked of a forecast, the chance it was given, and what came."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from storage.records.chats import Place

QuestionRelation = Literal["above", "below", "between", "beyond"]
QuestionStatus = Literal["open", "resolved", "void"]


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question and its chance.

    The chance follows from the quantiles of `forecast_id`, which stands in the hash chain.

    Attributes:
        user_id: Who asked; None once that person asked to be forgotten.
        horizon, target: The session whose close decides, as sessions ahead and as a date.
        relation: Of that close to the prices: `beyond` is outside of both.
        low, high: Prices in the forecast's own share count; `high` 0 where there is one only.
        chance: 0..1.
    """

    place: Place
    user_id: int | None
    forecast_id: int
    horizon: int
    target: date
    relation: QuestionRelation
    low: float
    high: float
    chance: float

    def is_true_of(self, close: float) -> bool:
        """Return whether a close makes it come true."""
        match self.relation:
            case "above":
                return close > self.low
            case "below":
                return close < self.low
            case "between":
                return self.low <= close <= self.high
        return not self.low <= close <= self.high


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A question that was answered, and what became of it."""

    id: int
    question: NewQuestion
    asked_at: datetime
    status: QuestionStatus
    close: float | None = None
    came: bool | None = None


@dataclass(frozen=True, slots=True)
class ChanceRecord:
    """What came of questions that were given much the same chance.

    Attributes:
        resolved: How many different ones were decided.
        said: Their mean chance, 0..1.
        came: Share of them that came true, 0..1.
    """

    resolved: int
    said: float
    came: float
