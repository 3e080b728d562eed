"""What a question asks of a forecast: which close decides, at which prices, and the chance."""

import math
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import QuestionRefusedError
from bot.questions.values import ReadQuestion
from bot.values import DayCut, GivenChance
from forecasting.chances import chance_above, chance_beyond
from forecasting.sessions import last_closed, next_session
from forecasting.values import Forecast
from storage.records.ledger import Issued
from storage.records.questions import ChanceRecord, QuestionRelation

POINTS = "PTS"
"""The "currency" in which indexes are named."""
_RELATIONS: dict[str, QuestionRelation] = {
    "above": "above",
    "below": "below",
    "between": "between",
    "beyond": "beyond",
}


@dataclass(frozen=True, slots=True)
class AskedDay:
    """The session whose close decides: how far ahead, and why it is not the day that was asked."""

    horizon: int
    cut: DayCut


def day_of(forecast: Forecast, exchange: str, asked: ReadQuestion, now: datetime) -> AskedDay:
    """Return the session whose close decides: the last one on or before the asked day.

    Raises:
        QuestionRefusedError: It has closed already.
    """
    when = asked.when
    last = len(forecast.targets)
    if when is None:
        return AskedDay(last, "unnamed")
    if isinstance(when, int):
        return AskedDay(min(max(when, 1), last), "far" if when > last else "")
    reached = sum(target <= when for target in forecast.targets)
    if not reached:
        if when < now.date():
            raise QuestionRefusedError("past", forecast.ticker)
        raise QuestionRefusedError("closed", forecast.ticker, forecast.as_of)
    closed = last_closed(exchange, now)
    if forecast.targets[reached - 1] <= closed and reached < last:
        raise QuestionRefusedError("closed", forecast.ticker, closed)
    if reached == last and forecast.targets[-1] != when:
        far = is_far(exchange, forecast.targets[-1], when)
        return AskedDay(last, "far" if far else "before")
    return AskedDay(reached, "" if forecast.targets[reached - 1] == when else "before")


def given_of(issued: Issued, asked: ReadQuestion, day: AskedDay) -> GivenChance:
    """Return what a question is answered with, the record of such answers left out.

    Raises:
        QuestionRefusedError: The currency is another.
    """
    forecast = issued.forecast
    check_currency(forecast, asked.currency)
    low, high = prices_of(forecast, asked)
    relation = _RELATIONS[asked.relation]
    return GivenChance(
        forecast.ticker,
        forecast.currency,
        issued.id,
        relation,
        low,
        high,
        chance_of(forecast, relation, low, high, day.horizon),
        day.horizon,
        forecast.targets[day.horizon - 1],
        asked.when if isinstance(asked.when, date) else None,
        day.cut,
        forecast.close,
        forecast.as_of,
        ChanceRecord(0, 0.0, 0.0),
    )


def tenth_of(chance: float) -> tuple[float, float]:
    """Return from which to below which chance those lie whose record goes with this one."""
    tenth = min(9, math.floor(chance * 10))
    return tenth / 10, (tenth + 1) / 10 + 1e-9 * (tenth == 9)


def is_far(exchange: str, last: date, day: date) -> bool:
    """Return whether a day lies beyond the weekend or holiday that follows the last session."""
    return day >= next_session(exchange, last)


def check_currency(forecast: Forecast, named: str) -> None:
    """Refuse a price in another currency than the ticker's; one without a currency is its own.

    Raises:
        QuestionRefusedError: They differ.
    """
    has = POINTS if forecast.ticker.startswith("^") else forecast.currency.upper()
    if named and has and named != has:
        raise QuestionRefusedError("currency", forecast.ticker, currency=forecast.currency)


def prices_of(forecast: Forecast, asked: ReadQuestion) -> tuple[float, float]:
    """Return what was asked as prices; changes in per cent count from the last close."""
    if not asked.percent:
        return asked.low, asked.high
    if asked.relation == "beyond":
        share = asked.low / 100
        return forecast.close * (1 - share), forecast.close * (1 + share)
    low, high = (forecast.close * (1 + share / 100) for share in (asked.low, asked.high))
    return low, high if asked.relation == "between" else 0.0


def chance_of(
    forecast: Forecast, relation: QuestionRelation, low: float, high: float, horizon: int
) -> float:
    """Return the probability, 0..1, that the close of a session relates to prices as asked."""
    match relation:
        case "above":
            return chance_above(forecast, low, horizon)
        case "below":
            return 1 - chance_above(forecast, low, horizon)
        case "between":
            over_low = chance_above(forecast, low, horizon)
            return max(0.0, over_low - chance_above(forecast, high, horizon))
    return chance_beyond(forecast, high / forecast.close - 1, horizon)
