"""Turns a post of the outbox into a text, a photo or an album in a chat."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

from telegram.error import BadRequest

from bot.answers.pictures import Picture, PictureDesk
from bot.background.outbox.delivery import SendPost
from bot.background.outbox.post_pictures import Gallery
from bot.background.outbox.posts import Post
from bot.errors import ForecastGoneError, NotSentError
from bot.telegram.errors import needs_words
from bot.telegram.members import Members
from bot.telegram.sender import Sender
from bot.telegram.ways import Way
from forecasting.errors import ForecastingError
from storage.records.chats import Place
from storage.records.inbox import Numbers

log = logging.getLogger(__name__)
MessageIds = tuple[int, ...]


class Poster:
    """Prepares posts, then sends them: what takes long is done before a lane is taken."""

    def __init__(
        self,
        sender: Sender,
        pictures: PictureDesk,
        gallery: Gallery,
        members: Members,
        *,
        paid: bool = False,
    ) -> None:
        """Prepare nothing yet.

        Args:
            sender: The way out.
            pictures: Lends what is uploaded once.
            gallery: Knows how each picture is drawn.
            members: Knows how members are called.
            paid: Whether Telegram may take Stars for what exceeds the free rate.
        """
        self._paid = paid
        self._sender = sender
        self._pictures = pictures
        self._gallery = gallery
        self._members = members
        self.newest = sender.newest
        self.finds_in = sender.finds_in

    @asynccontextmanager
    async def ready(self, post: Post) -> AsyncIterator[SendPost]:
        """Give what sends the post; its pictures are drawn, and nobody else uploads them."""
        async with AsyncExitStack() as stack:
            try:
                pictures = await self._lend(stack, post)
            except (ForecastingError, ForecastGoneError, ValueError) as err:
                log.warning("picture-missing reason=%r", str(err))
                pictures = ()
            yield partial(self._send, post, pictures)

    async def _lend(self, stack: AsyncExitStack, post: Post) -> tuple[Picture, ...]:
        wanted = await self._gallery.pictures(post.pictures)
        return await stack.enter_async_context(self._pictures.lend_all(wanted))

    async def _send(
        self, post: Post, pictures: tuple[Picture, ...], place: Place, after: Numbers | None
    ) -> MessageIds:
        way = Way(place, post.reply_to, post.silent, broadcast=True, paid=self._paid, after=after)
        try:
            return await self._sent(post, pictures, way)
        except BadRequest as err:
            raise NotSentError(str(err), hopeless=True) from err

    async def _sent(self, post: Post, pictures: tuple[Picture, ...], way: Way) -> MessageIds:
        post = replace(post, html=await self._members.named(post.html, way.place.chat_id))
        keyboard = post.keyboard
        if post.edits is not None:
            await self._sender.rewrite(way, post.edits, post.html, keyboard)
            return (post.edits,)
        if not pictures:
            return ((await self._sender.text(way, post.html, keyboard)).message_id,)
        if len(pictures) == 1:
            message = await self._sender.photo(way, pictures[0], post.html, keyboard)
            return (message.message_id,)
        try:
            messages = await self._sender.album(way, pictures, post.html)
        except BadRequest as err:
            if needs_words(err):
                return ((await self._sender.text(way, post.html)).message_id,)
            raise
        return tuple(message.message_id for message in messages)
