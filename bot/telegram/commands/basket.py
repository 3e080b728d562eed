"""`/basket TSLA 40 KO 60`: what several tickers may be worth together."""

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.answers.baskets import BasketDesk
from bot.answers.several_cards import SeveralCards, SeveralWish
from bot.answers.together import Gathered, TogetherDesk
from bot.answers.watchlist import Watchlists
from bot.telegram.commands.baskets_typed import (
    MOST_HELD,
    BasketRequest,
    equal_shares,
    read_basket,
)
from bot.telegram.commands.compare import numbers_of, shown_of
from bot.telegram.commands.context import TYPED, Context, Handlers, at_work, typed_command
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.baskets import basket_caption, basket_title, basket_usage
from bot.words.buttons import share_keyboard
from bot.words.cards import TOGETHER_START, read_together
from bot.words.failures import MOST_PER_ANSWER
from bot.words.language import join
from bot.words.names import read_as
from bot.words.ways_out import together
from storage.records.chats import PlaceSettings

_LINK = TOGETHER_START.format(command="basket")


class BasketCommand:
    """Answers `/basket`."""

    def __init__(
        self,
        replies: Replies,
        together: TogetherDesk,
        baskets: BasketDesk,
        lists: Watchlists,
        cards: SeveralCards,
    ) -> None:
        self._replies = replies
        self._together = together
        self._baskets = baskets
        self._lists = lists
        self._cards = cards

    def handlers(self) -> Handlers:
        """Return what takes the command."""
        return (
            CommandHandler("basket", self.on_command, filters=TYPED),
            CommandHandler("start", self.on_link, filters=TYPED & filters.Regex(_LINK)),
        )

    async def on_link(self, update: Update, context: Context) -> None:
        """Answer what the link of a card asks."""
        typed = typed_command(update)
        await self._answer(update, context, typed.way, read_together("".join(typed.words[:1])))

    async def on_command(self, update: Update, context: Context) -> None:
        """Show what the typed basket, or the place's list in equal shares, may be worth."""
        typed = typed_command(update)
        await self._answer(update, context, typed.way, typed.words)

    async def _answer(self, update: Update, context: Context, way: Way, typed: list[str]) -> None:
        words = self._replies.words
        view = await self._lists.view(way.place)
        asked = read_basket(typed) if typed else equal_shares(view.tickers[:MOST_HELD])
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
        title, text = basket_title(words), join(read_as(words, asked.named), text)
        wish = SeveralWish(
            asked.tickers, asked.weights, settings.sessions, settings.theme, words.language
        )
        self._cards.remember(wish, numbers_of(found.answers), made.name, text)
        await self._replies.drawing(
            way,
            text,
            made.name,
            settings.theme,
            lambda theme, texts: made.draw(title, theme, texts),
            share_keyboard(words, self._replies.to_share(" ".join(wish.words))),
        )
