"""`/predict TICKER [sessions]`: forecasts as pictures, and the buttons under them."""

import asyncio

from telegram import Update
from telegram.ext import CommandHandler

from bot.answers.captions import CaptionDesk, widest_first
from bot.answers.forecasts import Answer, ForecastDesk
from bot.answers.pictures import ThemeName
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.telegram.commands.context import (
    TYPED,
    Context,
    Handlers,
    answer_way,
    asker_of,
    at_work,
    message_of,
    typed_command,
)
from bot.telegram.commands.parsing import PredictRequest, clean, read_predict
from bot.telegram.replies import Replies
from bot.telegram.speaking import settings_here
from bot.telegram.ways import Way
from bot.words.buttons import forecast_keyboard, ticker_keyboard
from bot.words.failures import failure
from bot.words.help import predict_usage
from bot.words.language import Html, Words, join
from bot.words.names import name_keyboard, read_as
from bot.words.ways_out import way_out
from forecasting.errors import ForecastingError, UnknownNameError, UnknownTickerError
from forecasting.names.resolve import near
from forecasting.values import HORIZONS
from storage.records.chats import ForecastMessage


class PredictCommand:
    """Answers `/predict`, `$TSLA` typed to the bot alone, and buttons that ask for a ticker."""

    def __init__(
        self,
        replies: Replies,
        forecasts: ForecastDesk,
        store: AwaitableStore,
        clock: Clock,
        captions: CaptionDesk,
    ) -> None:
        self._replies = replies
        self._forecasts = forecasts
        self._store = store
        self._clock = clock
        self._captions = captions

    def handlers(self) -> Handlers:
        """Return what takes `/predict`."""
        return (CommandHandler("predict", self.on_command, filters=TYPED),)

    async def on_command(self, update: Update, context: Context) -> None:
        """Answer a typed command."""
        try:
            request = read_predict(typed_command(update).words)
        except UnknownNameError as err:
            # No table has the name: the price source's own search may.
            found = await self._forecasts.suggestions(err.text)
            raise UnknownNameError(err.text, found) from err
        await self.answer(update, context, request)

    async def on_cashtag(self, update: Update, context: Context) -> None:
        """Answer `$TSLA`, typed to the bot alone."""
        message = message_of(update)
        await self.answer(update, context, read_predict(clean(message.text or "").split()))

    async def answer(self, update: Update, context: Context, request: PredictRequest) -> None:
        """Send the picture of a ticker, or of several as one album, the widest range first."""
        way, user_id = answer_way(message_of(update)), asker_of(update)
        if not request.tickers:
            await self._explain(way)
            return
        async with at_work(self._replies, update, context, len(request.tickers)):
            settings = settings_here() or await self._store.settings(way.place)
            sessions = request.sessions or settings.sessions
            asked = [
                asyncio.ensure_future(self._forecasts.answer(ticker)) for ticker in request.tickers
            ]
            await asyncio.wait(asked)
            answers = [one.result() for one in asked if one.exception() is None]
            await self._send(way, user_id, answers, sessions, settings.theme, request.named)
            for one in asked:
                if (error := one.exception()) is not None:
                    await self._refuse(way, error, request)

    async def _send(
        self,
        way: Way,
        user_id: int,
        answers: list[Answer],
        sessions: int,
        theme: ThemeName,
        named: tuple[str, ...],
    ) -> None:
        # Noted before the answer leaves, so that a quick next question finds it.
        for answer in answers:
            ticker, now = answer.issued.forecast.ticker, self._clock.now()
            await self._store.remember_ticker(way.place, user_id, ticker, now)
        if len(answers) == 1:
            shown = [(answers[0], await self._show(way, answers[0], sessions, theme, named))]
        elif answers:
            shown = await self._show_all(way, answers, sessions, theme, named)
        else:
            return
        for answer, message_id in shown:
            note = ForecastMessage(
                way.place, message_id, answer.issued.id, user_id, self._clock.now(), sessions
            )
            await self._store.save_forecast_message(note)

    async def _show(
        self, way: Way, answer: Answer, sessions: int, theme: ThemeName, named: tuple[str, ...]
    ) -> int:
        words = self._replies.words
        told = _read_as(words, named, [answer])
        message = await self._replies.fan(
            way,
            answer,
            sessions,
            theme,
            join(told, await self._captions.of(words, answer, sessions)),
            forecast_keyboard(
                words,
                answer.issued.id,
                sessions,
                theme,
                self._replies.to_share(answer.issued.forecast.ticker),
            ),
        )
        return message.message_id

    async def _show_all(
        self,
        way: Way,
        answers: list[Answer],
        sessions: int,
        theme: ThemeName,
        named: tuple[str, ...],
    ) -> list[tuple[Answer, int]]:
        words, ordered = self._replies.words, widest_first(answers, sessions)
        told = _read_as(words, named, ordered)
        text = join(told, self._captions.of_album(words, ordered, sessions))
        messages = await self._replies.fans(way, ordered, sessions, theme, text)
        # Where photos are not allowed there is one message for all: the first stands for it.
        return [
            (answer, message.message_id) for answer, message in zip(ordered, messages, strict=False)
        ]

    async def _explain(self, way: Way) -> None:
        recent = await self._store.recent_tickers(way.place)
        text = predict_usage(self._replies.words, bool(recent))
        await self._replies.text(way, text, ticker_keyboard(recent or self._replies.examples))

    async def _refuse(self, way: Way, error: BaseException, request: PredictRequest) -> None:
        if not isinstance(error, ForecastingError):
            raise error
        words = self._replies.words
        keyboard = way_out(error, words, self._replies.examples)
        # Names that are near may be of companies that files do not hold.
        if isinstance(error, UnknownTickerError) and (
            meant := error.suggestions or (near(error.ticker) if error.source != "files" else ())
        ):
            error = UnknownTickerError(error.ticker, error.source, meant)
            keyboard = name_keyboard(meant, request.sessions or HORIZONS[-1])
        await self._replies.text(way, failure(error, words), keyboard)


def _read_as(words: Words, named: tuple[str, ...], answers: list[Answer]) -> Html | None:
    """Return which answered tickers were called by a name."""
    shown = {answer.issued.forecast.ticker for answer in answers}
    return read_as(words, tuple(ticker for ticker in named if ticker in shown))
