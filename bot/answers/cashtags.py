"""Cashtags in a group's talk: `$TSLA` gets the numbers at hand, at most once an hour."""

import re
from datetime import datetime, timedelta

from cachetools import LRUCache

from bot.answers.cards import CardDesk, CardWish, InlineCard
from bot.clock import Clock
from forecasting.names.table import by_ticker
from storage.records.chats import Place, PlaceSettings

CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,5}(?:[.\-][A-Za-z]{1,4})?)(?![\w$]|[.,]\d)")
"""A dollar sign before letters; `$300` is a price."""
PAUSE = timedelta(hours=1)
MOST_LINES = 3
_MOST_KNOWN = 20_000


class CashtagDesk:
    """Finds what is at hand of the tickers in a text, unless it was said not long ago.

    What was said is held in memory: after a restart a line may come again.
    """

    def __init__(self, desk: CardDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._said: LRUCache[tuple[Place, str], datetime] = LRUCache(_MOST_KNOWN)

    async def cards(
        self, place: Place, text: str, settings: PlaceSettings
    ) -> tuple[InlineCard, ...]:
        """Return the cards to show of a text's cashtags; only forecasts that are there already."""
        due = [ticker for ticker in tickers_in(text) if self._is_due(place, ticker)]
        if not due:
            return ()
        wish = CardWish(tuple(due), settings.sessions, settings.theme, settings.language)
        found = [card for card in await self._desk.cards(wish) if card.issued is not None]
        shown = tuple(found[:MOST_LINES])
        for card in shown:
            self._said[place, card.ticker] = self._clock.now()
        return shown

    def _is_due(self, place: Place, ticker: str) -> bool:
        said = self._said.get((place, ticker))
        return said is None or self._clock.now() - said >= PAUSE


def tickers_in(text: str) -> tuple[str, ...]:
    """Return the tickers that stand with a dollar sign in a text, each once.

    A coin's sign is its ticker without the dollars that Yahoo counts it in: `$BTC`.
    """
    signs = (match[1].upper() for match in CASHTAG.finditer(text))
    return tuple(dict.fromkeys(_ticker(sign) for sign in signs))


def _ticker(sign: str) -> str:
    written = (sign, sign.replace(".", "-"), f"{sign}-USD")
    return next((ticker for ticker in written if ticker in by_ticker()), sign)
