"""How commands answer: in words, with a picture, within what one person may ask."""

import asyncio
from collections.abc import Callable

from telegram import CallbackQuery, InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.answers.forecasts import Answer
from bot.answers.pictures import Picture, PictureDesk, ThemeName
from bot.answers.user_rate_limit import QuestionBudget
from bot.errors import StalePictureError
from bot.telegram.errors import calling, is_unchanged, is_unknown_file
from bot.telegram.sender import Sender, Way, markup
from bot.words.buttons import Keyboard
from bot.words.language import Html, Words
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts


class Replies:
    """The one thing that every command holds: what it says leaves here."""

    def __init__(
        self,
        sender: Sender,
        pictures: PictureDesk,
        budget: QuestionBudget,
        words: Callable[[str], Words],
    ) -> None:
        self._sender = sender
        self._pictures = pictures
        self._budget = budget
        self.words = words
        self.text = sender.text
        self.question = sender.question
        self.document = sender.document

    def spend(self, user_id: int, questions: int = 1) -> None:
        """Count questions of a person.

        Raises:
            TooManyRequestsError: They ask faster than the bot answers.
        """
        self._budget.spend(user_id, asyncio.get_running_loop().time(), questions)

    async def drawing(
        self,
        way: Way,
        text: Html,
        name: str,
        theme: ThemeName,
        draw: Callable[[Theme, ChartTexts], bytes],
    ) -> None:
        """Send a picture that is not of one forecast; its name changes whenever it would."""
        await self._pictures.with_drawing(
            name, theme, draw, lambda picture: self._sender.photo(way, picture, text)
        )

    async def fan(
        self,
        way: Way,
        answer: Answer,
        sessions: int,
        theme: ThemeName,
        text: Html,
        keyboard: Keyboard,
    ) -> Message:
        """Send the picture of a forecast and return its message."""
        return await self._pictures.with_fan(
            answer,
            sessions,
            theme,
            lambda picture: self._sender.photo(way, picture, text, keyboard),
        )

    async def other_fan(
        self,
        query: CallbackQuery,
        answer: Answer,
        sessions: int,
        theme: ThemeName,
        text: Html,
        keyboard: Keyboard,
    ) -> None:
        """Show a forecast in place of what a pressed message shows."""

        async def edit(picture: Picture) -> None:
            media = InputMediaPhoto(
                picture.content, caption=text, parse_mode=ParseMode.HTML, filename="forecast.png"
            )
            await self._edit(query, picture, media, keyboard)

        await self._pictures.with_fan(answer, sessions, theme, edit)

    async def _edit(
        self, query: CallbackQuery, picture: Picture, media: InputMediaPhoto, keyboard: Keyboard
    ) -> None:
        try:
            edited = await calling(
                lambda: query.edit_message_media(media, reply_markup=markup(keyboard))
            )
        except BadRequest as err:
            if is_unchanged(err):
                return
            if picture.uploaded and is_unknown_file(err):
                await self._pictures.refused(picture.key)
                raise StalePictureError from err
            raise
        if isinstance(edited, Message):
            await self._sender.note_upload(picture, edited)
