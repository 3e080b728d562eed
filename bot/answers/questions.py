"""Questions in words, answered from the quantiles of a forecast, kept and scored like one."""

import math
from dataclasses import dataclass
from datetime import date

from bot.answers.forecasts import Answer, ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import QuestionRefusedError
from bot.questions.values import ReadQuestion
from bot.values import DayCut, GivenChance
from forecasting.chances import chance_above, chance_beyond
from forecasting.sessions import last_closed, next_session
from forecasting.values import Forecast
from storage.records.chats import Place
from storage.records.questions import ChanceRecord, NewQuestion, QuestionRelation

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


class QuestionDesk:
    """Answers what was read from a question."""

    def __init__(self, store: AwaitableStore, forecasts: ForecastDesk, clock: Clock) -> None:
        self._store = store
        self._forecasts = forecasts
        self._clock = clock

    async def chance(
        self, place: Place, user_id: int, asked: ReadQuestion
    ) -> tuple[Answer, GivenChance]:
        """Return the chance of what was asked, once it is written down.

        Raises:
            ForecastingError: There is no forecast, and why.
            QuestionRefusedError: The day has gone by, or the currency is another.
        """
        answer = await self._forecasts.answer(asked.tickers[0])
        forecast = answer.issued.forecast
        check_currency(forecast, asked.currency)
        day = self.day_of(answer, asked)
        low, high = prices_of(forecast, asked)
        relation = _RELATIONS[asked.relation]
        chance = chance_of(forecast, relation, low, high, day.horizon)
        target = forecast.targets[day.horizon - 1]
        number = answer.issued.id
        kept = NewQuestion(place, user_id, number, day.horizon, target, relation, low, high, chance)
        await self._store.add_question(kept, self._clock.now())
        given = GivenChance(
            forecast.ticker,
            forecast.currency,
            number,
            relation,
            low,
            high,
            chance,
            day.horizon,
            target,
            asked.when if isinstance(asked.when, date) else None,
            day.cut,
            forecast.close,
            forecast.as_of,
            await self._record(chance),
        )
        return answer, given

    async def forecast(self, asked: ReadQuestion) -> tuple[Answer, AskedDay]:
        """Return the forecast of which "where" is asked, and for which session; errors as above."""
        answer = await self._forecasts.answer(asked.tickers[0])
        return answer, self.day_of(answer, asked)

    async def both(self, asked: ReadQuestion) -> tuple[Answer, Answer, AskedDay]:
        """Return the two forecasts whose width is compared, and at which session."""
        one = await self._forecasts.answer(asked.tickers[0])
        other = await self._forecasts.answer(asked.other)
        return one, other, self.day_of(one, asked)

    def day_of(self, answer: Answer, asked: ReadQuestion) -> AskedDay:
        """Return the session whose close decides: the last one on or before the asked day.

        Raises:
            QuestionRefusedError: It has closed already.
        """
        forecast, when = answer.issued.forecast, asked.when
        last = len(forecast.targets)
        if when is None:
            return AskedDay(last, "unnamed")
        if isinstance(when, int):
            return AskedDay(min(max(when, 1), last), "far" if when > last else "")
        today = self._clock.now().date()
        reached = sum(target <= when for target in forecast.targets)
        if not reached:
            if when < today:
                raise QuestionRefusedError("past", forecast.ticker)
            raise QuestionRefusedError("closed", forecast.ticker, forecast.as_of)
        closed = last_closed(answer.bars.exchange, self._clock.now())
        if forecast.targets[reached - 1] <= closed and reached < last:
            raise QuestionRefusedError("closed", forecast.ticker, closed)
        if reached == last and forecast.targets[-1] != when:
            far = is_far(answer.bars.exchange, forecast.targets[-1], when)
            return AskedDay(last, "far" if far else "before")
        return AskedDay(reached, "" if forecast.targets[reached - 1] == when else "before")

    async def _record(self, chance: float) -> ChanceRecord:
        tenth = min(9, math.floor(chance * 10))
        return await self._store.chance_record(tenth / 10, (tenth + 1) / 10 + 1e-9 * (tenth == 9))


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
    return forecast.close * (1 + asked.low / 100), 0.0


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


def width_at(forecast: Forecast, horizon: int) -> float:
    """Return the width of the 8-in-10 range at a session, as a share of the last close."""
    return (forecast.at(horizon, 0.9) - forecast.at(horizon, 0.1)) / forecast.close
