"""`/model [TICKER]` and `/backtest TICKER [sessions]`: the proof behind the forecasts."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.answers.backtest import DEFAULT_SESSIONS, BacktestDesk
from bot.answers.model_facts import model_facts, quality_picture
from bot.answers.models import ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import UsageError
from bot.telegram.commands.context import TYPED, Context, Handlers, at_work, typed_command
from bot.telegram.commands.parsing import read_predict, read_tickers
from bot.telegram.replies import Replies
from bot.words.backtest import backtest_text
from bot.words.model_card import model_text
from forecasting.charts.backtest import draw_backtest
from forecasting.charts.quality import draw_quality


class ModelCommands:
    """Answers `/model` and `/backtest`."""

    def __init__(
        self,
        replies: Replies,
        store: AwaitableStore,
        models: ModelShelf,
        backtests: BacktestDesk,
        clock: Clock,
    ) -> None:
        self._replies = replies
        self._store = store
        self._models = models
        self._backtests = backtests
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes `/model` and `/backtest`."""
        return (
            CommandHandler("model", self.model, filters=TYPED),
            CommandHandler("backtest", self.backtest, filters=TYPED),
        )

    async def model(self, update: Update, _context: Context) -> None:
        """Say which model serves and how good it is; of a ticker, what the night decided."""
        typed = typed_command(update)
        way, tickers = typed.way, read_tickers(typed.words, 1)
        ticker = tickers[0] if tickers else None
        today = self._clock.now().date()
        facts = await self._store.run(model_facts, self._models, ticker, today)
        settings = await self._store.settings(way.place)
        words = self._replies.words
        text = model_text(words, facts)
        shown = None
        if ticker is None:
            shown = quality_picture(facts.card, words.plain("no change"), words.plain("GARCH"))
        if shown is None:
            await self._replies.text(way, text)
            return
        name, quality = shown
        await self._replies.drawing(
            way,
            text,
            name,
            settings.theme,
            lambda theme, texts: draw_quality(quality, theme=theme, texts=texts),
        )

    async def backtest(self, update: Update, context: Context) -> None:
        """Show predicted against actual for the last 120 sessions of a ticker.

        Raises:
            UsageError: No ticker, more than one, or sessions outside 1..20.
        """
        typed = typed_command(update)
        asked = read_predict(typed.words, "backtest")
        if len(asked.tickers) != 1:
            raise UsageError("backtest", tickers=asked.tickers)
        async with at_work(self._replies, update, context):
            sessions = asked.sessions or DEFAULT_SESSIONS
            found = await self._backtests.backtest(asked.tickers[0], sessions)
            settings = await self._store.settings(typed.way.place)
            text = backtest_text(self._replies.words, found.test, found.promise)
            await self._replies.drawing(
                typed.way,
                text,
                found.name,
                settings.theme,
                lambda theme, texts: draw_backtest(found.picture, theme=theme, texts=texts),
            )
