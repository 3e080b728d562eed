"""`/compare TSLA KO` and `/rank`: tickers beside each other on one picture and one scale."""

from collections.abc import Sequence

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.answers.forecasts import Answer
from bot.answers.several_cards import SeveralCards, SeveralWish
from bot.answers.together import TogetherDesk
from bot.answers.watchlist import Watchlists
from bot.awaitable_store import AwaitableStore
from bot.telegram.commands.context import TYPED, Context, Handlers, at_work, typed_command
from bot.telegram.commands.parsing import read_predict
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.buttons import Keyboard, share_keyboard
from bot.words.cards import TOGETHER_START, read_together
from bot.words.compare import Shown, compare_usage, comparison, rank_usage, ranking
from bot.words.failures import MOST_PER_ANSWER
from bot.words.language import Html, join
from bot.words.names import read_as
from bot.words.watchlist import add_keyboard
from bot.words.ways_out import together
from forecasting.errors import ForecastingError
from storage.records.chats import PlaceSettings

_LINK = TOGETHER_START.format(command="compare")


class CompareCommands:
    """Answers `/compare` and `/rank`."""

    def __init__(
        self,
        replies: Replies,
        together: TogetherDesk,
        lists: Watchlists,
        store: AwaitableStore,
        cards: SeveralCards,
    ) -> None:
        self._replies = replies
        self._together = together
        self._lists = lists
        self._store = store
        self._cards = cards

    def handlers(self) -> Handlers:
        """Return what takes the commands."""
        return (
            CommandHandler("compare", self.compare, filters=TYPED),
            CommandHandler("start", self.on_link, filters=TYPED & filters.Regex(_LINK)),
            CommandHandler("rank", self.rank, filters=TYPED),
        )

    async def compare(self, update: Update, context: Context) -> None:
        """Show two to four tickers on one scale, and who may end ahead."""
        typed = typed_command(update)
        await self._compare(update, context, typed.way, typed.words)

    async def on_link(self, update: Update, context: Context) -> None:
        """Answer what the link of a card asks."""
        typed = typed_command(update)
        asked = read_together("".join(typed.words[:1]))
        await self._compare(update, context, typed.way, asked)

    async def _compare(self, update: Update, context: Context, way: Way, typed: list[str]) -> None:
        asked, words = read_predict(typed, "compare"), self._replies.words
        if len(asked.tickers) < 2:
            keyboard = together("/compare", self._replies.examples)
            await self._replies.text(way, compare_usage(words, MOST_PER_ANSWER), keyboard)
            return
        async with at_work(self._replies, update, context, len(asked.tickers)):
            settings = await self._store.settings(way.place)
            sessions = asked.sessions or settings.sessions
            found = await self._together.gather(asked.tickers, sessions)
            if len(found.answers) > 1:
                chances = await self._together.chances(found.answers, sessions)
                text = comparison(words, shown_of(found.answers), chances, sessions)
                wish = SeveralWish(
                    tuple(one.issued.forecast.ticker for one in found.answers),
                    (),
                    sessions,
                    settings.theme,
                    words.language,
                )
                text = join(read_as(words, asked.named), text)
                await self._send(way, found.answers, sessions, settings, text, wish)
            await self._refuse(way, found.refused)

    async def rank(self, update: Update, context: Context) -> None:
        """Say which of the place's list is widest, calmest, most unusual and announces next."""
        way, words = typed_command(update).way, self._replies.words
        view = await self._lists.view(way.place)
        if not view.tickers:
            keyboard = add_keyboard(words, self._replies.examples)
            await self._replies.text(way, rank_usage(words), keyboard)
            return
        sessions = view.settings.sessions
        async with at_work(self._replies, update, context, MOST_PER_ANSWER):
            found = await self._together.gather(view.tickers, sessions)
            if found.answers:
                comings = [one.coming for one in await self._together.settings(found.answers)]
                text = ranking(words, shown_of(found.answers), comings, sessions)
                await self._send(way, found.answers, sessions, view.settings, text)
            else:
                await self._refuse(way, found.refused[:1])

    async def _send(
        self,
        way: Way,
        answers: Sequence[Answer],
        sessions: int,
        settings: PlaceSettings,
        text: Html,
        wish: SeveralWish | None = None,
    ) -> None:
        grid = await self._together.grid(answers, sessions)
        keyboard: Keyboard = ()
        if wish is not None:
            self._cards.remember(wish, numbers_of(answers), grid.name, text)
            query = self._replies.to_share(" ".join(wish.words))
            keyboard = share_keyboard(self._replies.words, query)
        await self._replies.drawing(way, text, grid.name, settings.theme, grid.draw, keyboard)

    async def _refuse(self, way: Way, errors: Sequence[ForecastingError]) -> None:
        for error in errors:
            await self._replies.refusal(way, error)


def numbers_of(answers: Sequence[Answer]) -> dict[str, int]:
    """Return the number of each ticker's forecast."""
    return {one.issued.forecast.ticker: one.issued.id for one in answers}


def shown_of(answers: Sequence[Answer]) -> list[Shown]:
    """Return of each answer what words tell of it."""
    return [
        (one.issued.id, one.issued.forecast, one.sessions_old, one.bars.held_back)
        for one in answers
    ]
