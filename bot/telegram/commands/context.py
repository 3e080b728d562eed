"""What an update is about: its message, its place, who asked, and that somebody is at work."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot, Chat, Message, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import Application, BaseHandler, ContextTypes, filters

from bot.errors import UsageError
from bot.telegram.commands.parsing import words_of
from bot.telegram.replies import Replies
from bot.telegram.standing import person_behind
from bot.telegram.ways import Way
from storage.records.chats import Place

Context = ContextTypes.DEFAULT_TYPE
BotApplication = Application[Any, Any, Any, Any, Any, Any]
Handlers = Sequence[BaseHandler[Any, Any, Any]]
# An edited command must not run again. In a channel only its admins post.
# What Telegram copies from a channel into its group was said, and answered, there.
TYPED = (
    filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
) & ~filters.IS_AUTOMATIC_FORWARD
ACTION_LASTS_SECONDS = 4.5
_MOST_ACTIONS = 6
_QUICK_SECONDS = 0.05
"""An answer that comes so soon needs no word before it, which costs as much as the answer."""
_MOST_SHOWN = 8
_shown: set[asyncio.Future[None]] = set()
"""The chats that see at this moment that somebody is at work."""


class Commands(Protocol):
    """A group of commands that belong together."""

    def handlers(self) -> Handlers:
        """Return what takes their updates, in the order in which they are tried."""
        ...


def message_of(update: Update) -> Message:
    """Return the message of an update that was filtered to have one.

    Raises:
        UsageError: It has none (a message too old for Telegram to show).
    """
    message = update.effective_message
    if message is None:
        raise UsageError("stale-button")
    return message


def place_of(message: Message) -> Place:
    """Return where an answer to a message goes: its chat, and its topic in a forum."""
    topic = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat_id, topic or 0)


def answer_way(message: Message) -> Way:
    """Return the way of an answer: a reply in a group, plain in a private chat."""
    reply_to = message.message_id if message.chat.type != Chat.PRIVATE else None
    return Way(place_of(message), reply_to=reply_to)


def asker_of(update: Update) -> int:
    """Return the id of who asked; a group's own where it speaks for an anonymous admin."""
    person = person_behind(update)
    return person if person is not None else message_of(update).chat_id


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed command: where its answer goes, and the words behind its name."""

    message: Message
    way: Way
    words: list[str]


def typed_command(update: Update) -> Typed:
    """Return the command of an update that was filtered to have one.

    Raises:
        UsageError: As `message_of`.
    """
    message = message_of(update)
    return Typed(message, answer_way(message), words_of(message.text or ""))


@asynccontextmanager
async def at_work(
    replies: Replies,
    update: Update,
    context: Context,
    questions: int = 1,
    action: str = ChatAction.UPLOAD_PHOTO,
) -> AsyncIterator[None]:
    """Count what a command asks of its asker's share, and show that it is worked on.

    Raises:
        TooManyRequestsError: They ask faster than the bot answers.
    """
    replies.spend(asker_of(update), questions)
    async with _acting(context.bot, place_of(message_of(update)), action):
        yield


@asynccontextmanager
async def _acting(bot: Bot, place: Place, action: str) -> AsyncIterator[None]:
    """Show a chat action while the work takes; a busy bot shows it to a few and answers instead."""
    if len(_shown) >= _MOST_SHOWN:
        yield
        return
    done = asyncio.Event()
    showing = asyncio.ensure_future(_keep_acting(bot, place, action, done))
    _shown.add(showing)
    showing.add_done_callback(_shown.discard)
    try:
        yield
    finally:
        done.set()
        # One under way is waited for: cut off, it would cost its connection.
        await asyncio.wait({showing}, timeout=1.0)
        showing.cancel()


async def _keep_acting(bot: Bot, place: Place, action: str, done: asyncio.Event) -> None:
    pause = _QUICK_SECONDS
    # Who waits longer is behind many others; a minute of "uploading" would only be noise.
    for _ in range(1 + _MOST_ACTIONS):
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await done.wait()
        if done.is_set():
            return
        await _act(bot, place, action)
        pause = ACTION_LASTS_SECONDS


async def _act(bot: Bot, place: Place, action: str) -> None:
    with suppress(TelegramError):
        await bot.send_chat_action(place.chat_id, action, message_thread_id=place.topic_id or None)
