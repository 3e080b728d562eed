"""`/track [TICKER]`: how the forecasts that were given held."""

import asyncio

from telegram import Update
from telegram.constants import ChatAction
from telegram.ext import CommandHandler, filters

from bot.answers.track import TrackFacts, has_picture, track_picture, track_record
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
from bot.telegram.commands.parsing import read_tickers, words_of
from bot.telegram.sender import Way
from bot.words.language import Html
from bot.words.track import track_text
from forecasting.charts.track import draw_track
from forecasting.errors import PriceError
from storage.records import PlaceSettings


class TrackCommand:
    """Answers `/track`."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def on_command(self, update: Update, context: Context) -> None:
        """Say how the forecasts of a ticker, or of all, held."""
        message = message_of(update)
        tickers = read_tickers(words_of(message.text or ""), 1)
        ticker = tickers[0] if tickers else None
        self._s.budget.spend(asker_of(update), asyncio.get_running_loop().time())
        way = answer_way(message)
        async with acting(context.bot, place_of(message), ChatAction.UPLOAD_PHOTO):
            wait, store = self._s.worker.wait, self._s.store
            facts = await wait(track_record, store, ticker, self._s.clock.now())
            settings = await wait(store.settings, way.place)
            text = track_text(self._s.words(settings.language), facts)
            if has_picture(facts):
                await self._send_picture(way, facts, settings, text)
            else:
                await self._s.sender.text(way, text)

    async def _send_picture(
        self, way: Way, facts: TrackFacts, settings: PlaceSettings, text: Html
    ) -> None:
        try:
            bars = await self._s.forecasts.history(facts.ticker) if facts.ticker else None
        except PriceError:
            # The record is in the ledger: it can be told while the source is down.
            await self._s.sender.text(way, text)
            return
        picture = await self._s.worker.wait(track_picture, self._s.store, facts, bars)
        await self._s.pictures.with_drawing(
            picture.name,
            settings.theme,
            lambda theme, texts: draw_track(picture.record, theme=theme, texts=texts),
            lambda shown: self._s.sender.photo(way, shown, text),
        )


def register_track(application: BotApplication, services: Services) -> None:
    """Add `/track` to the application."""
    callback = TrackCommand(services).on_command
    application.add_handler(CommandHandler("track", callback, filters=filters.UpdateType.MESSAGE))
