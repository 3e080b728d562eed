"""The league: questions asked on a forecast's own fifths, calls on them, the table of a season."""

from collections.abc import Sequence

from bot.answers.forecasts import ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import ForecastGoneError, UsageError
from forecasting.league import (
    call_points,
    model_points,
    question_of,
    season_of,
    standings,
)
from forecasting.values import Forecast
from storage.records.chats import Place
from storage.records.league import Called, LeagueCall, LeagueLine, LeagueRound, NewRound, Player
from storage.store import Store

MODEL, SAME = 0, -1
"""Players that are no people, among people's ids."""
_NAMES: dict[int, Player] = {MODEL: "model", SAME: "same"}


class LeagueDesk:
    """Asks questions, takes calls and says how a season stands."""

    def __init__(self, store: AwaitableStore, forecasts: ForecastDesk, clock: Clock) -> None:
        self._store = store
        self._forecasts = forecasts
        self._clock = clock

    async def ask(self, place: Place, ticker: str) -> tuple[LeagueRound, bool, Forecast]:
        """Ask in which fifth a ticker will close, unless the place has a question that is open.

        Returns:
            The open question, whether it is new, and the forecast whose fifths are called.

        Raises:
            ForecastingError: There is no forecast, and why.
            UsageError: None of its sessions can be called any more.
        """
        known = await self.waiting(place)
        if known is not None:
            return known[0], False, known[1]
        issued = (await self._forecasts.answer(ticker)).issued
        now = self._clock.now()
        question = question_of(issued.forecast, now)
        if question is None:
            raise UsageError("call-over", ticker)
        asked = NewRound(
            place,
            ticker,
            issued.id,
            question.horizon,
            question.target,
            season_of(question.target),
            question.closes_at,
            question.edges,
            await self._store.run(last_fifth, place, ticker),
        )
        made, new = await self._store.ask_round(asked, now)
        return made, new, await self._forecast(made)

    async def waiting(self, place: Place) -> tuple[LeagueRound, Forecast] | None:
        """Return the question of a place that takes calls, with its forecast, or None."""
        known = await self._store.open_round(place, self._clock.now())
        return None if known is None else (known, await self._forecast(known))

    async def call(
        self,
        place: Place,
        round_id: int,
        user_id: int,
        *,
        fifth: int | None = None,
        sure: bool | None = None,
    ) -> tuple[LeagueRound, Called, Forecast]:
        """Take a person's call, or how sure they are of it.

        Raises:
            UsageError: This place has no such question.
        """
        asked = await self._store.find_round(round_id)
        if asked is None or asked.asked.place != place:
            raise UsageError("call-gone")
        now = self._clock.now()
        called = await self._store.save_call(round_id, user_id, now, fifth=fifth, sure=sure)
        return asked, called, await self._forecast(asked)

    async def stop(self, place: Place) -> LeagueRound:
        """Take back the question of a place that is open.

        Raises:
            UsageError: None is.
        """
        now = self._clock.now()
        known = await self._store.open_round(place, now)
        if known is None or not await self._store.stop_round(known.id, place, now):
            raise UsageError("call-none")
        return known

    async def table(self, place: Place) -> tuple[str, tuple[LeagueLine, ...]]:
        """Return the season of today and its table."""
        season = season_of(self._clock.now().date())
        return season, await self._store.run(season_table, place, season)

    async def _forecast(self, asked: LeagueRound) -> Forecast:
        issued = await self._store.find_forecast(asked.asked.forecast_id)
        if issued is None:
            raise ForecastGoneError(asked.asked.forecast_id)
        return issued.forecast


def last_fifth(store: Store, place: Place, ticker: str) -> int | None:
    """Return what "same fifth as last time" calls: the fifth of the last scored question.

    Of the same ticker where the place had one, else of any; None before the first, and it sits out.
    """
    last = store.latest_round(place, ticker) or store.latest_round(place)
    return None if last is None else last.fifth


def points_of_calls(calls: Sequence[LeagueCall], came: int) -> tuple[tuple[int, float], ...]:
    """Return the points of each call by its number."""
    return tuple((call.id, call_points(call.fifth, came, sure=call.sure)) for call in calls)


def season_table(store: Store, place: Place, season: str) -> tuple[LeagueLine, ...]:
    """Return the table of a place's season, people and the two players that are none; may block.

    The mean that points are drawn to is of all calls as they were scored, so that nobody moves
    when somebody's calls are erased.
    """
    rounds, calls = store.rounds_of(place, season), store.scored_calls(place, season)
    scored = sum(asked.scored for asked in rounds)
    if not scored:
        return ()
    mean = sum(asked.points for asked in rounds) / scored
    newest = {call.user_id: call.id for call in calls}
    points = [(newest[call.user_id], call.points or 0.0) for call in calls]
    for asked in rounds:
        if asked.fifth is not None:
            points.append((MODEL, model_points(asked.fifth)))
            if asked.asked.last_fifth is not None:
                same = call_points(asked.asked.last_fifth, asked.fifth, sure=True)
                points.append((SAME, same))
    return tuple(
        LeagueLine(
            _NAMES.get(line.player, "member"),
            max(line.player, 0),
            line.calls,
            line.points,
            line.rank,
        )
        for line in standings(points, mean)
    )
