"""`/track [TICKER]`: how the forecasts that were given held."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.answers.forecasts import ForecastDesk
from bot.answers.track import has_picture, track_picture, track_record
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.telegram.commands.context import TYPED, Context, Handlers, at_work, typed_command
from bot.telegram.commands.parsing import read_named
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.values import TrackFacts
from bot.words.buttons import Keyboard, ticker_keyboard
from bot.words.language import Html, join
from bot.words.names import read_as
from bot.words.track import track_text
from forecasting.charts.track import draw_track
from forecasting.errors import PriceError
from storage.records.chats import PlaceSettings


class TrackCommand:
    """Answers `/track`."""

    def __init__(
        self, replies: Replies, store: AwaitableStore, forecasts: ForecastDesk, clock: Clock
    ) -> None:
        self._replies = replies
        self._store = store
        self._forecasts = forecasts
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return what takes `/track`."""
        return (CommandHandler("track", self.on_command, filters=TYPED),)

    async def on_command(self, update: Update, context: Context) -> None:
        """Say how the forecasts of a ticker, or of all, held."""
        typed = typed_command(update)
        asked, way = read_named(typed.words, 1), typed.way
        ticker = asked[0].ticker if asked else None
        async with at_work(self._replies, update, context):
            facts = await self._store.run(track_record, ticker, self._clock.now())
            settings = await self._store.settings(way.place)
            words = self._replies.words
            named = tuple(subject.ticker for subject in asked if subject.by_name)
            text = join(read_as(words, named), track_text(words, facts))
            if has_picture(facts):
                await self._send_picture(way, facts, settings, text)
            else:
                await self._replies.text(way, text, self._begin(facts))

    def _begin(self, facts: TrackFacts) -> Keyboard:
        """Return the buttons that begin a record, none where one has begun."""
        if facts.resolved or facts.next_due is not None:
            return ()
        return ticker_keyboard((facts.ticker,) if facts.ticker else self._replies.examples)

    async def _send_picture(
        self, way: Way, facts: TrackFacts, settings: PlaceSettings, text: Html
    ) -> None:
        try:
            bars = await self._forecasts.history(facts.ticker) if facts.ticker else None
        except PriceError:
            # The record is in the ledger: it can be told while the source is down.
            await self._replies.text(way, text)
            return
        picture = await self._store.run(track_picture, facts, bars)
        await self._replies.drawing(
            way,
            text,
            picture.name,
            settings.theme,
            lambda theme, texts: draw_track(picture.record, theme=theme, texts=texts),
        )
