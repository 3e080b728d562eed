"""Cards of several tickers: what was answered side by side, or as a basket, and is still at hand.

Whoever presses *Share* gets what was just sent; where that is no longer known, the ranges of the
newest forecasts. Nothing is fetched and nothing computed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cachetools import LRUCache

from bot.answers.freshness import sessions_old
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.words.language import Html
from storage.records.ledger import Issued
from storage.records.work import PhotoKey
from storage.store import Store

_MOST_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class SeveralWish:
    """Which tickers are asked for together, and how it is to look.

    Attributes:
        weights: What is put into each, in the order of the tickers; none where they are compared.
    """

    tickers: tuple[str, ...]
    weights: tuple[float, ...]
    sessions: int
    theme: Literal["light", "dark"]
    language: str

    @property
    def command(self) -> str:
        """The command that answers this with a picture."""
        return "basket" if self.weights else "compare"

    @property
    def words(self) -> tuple[str, ...]:
        """What is typed after the command, and after the bot's name."""
        if not self.weights:
            return (*self.tickers, str(self.sessions))
        pairs = zip(self.tickers, self.weights, strict=True)
        return tuple(word for ticker, weight in pairs for word in (ticker, f"{weight:.10g}"))


@dataclass(frozen=True, slots=True)
class SeveralCard:
    """What is at hand of several tickers.

    Attributes:
        issued: The newest forecast of each, in the order of the wish.
        ages: How many sessions closed since the as-of of each.
        file_id, caption: Of the picture that was sent for these very forecasts, or None.
    """

    wish: SeveralWish
    issued: tuple[Issued, ...]
    ages: tuple[int, ...]
    file_id: str | None = None
    caption: Html | None = None


@dataclass(frozen=True, slots=True)
class _Sent:
    picture: str
    caption: Html


class SeveralCards:
    """Remembers answers about several tickers, and finds them again."""

    def __init__(self, store: AwaitableStore, clock: Clock, bot_id: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._bot_id = bot_id
        self._sent: LRUCache[object, _Sent] = LRUCache(_MOST_REMEMBERED)

    def remember(
        self, wish: SeveralWish, forecasts: dict[str, int], picture: str, caption: Html
    ) -> None:
        """Keep what was answered.

        Args:
            wish: What was asked.
            forecasts: The number of each ticker's forecast.
            picture: Its name among uploaded pictures.
            caption: What stands under it.
        """
        numbers = tuple(forecasts[ticker] for ticker in wish.tickers)
        self._sent[_key(wish, numbers)] = _Sent(picture, caption)

    async def find(self, wish: SeveralWish) -> SeveralCard | None:
        """Return the card, None where a ticker has no forecast yet."""
        return await self._store.run(self._find, wish, self._clock.now())

    def _find(self, store: Store, wish: SeveralWish, now: datetime) -> SeveralCard | None:
        found = [next(iter(store.forecasts_of(ticker, 1)), None) for ticker in wish.tickers]
        issued = tuple(one for one in found if one is not None)
        if len(issued) < len(found):
            return None
        ages = tuple(sessions_old(one, now) for one in issued)
        sent = self._sent.get(_key(wish, tuple(one.id for one in issued)))
        if sent is None:
            return SeveralCard(wish, issued, ages)
        key = PhotoKey(self._bot_id(), 0, sent.picture, 0, wish.theme, wish.language)
        return SeveralCard(wish, issued, ages, store.find_photo(key), sent.caption)


def _key(wish: SeveralWish, numbers: tuple[int, ...]) -> object:
    """Return what makes two wishes one: the order in which tickers were typed does not."""
    total = sum(wish.weights)
    shares = [round(weight / total, 9) for weight in wish.weights] or [0.0] * len(numbers)
    held = frozenset(zip(wish.tickers, numbers, shares, strict=True))
    return (wish.command, held, wish.sessions, wish.theme, wish.language)
