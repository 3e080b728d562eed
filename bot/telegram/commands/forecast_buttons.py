"""Buttons under forecasts: every press is answered, and what it changes is changed in place."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import CallbackQuery, Update
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.answers.captions import CaptionDesk
from bot.answers.forecasts import ForecastDesk
from bot.awaitable_store import AwaitableStore
from bot.telegram.commands.context import Context, Handlers
from bot.telegram.commands.parsing import PredictRequest
from bot.telegram.commands.permissions import pressed_message, require_admin
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.errors import repeating
from bot.telegram.presses import acknowledge
from bot.telegram.replies import Replies
from bot.words.buttons import (
    AskForecast,
    DeleteAnswer,
    ShowForecast,
    forecast_keyboard,
    read_button,
)

T = TypeVar("T")


class ForecastButtons:
    """Acts on the buttons under answers."""

    def __init__(
        self,
        replies: Replies,
        predict: PredictCommand,
        forecasts: ForecastDesk,
        store: AwaitableStore,
        captions: CaptionDesk,
    ) -> None:
        self._replies = replies
        self._predict = predict
        self._forecasts = forecasts
        self._store = store
        self._captions = captions

    def handlers(self) -> Handlers:
        """Return what takes every press that no other command has taken."""
        return (CallbackQueryHandler(self.on_press),)

    async def on_press(self, update: Update, context: Context) -> None:
        """Do what a button says; errors are answered by the application's error handler."""
        query = update.callback_query
        if query is None:
            return
        press = read_button(query.data or "")
        match press:
            case ShowForecast():
                await self._show(query, press)
                await self._note(query, press)
                await acknowledge(query)
            case AskForecast():
                await acknowledge(query)
                request = PredictRequest((press.ticker,), press.sessions)
                await self._predict.answer(update, context, request)
            case DeleteAnswer():
                await self._delete(query)
                await acknowledge(query)

    async def _show(self, query: CallbackQuery, press: ShowForecast) -> None:
        answer = await self._forecasts.answer_again(press.forecast_id)
        words = self._replies.words
        await self._replies.other_fan(
            query,
            answer,
            press.sessions,
            press.theme,
            await self._captions.of(words, answer, press.sessions),
            forecast_keyboard(
                words,
                press.forecast_id,
                press.sessions,
                press.theme,
                self._replies.to_share(answer.issued.forecast.ticker),
            ),
        )

    async def _note(self, query: CallbackQuery, press: ShowForecast) -> None:
        message = query.message
        if message is not None:
            await _once_noted(
                lambda: self._store.note_shown_sessions(
                    message.chat.id, message.message_id, press.sessions
                )
            )

    async def _delete(self, query: CallbackQuery) -> None:
        message, _ = pressed_message(query)
        chat_id, message_id = message.chat_id, message.message_id
        if message.chat.type != ChatType.PRIVATE:
            shown = await _once_noted(
                lambda: self._store.find_forecast_message(chat_id, message_id)
            )
            if shown is None or shown.user_id != query.from_user.id:
                await require_admin(message, query.from_user.id)
        await repeating(message.delete)
        await self._store.drop_forecast_message(chat_id, message_id)


async def _once_noted(ask: Callable[[], Awaitable[T]]) -> T:
    # A press may overtake the note of the message it sits under.
    for pause in (0.1, 0.4):
        if found := await ask():
            return found
        await asyncio.sleep(pause)
    return await ask()
