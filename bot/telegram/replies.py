"""How commands answer: in words, with a picture, within what one person may ask."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from telegram import CallbackQuery, InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.answers.forecasts import Answer
from bot.answers.pictures import Picture, PictureDesk, ThemeName
from bot.answers.user_rate_limit import QuestionBudget
from bot.errors import MaybeSentError, NotSentError, StalePictureError, UnansweredError
from bot.telegram.answering import Answering, current_answering
from bot.telegram.errors import (
    PAUSES,
    check_editable,
    is_unchanged,
    is_unknown_file,
    needs_words,
    repeating,
)
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.sender import Sender
from bot.telegram.speaking import spoken
from bot.telegram.update_lines import leave_line, leave_slot
from bot.telegram.ways import Way, known_album, known_message, markup
from bot.words.buttons import Keyboard
from bot.words.failures import asked_by, failure
from bot.words.fitting import fitting_caption
from bot.words.language import Html, Words, join
from bot.words.languages import languages
from bot.words.ways_out import way_out
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts

log = logging.getLogger(__name__)

Send = Callable[[Way, int], Awaitable[Message]]
"""Sends an answer its way, for so many people who asked."""


class Replies:
    """The one thing that every command holds: what it says leaves here."""

    def __init__(
        self,
        sender: Sender,
        pictures: PictureDesk,
        budget: QuestionBudget,
        words: Callable[[str], Words],
        pace: PacedLimiter,
        pauses: Sequence[float] = PAUSES,
        examples: tuple[str, ...] = (),
        has_cards: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make replies.

        Args:
            sender: The way out.
            pictures: Hands out what is shown.
            budget: What each person may ask.
            words: The sentences of a language.
            pace: Gives each answer its turn in its chat.
            pauses: Seconds before each further try of an answer that Telegram does not take.
            examples: Tickers that the price source has, for buttons where none was named.
            has_cards: Whether the bot's owner has turned inline mode on: without it Telegram
                refuses what has a button that shares a card.
        """
        self._sender = sender
        self._pictures = pictures
        self._budget = budget
        self._pace = pace
        self._pauses = pauses
        self.examples = examples
        self._has_cards = has_cards
        self._words = words

    @property
    def words(self) -> Words:
        """The sentences in the language of the update in work."""
        return self._words(spoken())

    @property
    def every_words(self) -> tuple[Words, ...]:
        """The sentences of each language."""
        return tuple(map(self._words, languages()))

    def to_share(self, ticker: str) -> str:
        """Return the ticker of a button that shares its card, empty where there can be none."""
        return ticker if self._has_cards() else ""

    async def text(self, way: Way, text: Html, keyboard: Keyboard = ()) -> Message:
        """Answer with a text."""
        return await self._answer(
            way, lambda way, people: self._sender.text(way, self._for(text, people), keyboard)
        )

    async def refusal(self, way: Way, error: Exception) -> Message:
        """Answer with what is wrong, and buttons that do what is to be done next."""
        keyboard = way_out(error, self.words, self.examples)
        return await self.text(way, failure(error, self.words), keyboard)

    async def question(self, way: Way, text: Html) -> Message:
        """Ask something whose answer is typed."""
        return await self._answer(way, lambda way, _: self._sender.question(way, text))

    async def document(self, way: Way, name: str, content: bytes, caption: Html) -> Message:
        """Answer with a file."""
        return await self._answer(
            way, lambda way, _: self._sender.document(way, name, content, caption)
        )

    async def notice(self, way: Way, text: Html) -> None:
        """Say something about the waiting itself, before all that waits in the chat."""
        async with self._pace.booked(way.place.chat_id, urgent=True) as turn:
            await self._sender.text(replace(way, turn=turn), text)

    def spend(self, user_id: int, questions: int = 1) -> None:
        """Count what a command asks beyond the one question that every command costs.

        Raises:
            TooManyRequestsError: They ask faster than the bot answers.
        """
        if questions > 1:
            self._budget.spend(user_id, asyncio.get_running_loop().time(), questions - 1)

    async def drawing(
        self,
        way: Way,
        text: Html,
        name: str,
        theme: ThemeName,
        draw: Callable[[Theme, ChartTexts], bytes],
        keyboard: Keyboard = (),
    ) -> None:
        """Send a picture that is not of one forecast; its name changes whenever it would."""

        async def send(way: Way, people: int) -> Message:
            caption = self._for(text, people)
            return await self._pictures.with_drawing(
                name,
                theme,
                spoken(),
                draw,
                lambda picture: self._sender.photo(way, picture, caption, keyboard),
            )

        await self._answer(way, send)

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

        async def send(way: Way, people: int) -> Message:
            caption = self._for(text, people)
            return await self._pictures.with_fan(
                answer,
                sessions,
                theme,
                spoken(),
                lambda picture: self._sender.photo(way, picture, caption, keyboard),
            )

        leave_slot()
        async with self._pictures.fan_at_hand(answer, sessions, theme, spoken()):
            return await self._answer(way, send)

    async def fans(
        self,
        way: Way,
        answers: Sequence[Answer],
        sessions: int,
        theme: ThemeName,
        text: Html,
    ) -> tuple[Message, ...]:
        """Send the pictures of several forecasts as one album and return its messages.

        Where photos are not allowed, the text goes alone, as one message.
        """
        sent: tuple[Message, ...] = ()

        async def album(way: Way, caption: Html, pictures: tuple[Picture, ...]) -> Message:
            nonlocal sent
            try:
                sent = await self._sender.album(way, pictures, caption)
            except BadRequest as err:
                if not needs_words(err):
                    raise
                sent = (await self._sender.text(way, caption),)
            return sent[0]

        async def send(way: Way, people: int) -> Message:
            use = partial(album, way, self._for(text, people))
            return await self._pictures.with_fans(answers, sessions, theme, spoken(), use)

        first = await self._answer(way, send)
        # One that arrived before a crash is known by its first message.
        return sent or known_album(first.message_id, way, len(answers))

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
                picture.content,
                caption=fitting_caption(text),
                parse_mode=ParseMode.HTML,
                filename="forecast.png",
            )
            await self._edit(query, picture, media, keyboard)

        await self._pictures.with_fan(answer, sessions, theme, spoken(), edit)

    def _for(self, text: Html, people: int) -> Html:
        return join(text, asked_by(self.words, people)) if people > 1 else text

    async def _answer(self, way: Way, send: Send) -> Message:
        """Send one of the answers to an update, unless it arrived before a crash.

        Raises:
            UnansweredError: Telegram has not taken it for ten minutes.
        """
        answering = current_answering()
        known = answering.sent_before()
        if known is not None:
            return known_message(known, way)
        message = await self._until_taken(way, send, answering)
        answering.arrived(message.message_id)
        return message

    async def _until_taken(self, way: Way, send: Send, answering: Answering) -> Message:
        people, in_doubt = 0, False
        for pause in (*self._pauses, None):
            try:
                async with self._pace.booked(way.place.chat_id) as turn:
                    newest = self._sender.newest(way.place.chat_id)
                    after = await answering.leaving(newest)
                    people = people or answering.askers()
                    return await send(replace(way, turn=turn, after=after), people)
            except MaybeSentError as err:
                # Looked for and not found: it has not arrived, or cannot be told from others.
                in_doubt = True
                log.warning("answer-in-doubt chat=%s reason=%r", way.place.chat_id, err.reason)
            except NotSentError as err:
                if err.hopeless:
                    raise
                log.warning("answer-waits chat=%s reason=%r", way.place.chat_id, err.reason)
                if not in_doubt:
                    await answering.refused()
            if pause is not None:
                leave_line()
                await asyncio.sleep(pause)
        raise UnansweredError

    async def _edit(
        self, query: CallbackQuery, picture: Picture, media: InputMediaPhoto, keyboard: Keyboard
    ) -> None:
        try:
            edited = await repeating(
                lambda: query.edit_message_media(media, reply_markup=markup(keyboard))
            )
        except BadRequest as err:
            check_editable(err)
            if is_unchanged(err):
                return
            if isinstance(picture.content, str) and is_unknown_file(err):
                await self._pictures.refused(picture.key, picture.content)
                raise StalePictureError from err
            raise
        if isinstance(edited, Message):
            await self._sender.note_upload(picture, edited)
