"""What many places are told of their weeks, each looked up once a run."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.answers.forecasts import ForecastDesk
from bot.answers.track import track_record
from bot.awaitable_store import AwaitableStore
from bot.background.recap.weeks import TickerWeek, ticker_week
from bot.values import JUDGED, KeptPromise
from bot.words.recap import WeekRound
from bot.words.ticker_news import Ahead
from bot.words.track import promise_kept
from forecasting.announcements.known import Certainty
from forecasting.league import model_points, season_of
from storage.records.chats import Place
from storage.store import Store

Wanted = tuple[str, date]
"""A ticker, and the Friday with which the week ended."""
_DAY = timedelta(days=1)


class WeekDesk:
    """Finds results, announcements and the record for one run at one instant."""

    def __init__(self, store: AwaitableStore, forecasts: ForecastDesk, now: datetime) -> None:
        self._store = store
        self._forecasts = forecasts
        self._now = now
        self._weeks: dict[Wanted, TickerWeek] = {}
        self._ahead: dict[Wanted, Ahead | None] = {}
        self._record: tuple[KeptPromise | None] | None = None

    async def weeks(self, wanted: Iterable[Wanted]) -> dict[Wanted, TickerWeek]:
        """Return what their weeks brought tickers: all that were asked for so far."""
        new = [one for one in dict.fromkeys(wanted) if one not in self._weeks]
        if new:
            self._weeks |= await self._store.run(_found, new)
        return self._weeks

    async def ahead(self, wanted: Iterable[Wanted]) -> dict[Wanted, Ahead | None]:
        """Return whose results are expected in the week that follows, and when."""
        for one in dict.fromkeys(wanted):
            if one not in self._ahead:
                self._ahead[one] = await self._expected(*one)
        return self._ahead

    async def record(self) -> KeptPromise | None:
        """Return how all forecasts ever given held; None where none has come due."""
        if self._record is None:
            self._record = (await self._store.run(_record, self._now),)
        return self._record[0]

    async def league(self, place: Place, friday: date) -> tuple[WeekRound, ...]:
        """Return the questions of a place's league that a week's closes decided, oldest first."""
        return await self._store.run(_decided, place, friday)

    async def _expected(self, ticker: str, friday: date) -> Ahead | None:
        expected = await self._forecasts.announced_next(ticker, friday + _DAY)
        if expected is None or expected.day > friday + 7 * _DAY:
            return None
        return Ahead(expected.day, sure=expected.certainty is not Certainty.GUESSED)


def _found(store: Store, wanted: list[Wanted]) -> dict[Wanted, TickerWeek]:
    return {one: ticker_week(store, *one) for one in wanted}


def _decided(store: Store, place: Place, friday: date) -> tuple[WeekRound, ...]:
    first = friday - 7 * _DAY
    seasons = dict.fromkeys((season_of(first + _DAY), season_of(friday)))
    rounds = [asked for season in seasons for asked in store.rounds_of(place, season)]
    return tuple(
        WeekRound(
            asked.asked.ticker,
            sum(asked.counts),
            asked.counts[asked.fifth] if asked.counts else 0,
            model_points(asked.fifth),
        )
        for asked in rounds
        if first < asked.asked.target <= friday and asked.fifth is not None
    )


def _record(store: Store, now: datetime) -> KeptPromise | None:
    facts = track_record(store, None, now)
    judged = facts.at(JUDGED)
    return KeptPromise(judged.held_80.value, promise_kept(facts)) if judged else None
