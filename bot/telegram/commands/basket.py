"""`/basket TSLA 40 KO 60`: what several tickers may be worth together."""

import re
from dataclasses import dataclass

from telegram import Update
from telegram.ext import CommandHandler

from bot.answers.baskets import BasketDesk
from bot.answers.together import Gathered, TogetherDesk
from bot.answers.watchlist import Watchlists
from bot.telegram.commands.compare import shown_of
from bot.telegram.commands.context import TYPED, Context, Handlers, at_work, typed_command
from bot.telegram.commands.parsing import read_named
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.baskets import basket_caption, basket_title, basket_usage
from bot.words.failures import MOST_PER_ANSWER
from bot.words.language import join
from bot.words.names import read_as
from bot.words.ways_out import together
from forecasting.names import resolve
from storage.records.chats import PlaceSettings

MOST_HELD = 10
"""Tickers in one basket: more do not fit under a picture."""
_SHARE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)%?")


@dataclass(frozen=True, slots=True)
class BasketRequest:
    """Which tickers, and what is put into each.

    Attributes:
        named: Those of the tickers that were called by a name.
    """

    tickers: tuple[str, ...]
    weights: tuple[float, ...]
    named: tuple[str, ...] = ()


class BasketCommand:
    """Answers `/basket`."""

    def __init__(
        self, replies: Replies, together: TogetherDesk, baskets: BasketDesk, lists: Watchlists
    ) -> None:
        self._replies = replies
        self._together = together
        self._baskets = baskets
        self._lists = lists

    def handlers(self) -> Handlers:
        """Return what takes the command."""
        return (CommandHandler("basket", self.on_command, filters=TYPED),)

    async def on_command(self, update: Update, context: Context) -> None:
        """Show what the typed basket, or the place's list in equal shares, may be worth."""
        typed, words = typed_command(update), self._replies.words
        way = typed.way
        view = await self._lists.view(way.place)
        asked = read_basket(typed.words) if typed.words else _equal(view.tickers[:MOST_HELD])
        if asked is None or len(asked.tickers) < 2:
            keyboard = together("/basket", self._replies.examples)
            await self._replies.text(way, basket_usage(words, MOST_HELD), keyboard)
            return
        questions = min(len(asked.tickers), MOST_PER_ANSWER)
        async with at_work(self._replies, update, context, questions):
            found = await self._together.gather(asked.tickers, view.settings.sessions)
            if found.refused:
                # A basket without one of its tickers would be another one.
                for error in found.refused:
                    await self._replies.refusal(way, error)
                return
            await self._send(way, found, asked, view.settings)

    async def _send(
        self, way: Way, found: Gathered, asked: BasketRequest, settings: PlaceSettings
    ) -> None:
        words, share = self._replies.words, dict(zip(asked.tickers, asked.weights, strict=True))
        weights = [share[answer.issued.forecast.ticker] for answer in found.answers]
        made = await self._baskets.basket(found.answers, weights, settings.sessions)
        text = basket_caption(words, shown_of(found.answers), made.basket, made.record)
        title = basket_title(words)
        await self._replies.drawing(
            way,
            join(read_as(words, asked.named), text),
            made.name,
            settings.theme,
            lambda theme, texts: made.draw(title, theme, texts),
        )


def read_basket(words: list[str]) -> BasketRequest | None:
    """Return what a basket holds: each ticker or name with its share, or all without.

    Returns:
        None where some have a share and others not, a share is nothing, or they are too many.

    Raises:
        InvalidTickerError: A word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
    """
    found: dict[str, float] = {}
    named: list[str] = []
    waiting: list[str] = []
    for word in words:
        share = _SHARE.fullmatch(word)
        if share is None or not waiting or resolve.exact(" ".join((*waiting, word))):
            waiting.append(word)
            continue
        subjects = read_named(waiting, MOST_HELD)
        if len(subjects) != 1 or subjects[0].ticker in found or not float(share[1]):
            return None
        found[subjects[0].ticker] = float(share[1])
        named += [subject.ticker for subject in subjects if subject.by_name]
        waiting = []
    if not found:
        subjects = read_named(waiting, len(waiting))
        by_name = tuple(subject.ticker for subject in subjects if subject.by_name)
        return _equal(tuple(subject.ticker for subject in subjects), by_name)
    if waiting or len(found) > MOST_HELD:
        return None
    return BasketRequest(tuple(found), tuple(found.values()), tuple(named))


def _equal(tickers: tuple[str, ...], named: tuple[str, ...] = ()) -> BasketRequest | None:
    if len(tickers) > MOST_HELD:
        return None
    return BasketRequest(tickers, (1.0,) * len(tickers), named)
