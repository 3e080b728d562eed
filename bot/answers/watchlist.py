"""The list of tickers a place follows: checked to exist, within limits, changed one at a time."""

import asyncio

from bot.answers.forecasts import ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import LimitReachedError
from bot.values import STALE_SESSIONS, Addition, Refusal, WatchlistView
from forecasting.errors import (
    BadAnswerError,
    ForecastingError,
    NoConnectionError,
    RateLimitedError,
    UnknownTickerError,
)
from storage.records.chats import Place

MOST_IN_PLACE = 50
MOST_BY_PERSON = 100
MOST_AT_ONCE = 20
_MOST_CHECKED_TOGETHER = 8
_SOURCE_TROUBLE = (NoConnectionError, RateLimitedError, BadAnswerError)


class Watchlists:
    """Reads and changes the lists of all places."""

    def __init__(self, store: AwaitableStore, forecasts: ForecastDesk, clock: Clock) -> None:
        self._store = store
        self._forecasts = forecasts
        self._clock = clock
        self._turn = asyncio.Lock()

    async def subscribe(self, place: Place, user_id: int, tickers: tuple[str, ...]) -> Addition:
        """Put tickers that exist on a place's list.

        Raises:
            LimitReachedError: The list or the person has no room for all; nothing was added.
        """
        view = await self.view(place)
        new = tuple(ticker for ticker in tickers if ticker not in view.tickers)
        # Whether there is room for all shows when it is known which of them exist.
        if new and max(len(view.tickers) + 1, len(new)) > MOST_IN_PLACE:
            raise LimitReachedError("place", MOST_IN_PLACE)
        looks = await self._look_up(new)
        refused = tuple(look for look in looks.values() if isinstance(look, Refusal))
        wanted = tuple(t for t in new if not isinstance(looks[t], Refusal))
        added = await self._add(place, user_id, wanted)
        known = tuple(t for t in tickers if t not in added and t not in {r.ticker for r in refused})
        stale = tuple(t for t in added if _is_stale(looks[t]))
        return Addition(added, known, refused, not view.tickers, view.settings, stale)

    async def unsubscribe(self, place: Place, tickers: tuple[str, ...] | None) -> tuple[str, ...]:
        """Take tickers, or all (None), off a place's list and return those that were on it."""
        if tickers is None:
            tickers = (await self.view(place)).tickers
        return await self._store.unsubscribe(place, tickers)

    async def view(self, place: Place) -> WatchlistView:
        """Return a place's list in the order it was made, and the place's settings."""
        listed = await self._store.subscriptions(place)
        settings = await self._store.settings(place)
        return WatchlistView(tuple(entry.ticker for entry in listed), settings)

    async def _add(self, place: Place, user_id: int, tickers: tuple[str, ...]) -> tuple[str, ...]:
        if not tickers:
            return ()
        # One addition at a time: two at once would each find room for themselves.
        async with self._turn:
            mine = await self._store.count_by_user(user_id)
            if mine + len(tickers) > MOST_BY_PERSON:
                raise LimitReachedError("person", MOST_BY_PERSON)
            listed = await self._store.subscriptions(place)
            if len(listed) + len(tickers) > MOST_IN_PLACE:
                raise LimitReachedError("place", MOST_IN_PLACE)
            now = self._clock.now()
            return await self._store.subscribe(place, tickers, user_id, now)

    async def _look_up(self, tickers: tuple[str, ...]) -> dict[str, Refusal | int]:
        free = asyncio.Semaphore(_MOST_CHECKED_TOGETHER)

        async def look(ticker: str) -> Refusal | int:
            async with free:
                return await self._look(ticker)

        found = await asyncio.gather(*(look(ticker) for ticker in tickers))
        return dict(zip(tickers, found, strict=True))

    async def _look(self, ticker: str) -> Refusal | int:
        """Return how many sessions old a ticker's newest price is, or why it cannot be followed."""
        try:
            return (await self._forecasts.answer(ticker)).sessions_old
        except _SOURCE_TROUBLE as err:
            # The source says nothing of the ticker; that others follow it says that it exists.
            return 0 if await self._store.is_watched(ticker) else Refusal(ticker, err)
        except UnknownTickerError as err:
            suggestions = err.suggestions or await self._forecasts.suggestions(ticker)
            return Refusal(ticker, err, suggestions)
        except ForecastingError as err:
            return Refusal(ticker, err)


def _is_stale(look: Refusal | int) -> bool:
    return not isinstance(look, Refusal) and look >= STALE_SESSIONS
