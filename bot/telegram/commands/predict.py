"""`/predict TICKER [sessions]`: forecasts as pictures, and the buttons under them."""

import asyncio
from collections.abc import Callable

from telegram import Update
from telegram.constants import ChatAction
from telegram.ext import CommandHandler

from bot.answers.forecasts import Answer, ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    acting,
    answer_way,
    asker_of,
    message_of,
    place_of,
)
from bot.telegram.commands.parsing import PredictRequest, clean, read_predict, words_of
from bot.telegram.replies import Replies
from bot.telegram.ways import Way
from bot.words.buttons import Keyboard, forecast_keyboard, ticker_keyboard
from bot.words.failures import failure
from bot.words.forecast import caption
from bot.words.help import predict_usage
from bot.words.language import Html, Words
from forecasting.errors import ForecastingError, UnknownTickerError
from forecasting.model.artifact import Verdict
from forecasting.values import HORIZONS
from storage.records.chats import ForecastMessage, PlaceSettings

Quality = Callable[[str], Verdict | None]


class PredictCommand:
    """Answers `/predict`, `$TSLA` typed to the bot alone, and buttons that ask for a ticker."""

    def __init__(
        self,
        replies: Replies,
        forecasts: ForecastDesk,
        store: AwaitableStore,
        clock: Clock,
        quality: Quality,
    ) -> None:
        self._replies = replies
        self._forecasts = forecasts
        self._store = store
        self._clock = clock
        self._quality = quality

    def handlers(self) -> Handlers:
        """Return what takes `/predict`."""
        return (CommandHandler("predict", self.on_command, filters=TYPED),)

    async def on_command(self, update: Update, context: Context) -> None:
        """Answer a typed command."""
        message = message_of(update)
        await self.answer(update, context, read_predict(words_of(message.text or "")))

    async def on_cashtag(self, update: Update, context: Context) -> None:
        """Answer `$TSLA`, typed to the bot alone."""
        message = message_of(update)
        await self.answer(update, context, read_predict(clean(message.text or "").split()))

    async def answer(self, update: Update, context: Context, request: PredictRequest) -> None:
        """Send one picture for each ticker, in the order they were typed."""
        message = message_of(update)
        way, user_id = answer_way(message), asker_of(update)
        if not request.tickers:
            await self._explain(way)
            return
        self._replies.spend(user_id, len(request.tickers))
        async with acting(context.bot, place_of(message), ChatAction.UPLOAD_PHOTO):
            asked = [
                asyncio.ensure_future(self._forecasts.answer(ticker)) for ticker in request.tickers
            ]
            await asyncio.wait(asked)
            settings = await self._store.settings(way.place)
            for answer in asked:
                await self._send(way, user_id, answer, request, settings)

    async def _send(
        self,
        way: Way,
        user_id: int,
        asked: "asyncio.Future[Answer]",
        request: PredictRequest,
        settings: PlaceSettings,
    ) -> None:
        try:
            answer = asked.result()
        except ForecastingError as err:
            await self._refuse(way, err, request)
            return
        ticker, now = answer.issued.forecast.ticker, self._clock.now()
        # Noted before the answer leaves, so that a quick next question finds it.
        await self._store.remember_ticker(way.place, user_id, ticker, now)
        sessions = request.sessions or settings.sessions
        message_id = await self._show(way, answer, sessions, settings)
        shown = ForecastMessage(
            way.place, message_id, answer.issued.id, user_id, self._clock.now(), sessions
        )
        await self._store.save_forecast_message(shown)

    async def _show(self, way: Way, answer: Answer, sessions: int, settings: PlaceSettings) -> int:
        words = self._replies.words
        message = await self._replies.fan(
            way,
            answer,
            sessions,
            settings.theme,
            caption_of(words, answer, sessions, self._quality),
            forecast_keyboard(words, answer.issued.id, sessions, settings.theme),
        )
        return message.message_id

    async def _explain(self, way: Way) -> None:
        recent = await self._store.recent_tickers(way.place)
        text = predict_usage(self._replies.words, bool(recent))
        await self._replies.text(way, text, ticker_keyboard(recent))

    async def _refuse(self, way: Way, error: ForecastingError, request: PredictRequest) -> None:
        keyboard: Keyboard = ()
        if isinstance(error, UnknownTickerError):
            keyboard = ticker_keyboard(error.suggestions, request.sessions or HORIZONS[-1])
        await self._replies.text(way, failure(error, self._replies.words), keyboard)


def caption_of(words: Words, answer: Answer, sessions: int, quality: Quality) -> Html:
    """Return the words under the picture of a forecast."""
    forecast = answer.issued.forecast
    return caption(
        words,
        forecast,
        answer.issued.id,
        sessions,
        sessions_old=answer.sessions_old,
        verdict=quality(forecast.model_version),
        held_back=answer.bars.held_back,
    )
