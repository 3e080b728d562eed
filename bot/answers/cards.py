"""Cards: forecasts as they are shown where the bot is only called by name, from what is kept alone.

Nothing is fetched and nothing is computed: who types waits for each letter.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.answers.asked import day_of, given_of, tenth_of
from bot.answers.freshness import sessions_old
from bot.answers.questions import kept_of
from bot.answers.several_cards import SeveralCards
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.questions.values import ReadQuestion
from bot.values import GivenChance
from forecasting.errors import CalendarError
from forecasting.sessions import exchange_of, next_close
from storage.records.chats import Place, PlaceSettings
from storage.records.ledger import Issued
from storage.store import Store

UNKNOWN_SECONDS = 300
"""How long a card may be shown again where nobody knows when it will be old."""


@dataclass(frozen=True, slots=True)
class CardWish:
    """What is asked for, and how it is to look; `asked` is a question about the tickers."""

    tickers: tuple[str, ...]
    sessions: int
    theme: Literal["light", "dark"]
    language: str
    asked: ReadQuestion | None = None


@dataclass(frozen=True, slots=True)
class InlineCard:
    """What is at hand of one ticker.

    Attributes:
        issued: Its newest forecast; None where there is none yet.
        file_id: Of its fan; None where that was never uploaded like this.
        sessions_old: How many sessions closed since its as-of.
        asked: The question about it, where one was asked.
        given: What that is answered with; None while there is no forecast.
    """

    ticker: str
    sessions: int
    issued: Issued | None = None
    file_id: str | None = None
    sessions_old: int = 0
    asked: ReadQuestion | None = None
    given: GivenChance | None = None


class CardDesk:
    """Finds cards."""

    def __init__(self, store: AwaitableStore, clock: Clock, bot_id: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._bot_id = bot_id
        self.several = SeveralCards(store, clock, bot_id)

    async def asker(self, user_id: int) -> tuple[PlaceSettings, tuple[str, ...]]:
        """Return how a person likes forecasts, and what they asked for last, alone with the bot."""
        return await self._store.run(_asker, Place(user_id))

    async def keep(self, given: GivenChance, user_id: int) -> None:
        """Write down a question that was answered in a chat the bot is not in, as the person's."""
        await self._store.add_question(kept_of(given, Place(user_id), user_id), self._clock.now())

    async def cards(self, wish: CardWish) -> list[InlineCard]:
        """Return what is at hand of each ticker.

        Raises:
            QuestionRefusedError: What was asked of it has no answer.
        """
        return await self._store.run(_cards, wish, self._bot_id(), self._clock.now())

    def fresh_seconds(self, cards: Sequence[InlineCard]) -> int:
        """Return for how long cards stay true: until the next close, as far as that is known."""
        now, seconds = self._clock.now(), []
        for card in cards:
            wait = UNKNOWN_SECONDS
            if card.issued is not None and not card.sessions_old:
                with suppress(CalendarError):
                    end = next_close(exchange_of(card.ticker), now)
                    wait = int((end - now).total_seconds())
            # What is not at hand yet may be so soon; a chance needs no picture.
            whole = card.file_id or card.given
            seconds.append(wait if whole else min(wait, UNKNOWN_SECONDS))
        return min(seconds, default=UNKNOWN_SECONDS)


def _asker(store: Store, place: Place) -> tuple[PlaceSettings, tuple[str, ...]]:
    return store.settings(place), store.recent_tickers(place)


def _cards(store: Store, wish: CardWish, bot_id: int, now: datetime) -> list[InlineCard]:
    return [_card(store, wish, ticker, bot_id, now) for ticker in wish.tickers]


def _card(store: Store, wish: CardWish, ticker: str, bot_id: int, now: datetime) -> InlineCard:
    issued = next(iter(store.forecasts_of(ticker, 1)), None)
    if issued is None:
        return InlineCard(ticker, wish.sessions, asked=wish.asked)
    if wish.asked is not None:
        return _answered(store, wish, wish.asked, issued, bot_id, now)
    return _fan(store, wish, issued, bot_id, now)


def _answered(
    store: Store, wish: CardWish, asked: ReadQuestion, issued: Issued, bot_id: int, now: datetime
) -> InlineCard:
    ticker = issued.forecast.ticker
    day = day_of(issued.forecast, exchange_of(ticker), asked, now)
    if asked.relation == "where":
        return _fan(store, replace(wish, sessions=day.horizon), issued, bot_id, now)
    given = given_of(issued, asked, day)
    given = replace(given, record=store.chance_record(*tenth_of(given.chance)))
    old = sessions_old(issued, now)
    return InlineCard(ticker, day.horizon, issued, None, old, asked, given)


def _fan(store: Store, wish: CardWish, issued: Issued, bot_id: int, now: datetime) -> InlineCard:
    ticker = issued.forecast.ticker
    file_id = store.newest_fan(bot_id, issued.id, wish.sessions, wish.theme, wish.language)
    return InlineCard(ticker, wish.sessions, issued, file_id, sessions_old(issued, now))
