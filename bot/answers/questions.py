"""Questions in words, answered from the quantiles of a forecast, kept and scored like one."""

from dataclasses import replace

from bot.answers.asked import AskedDay, day_of, given_of, tenth_of
from bot.answers.forecasts import Answer, ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.questions.values import ReadQuestion
from bot.values import GivenChance
from forecasting.values import Forecast
from storage.records.chats import Place
from storage.records.questions import NewQuestion


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
        given = given_of(answer.issued, asked, self._day(answer, asked))
        await self._store.add_question(kept_of(given, place, user_id), self._clock.now())
        record = await self._store.chance_record(*tenth_of(given.chance))
        return answer, replace(given, record=record)

    async def forecast(self, asked: ReadQuestion) -> tuple[Answer, AskedDay]:
        """Return the forecast of which "where" is asked, and for which session; errors as above."""
        answer = await self._forecasts.answer(asked.tickers[0])
        return answer, self._day(answer, asked)

    async def both(self, asked: ReadQuestion) -> tuple[Answer, Answer, AskedDay]:
        """Return the two forecasts whose width is compared, and at which session."""
        one = await self._forecasts.answer(asked.tickers[0])
        other = await self._forecasts.answer(asked.other)
        return one, other, self._day(one, asked)

    def _day(self, answer: Answer, asked: ReadQuestion) -> AskedDay:
        return day_of(answer.issued.forecast, answer.bars.exchange, asked, self._clock.now())


def kept_of(given: GivenChance, place: Place, user_id: int) -> NewQuestion:
    """Return the row of a question, as it was answered."""
    return NewQuestion(
        place,
        user_id,
        given.forecast_id,
        given.horizon,
        given.target,
        given.relation,
        given.low,
        given.high,
        given.chance,
    )


def width_at(forecast: Forecast, horizon: int) -> float:
    """Return the width of the 8-in-10 range at a session, as a share of the last close."""
    return (forecast.at(horizon, 0.9) - forecast.at(horizon, 0.1)) / forecast.close
