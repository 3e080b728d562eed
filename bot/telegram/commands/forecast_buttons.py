"""Buttons: every press is answered, and what it changes is changed in place."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from telegram import CallbackQuery, InlineKeyboardMarkup, InputMediaPhoto, Message, Update
from telegram.constants import ChatMemberStatus, ChatType, ParseMode
from telegram.error import BadRequest

from bot.answers.pictures import Picture
from bot.errors import NotAllowedError, StalePictureError, UsageError
from bot.telegram.commands.context import Context, Services
from bot.telegram.commands.parsing import PredictRequest
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.errors import calling, is_unchanged, is_unknown_file
from bot.telegram.sender import markup
from bot.words.buttons import (
    AskForecast,
    DeleteAnswer,
    ShowForecast,
    forecast_keyboard,
    read_button,
)
from bot.words.forecast import caption
from bot.words.verdict import verdict_line

T = TypeVar("T")
ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class ButtonPress:
    """Acts on the buttons under answers."""

    def __init__(self, services: Services, predict: PredictCommand) -> None:
        self._s = services
        self._predict = predict

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
                await query.answer()
            case AskForecast():
                await query.answer()
                request = PredictRequest((press.ticker,), press.sessions)
                await self._predict.answer(update, context, request)
            case DeleteAnswer():
                await self._delete(query)
                await query.answer()

    async def _show(self, query: CallbackQuery, press: ShowForecast) -> None:
        answer = await self._s.forecasts.answer_again(press.forecast_id)
        words = self._s.words("en")
        forecast = answer.issued.forecast
        text = caption(
            words,
            forecast,
            press.forecast_id,
            press.sessions,
            sessions_old=answer.sessions_old,
            verdict=verdict_line(words, self._s.model_quality(forecast.model_version)),
        )
        keyboard = markup(forecast_keyboard(words, press.forecast_id, press.sessions, press.theme))

        async def edit(picture: Picture) -> None:
            media = InputMediaPhoto(
                picture.content, caption=text, parse_mode=ParseMode.HTML, filename="forecast.png"
            )
            await self._edit(query, picture, media, keyboard)

        await self._s.pictures.with_fan(answer, press.sessions, press.theme, edit)

    async def _note(self, query: CallbackQuery, press: ShowForecast) -> None:
        message = query.message
        if message is not None:
            note = partial(
                self._s.store.note_shown_sessions,
                message.chat.id,
                message.message_id,
                press.sessions,
            )
            await self._once_noted(note)

    async def _edit(
        self,
        query: CallbackQuery,
        picture: Picture,
        media: InputMediaPhoto,
        keyboard: InlineKeyboardMarkup | None,
    ) -> None:
        try:
            edited = await calling(lambda: query.edit_message_media(media, reply_markup=keyboard))
        except BadRequest as err:
            if is_unchanged(err):
                return
            if picture.uploaded and is_unknown_file(err):
                await self._s.pictures.refused(picture.key)
                raise StalePictureError from err
            raise
        if isinstance(edited, Message):
            await self._s.sender.note_upload(picture, edited)

    async def _delete(self, query: CallbackQuery) -> None:
        message = query.message
        if not isinstance(message, Message):
            raise UsageError("stale-button")
        chat_id, message_id = message.chat_id, message.message_id
        if message.chat.type != ChatType.PRIVATE:
            shown = await self._once_noted(
                partial(self._s.store.find_forecast_message, chat_id, message_id)
            )
            if shown is None or shown.user_id != query.from_user.id:
                await require_admin(message, query.from_user.id)
        await calling(message.delete)
        await self._s.worker.wait(self._s.store.drop_forecast_message, chat_id, message_id)

    async def _once_noted(self, ask: Callable[[], T]) -> T:
        # A press may overtake the note of the message it sits under.
        for pause in (0.1, 0.4):
            if found := await self._s.worker.wait(ask):
                return found
            await asyncio.sleep(pause)
        return await self._s.worker.wait(ask)


async def require_admin(message: Message, user_id: int, rule: str = "asker-or-admin") -> None:
    """Let a chat's admins pass.

    Raises:
        NotAllowedError: The person is not one.
    """
    member = await calling(lambda: message.chat.get_member(user_id))
    if member.status not in ADMINS:
        raise NotAllowedError(rule)
