"""Sends messages and survives what chats do: block, move, forbid photos, close topics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Literal, TypeVar

from telegram import Bot, ForceReply, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.answers.pictures import Picture, PictureDesk
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import (
    ChatGoneError,
    ChatSilencedError,
    MaybeSentError,
    NotAllowedError,
    NotSentError,
    StalePictureError,
)
from bot.telegram.arrivals import Arrivals
from bot.telegram.errors import calling, is_unknown_file, needs_words
from bot.telegram.obstacles import Obstacle, obstacle_of
from bot.telegram.ways import Way, arguments_of, known_album, known_message, markup
from bot.words.buttons import Keyboard
from bot.words.fitting import fitting_caption, parts_of
from bot.words.language import Html
from storage.records.chats import Place

log = logging.getLogger(__name__)
T = TypeVar("T")


class Sender:
    """The one way out to Telegram for everything that is new in a chat."""

    def __init__(
        self, bot: Bot, store: AwaitableStore, pictures: PictureDesk, clock: Clock
    ) -> None:
        self._bot = bot
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._arrivals = Arrivals(bot, store)
        self.saw = self._arrivals.saw
        self.newest = self._arrivals.newest
        self.finds_in = self._arrivals.finds_in

    async def text(self, way: Way, text: Html, keyboard: Keyboard = ()) -> Message:
        """Send a text, in several messages where it is too long for one; return the last.

        Raises:
            ChatGoneError: Blocked or removed; storage knows already.
            MaybeSentError: No answer came.
            NotSentError: It has not arrived.
        """
        *before, last = parts_of(text)
        for part in before:
            message = await self._part(way, part, ())
            way = _behind(way, message)
        return await self._part(way, last, keyboard)

    async def rewrite(self, way: Way, message_id: int, text: Html, keyboard: Keyboard) -> None:
        """Give an earlier message another text, where it is still there. Raises as `text`."""
        pace = arguments_of(way)["rate_limit_args"]
        fixed: dict[str, Any] = {"rate_limit_args": pace, "parse_mode": ParseMode.HTML}

        async def send(way: Way) -> object:
            where, buttons = way.place.chat_id, markup(keyboard)
            return await self._bot.edit_message_text(
                text, where, message_id, reply_markup=buttons, **fixed
            )

        try:
            await self._called(way, send)
        except BadRequest as err:
            log.info("not-rewritten chat=%s reason=%r", way.place.chat_id, str(err))

    async def directly(self, chat_id: int, text: Html) -> None:
        """Send a text to somebody's private chat, past the outbox.

        Raises:
            ChatGoneError, MaybeSentError, NotSentError: As `text`.
        """
        try:
            await self.text(Way(Place(chat_id)), text)
        except BadRequest as err:
            raise NotSentError(str(err), hopeless=True) from err

    async def _part(self, way: Way, text: Html, keyboard: Keyboard) -> Message:
        async def send(way: Way) -> Message:
            return await self._bot.send_message(
                text=text,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=markup(keyboard),
                **arguments_of(way),
            )

        return await self._single(way, send, keyboard)

    async def photo(
        self, way: Way, picture: Picture, caption: Html, keyboard: Keyboard = ()
    ) -> Message:
        """Send a picture with its caption; only the caption where photos are not allowed.

        Raises:
            ChatGoneError: Blocked or removed; storage knows already.
            MaybeSentError: No answer came.
            NotSentError: It has not arrived.
            StalePictureError: The picture must be lent again.
        """

        async def send(way: Way) -> Message:
            return await self._bot.send_photo(
                photo=picture.content,
                filename="forecast.png",
                caption=fitting_caption(caption),
                parse_mode=ParseMode.HTML,
                reply_markup=markup(keyboard),
                **arguments_of(way),
            )

        try:
            message = await self._single(way, send, keyboard)
        except BadRequest as err:
            await self._check_pictures(err, (picture,))
            if needs_words(err):
                return await self.text(way, caption, keyboard)
            raise
        await self.note_upload(picture, message)
        return message

    async def album(
        self, way: Way, pictures: tuple[Picture, ...], caption: Html
    ) -> tuple[Message, ...]:
        """Send 2 to 10 pictures as one album, the caption under the first. Raises as `text`."""
        media = [
            InputMediaPhoto(
                picture.content,
                filename="forecast.png",
                caption=fitting_caption(caption) if index == 0 else None,
                parse_mode=ParseMode.HTML,
            )
            for index, picture in enumerate(pictures)
        ]

        async def send(way: Way) -> tuple[Message, ...]:
            return await self._bot.send_media_group(media=media, **arguments_of(way))

        try:
            messages = await self._deliver(
                way, send, (), lambda found: known_album(found, way, len(media))
            )
        except BadRequest as err:
            await self._check_pictures(err, pictures)
            raise
        for picture, message in zip(pictures, messages, strict=True):
            await self.note_upload(picture, message)
        return messages

    async def question(self, way: Way, text: Html) -> Message:
        """Send a text whose answer is typed; a private chat opens the field. Raises as `text`."""
        # In a group it would open the field of every member.
        alone = way.place.chat_id > 0

        async def send(way: Way) -> Message:
            return await self._bot.send_message(
                text=text,
                parse_mode=ParseMode.HTML,
                reply_markup=ForceReply() if alone else None,
                **arguments_of(way),
            )

        return await self._single(way, send)

    async def document(self, way: Way, name: str, content: bytes, caption: Html) -> Message:
        """Send a file. Raises as `text`.

        Raises:
            NotAllowedError: The chat lets no files in.
        """

        async def send(way: Way) -> Message:
            return await self._bot.send_document(
                document=content,
                filename=name,
                caption=fitting_caption(caption),
                parse_mode=ParseMode.HTML,
                **arguments_of(way),
            )

        try:
            return await self._single(way, send)
        except BadRequest as err:
            if needs_words(err):
                raise NotAllowedError("no-files") from err
            raise

    async def note_upload(self, picture: Picture, message: Message) -> None:
        """Remember what Telegram calls a picture that has just been sent."""
        if message.photo and not picture.uploaded:
            await self._pictures.uploaded(picture.key, message.photo[-1].file_id)

    async def _check_pictures(self, error: BadRequest, pictures: tuple[Picture, ...]) -> None:
        if is_unknown_file(error) and any(picture.uploaded for picture in pictures):
            for picture in pictures:
                if isinstance(picture.content, str):
                    await self._pictures.refused(picture.key, picture.content)
            raise StalePictureError from error

    async def _single(
        self, way: Way, send: Callable[[Way], Awaitable[Message]], keyboard: Keyboard = ()
    ) -> Message:
        """Send one message; one that arrived without an answer is found again."""
        return await self._deliver(way, send, keyboard, lambda found: known_message(found, way))

    async def _deliver(
        self,
        way: Way,
        send: Callable[[Way], Awaitable[T]],
        keyboard: Keyboard,
        known: Callable[[int], T],
    ) -> T:
        chat_id, buttons = way.place.chat_id, markup(keyboard)
        if way.after is not None:
            # Whoever answers holds the chat's turn: what else is on its way there waits for it.
            found = await self._arrivals.find_later(
                chat_id, way.after, buttons, patiently=way.broadcast
            )
            if found is not None:
                return known(found)
        before, begun = self._arrivals.newest(chat_id), asyncio.get_running_loop().time()
        try:
            sent = await self._called(way, send)
        except MaybeSentError as err:
            found = await self._arrivals.find(chat_id, before, buttons)
            if found is None:
                raise
            log.info("arrived-all-the-same chat=%s reason=%r", chat_id, err.reason)
            return known(found)
        self._arrivals.sent(sent, begun)
        return sent

    async def _called(self, way: Way, send: Callable[[Way], Awaitable[T]]) -> T:
        try:
            return await calling(lambda: send(way))
        except ChatMigrated as err:
            log.info("chat-migrated old=%s new=%s", way.place.chat_id, err.new_chat_id)
            await self._store.migrate_chat(way.place.chat_id, err.new_chat_id)
            moved = replace(way, place=replace(way.place, chat_id=err.new_chat_id))
            return await calling(lambda: send(moved))
        except Forbidden as err:
            await self._gone(way.place.chat_id, str(err))
            raise ChatGoneError(way.place.chat_id) from err
        except BadRequest as err:
            if obstacle_of(err) is Obstacle.CHAT_UNKNOWN:
                await self._gone(way.place.chat_id, str(err))
                raise ChatGoneError(way.place.chat_id) from err
            if way.reply_to and obstacle_of(err) is Obstacle.REPLIED_GONE:
                return await self._once_more(replace(way, reply_to=None), send)
            if way.place.topic_id and obstacle_of(err) is Obstacle.TOPIC_SHUT:
                # A reply goes where the message is that it answers: into the closed topic again.
                general = replace(way, place=Place(way.place.chat_id), reply_to=None)
                return await self._once_more(general, send)
            self._check_silenced(way, err)
            raise

    async def _once_more(self, way: Way, send: Callable[[Way], Awaitable[T]]) -> T:
        try:
            return await calling(lambda: send(way))
        except BadRequest as err:
            self._check_silenced(way, err)
            raise

    def _check_silenced(self, way: Way, error: BadRequest) -> None:
        if obstacle_of(error) in (Obstacle.SILENCED, Obstacle.TOPIC_SHUT):
            raise ChatSilencedError(way.place.chat_id, str(error)) from error

    async def _gone(self, chat_id: int, why: str) -> None:
        reason: Literal["kicked", "blocked"] = "kicked" if chat_id < 0 else "blocked"
        lost = await self._store.mark_chat_dead(chat_id, reason, self._clock.now())
        log.warning(
            "chat-gone chat=%s reason=%r subscriptions=%s unsent=%s",
            chat_id,
            why,
            lost.subscriptions,
            lost.unsent,
        )


def _behind(way: Way, message: Message) -> Way:
    """Return the way of the next part of a text: where the last one was found, look behind it."""
    if way.after is None or message.date.timestamp():
        return replace(way, after=None)
    return replace(way, after=(message.message_id, message.message_id))
