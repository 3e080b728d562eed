"""`/predict TICKER [sessions]`: forecasts as pictures, and the buttons under them."""

import asyncio

from telegram import Update
from telegram.constants import ChatAction

from bot.answers.forecasts import Answer
from bot.telegram.commands.context import (
    Context,
    Services,
    acting,
    answer_way,
    asker_of,
    message_of,
    place_of,
)
from bot.telegram.commands.parsing import PredictRequest, read_predict, words_of
from bot.telegram.sender import Way
from bot.words.buttons import Keyboard, forecast_keyboard, ticker_keyboard
from bot.words.failures import failure
from bot.words.forecast import caption
from bot.words.help import predict_usage
from bot.words.verdict import verdict_line
from forecasting.errors import ForecastingError, UnknownTickerError
from storage.records import ForecastMessage, PlaceSettings


class PredictCommand:
    """Answers `/predict`, `$TSLA` typed to the bot alone, and buttons that ask for a ticker."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def on_command(self, update: Update, context: Context) -> None:
        """Answer a typed command."""
        message = message_of(update)
        await self.answer(update, context, read_predict(words_of(message.text or "")))

    async def on_cashtag(self, update: Update, context: Context) -> None:
        """Answer `$TSLA`, typed to the bot alone."""
        message = message_of(update)
        await self.answer(update, context, read_predict((message.text or "").split()))

    async def answer(self, update: Update, context: Context, request: PredictRequest) -> None:
        """Send one picture for each ticker, in the order they were typed."""
        message = message_of(update)
        way, user_id = answer_way(message), asker_of(update)
        if not request.tickers:
            await self._explain(way)
            return
        self._s.budget.spend(
            user_id, asyncio.get_running_loop().time(), questions=len(request.tickers)
        )
        async with acting(context.bot, place_of(message), ChatAction.UPLOAD_PHOTO):
            asked = [
                asyncio.ensure_future(self._s.forecasts.answer(ticker))
                for ticker in request.tickers
            ]
            await asyncio.wait(asked)
            settings = await self._s.worker.wait(self._s.store.settings, way.place)
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
        sessions = request.sessions or settings.sessions
        # Noted before the answer leaves, so that a quick next question finds it.
        await self._s.worker.wait(
            self._s.store.remember_ticker,
            way.place,
            user_id,
            answer.issued.forecast.ticker,
            self._s.clock.now(),
        )
        await send_forecast(self._s, way, answer, sessions, user_id, settings)

    async def _explain(self, way: Way) -> None:
        recent = await self._s.worker.wait(self._s.store.recent_tickers, way.place)
        words = self._s.words("en")
        await self._s.sender.text(way, predict_usage(words, bool(recent)), ticker_keyboard(recent))

    async def _refuse(self, way: Way, error: ForecastingError, request: PredictRequest) -> None:
        keyboard: Keyboard = ()
        if isinstance(error, UnknownTickerError):
            keyboard = ticker_keyboard(error.suggestions, request.sessions or 20)
        await self._s.sender.text(way, failure(error, self._s.words("en")), keyboard)


async def send_forecast(
    services: Services,
    way: Way,
    answer: Answer,
    sessions: int,
    user_id: int | None,
    settings: PlaceSettings,
) -> None:
    """Send one forecast and note which message shows how much of it."""
    words = services.words(settings.language)
    forecast = answer.issued.forecast
    text = caption(
        words,
        forecast,
        answer.issued.id,
        sessions,
        sessions_old=answer.sessions_old,
        verdict=verdict_line(words, services.model_quality(forecast.model_version)),
    )
    keyboard = forecast_keyboard(words, answer.issued.id, sessions, settings.theme)
    message = await services.pictures.with_fan(
        answer,
        sessions,
        settings.theme,
        lambda picture: services.sender.photo(way, picture, text, keyboard),
    )
    shown = ForecastMessage(
        place=way.place,
        message_id=message.message_id,
        forecast_id=answer.issued.id,
        user_id=user_id,
        sent_at=services.clock.now(),
        sessions=sessions,
    )
    await services.worker.wait(services.store.save_forecast_message, shown)
