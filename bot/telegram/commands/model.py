"""`/model [TICKER]` and `/backtest TICKER [sessions]`: the proof behind the forecasts."""

import asyncio

from telegram import Update
from telegram.constants import ChatAction
from telegram.ext import CommandHandler, filters

from bot.answers.backtest import DEFAULT_SESSIONS, BacktestDesk
from bot.answers.model_facts import model_facts, quality_picture
from bot.errors import UsageError
from bot.telegram.commands.context import (
    BotApplication,
    Context,
    Services,
    acting,
    answer_way,
    asker_of,
    message_of,
    place_of,
)
from bot.telegram.commands.parsing import read_predict, read_tickers, words_of
from bot.words.backtest import backtest_text
from bot.words.model_card import model_text
from forecasting.charts.backtest import draw_backtest
from forecasting.charts.quality import draw_quality


class ModelCommands:
    """Answers `/model` and `/backtest`."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._backtests = BacktestDesk(services.forecasts, services.models, services.worker)

    async def model(self, update: Update, _context: Context) -> None:
        """Say which model serves and how good it is; of a ticker, what the night decided."""
        message, wait = message_of(update), self._s.worker.wait
        way = answer_way(message)
        tickers = read_tickers(words_of(message.text or ""), 1)
        ticker = tickers[0] if tickers else None
        facts = await wait(model_facts, self._s.store, self._s.models, ticker)
        settings = await wait(self._s.store.settings, way.place)
        words = self._s.words(settings.language)
        text = model_text(words, facts)
        shown = None
        if ticker is None:
            shown = quality_picture(facts.card, words.plain("no change"), words.plain("GARCH"))
        if shown is None:
            await self._s.sender.text(way, text)
            return
        name, quality = shown
        await self._s.pictures.with_drawing(
            name,
            settings.theme,
            lambda theme, texts: draw_quality(quality, theme=theme, texts=texts),
            lambda picture: self._s.sender.photo(way, picture, text),
        )

    async def backtest(self, update: Update, context: Context) -> None:
        """Show predicted against actual for the last 120 sessions of a ticker.

        Raises:
            UsageError: No ticker, or more than one.
        """
        message = message_of(update)
        asked = read_predict(words_of(message.text or ""))
        if len(asked.tickers) != 1:
            raise UsageError("backtest")
        self._s.budget.spend(asker_of(update), asyncio.get_running_loop().time())
        way = answer_way(message)
        async with acting(context.bot, place_of(message), ChatAction.UPLOAD_PHOTO):
            sessions = asked.sessions or DEFAULT_SESSIONS
            found = await self._backtests.backtest(asked.tickers[0], sessions)
            settings = await self._s.worker.wait(self._s.store.settings, way.place)
            text = backtest_text(self._s.words(settings.language), found.test)
            await self._s.pictures.with_drawing(
                found.name,
                settings.theme,
                lambda theme, texts: draw_backtest(found.picture, theme=theme, texts=texts),
                lambda picture: self._s.sender.photo(way, picture, text),
            )


def register_model(application: BotApplication, services: Services) -> None:
    """Add `/model` and `/backtest` to the application."""
    commands = ModelCommands(services)
    for name, callback in (("model", commands.model), ("backtest", commands.backtest)):
        application.add_handler(CommandHandler(name, callback, filters=filters.UpdateType.MESSAGE))
