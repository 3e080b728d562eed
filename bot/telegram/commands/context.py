"""What every command has at hand, and where an answer to an update goes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Chat, Message, Update
from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes

from bot.answers.forecasts import ForecastDesk
from bot.answers.models import ModelShelf
from bot.answers.pictures import PictureDesk
from bot.answers.user_rate_limit import QuestionBudget
from bot.clock import Clock
from bot.errors import UsageError
from bot.settings import Settings
from bot.telegram.sender import Sender, Way
from bot.words.language import Words
from bot.words.verdict import Verdict
from bot.worker import Worker
from storage.records import Place
from storage.store import Store

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE
BotApplication = Application[Any, Any, Any, Any, Any, Any]
ACTION_LASTS_SECONDS = 4.5


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the product that commands are made of."""

    settings: Settings
    clock: Clock
    worker: Worker
    store: Store
    forecasts: ForecastDesk
    models: ModelShelf
    pictures: PictureDesk
    sender: Sender
    budget: QuestionBudget
    words: Callable[[str], Words]
    model_quality: Callable[[str], Verdict | None]


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
    user = update.effective_user
    return user.id if user is not None else message_of(update).chat_id


@asynccontextmanager
async def acting(bot: Bot, place: Place, action: str) -> AsyncIterator[None]:
    """Show a chat action at once and for as long as the work takes."""
    first = asyncio.ensure_future(_act(bot, place, action))
    more = asyncio.ensure_future(_keep_acting(bot, place, action))
    try:
        yield
    finally:
        more.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(first, 1.0)


async def _keep_acting(bot: Bot, place: Place, action: str) -> None:
    while True:
        await asyncio.sleep(ACTION_LASTS_SECONDS)
        await _act(bot, place, action)


async def _act(bot: Bot, place: Place, action: str) -> None:
    with suppress(TelegramError):
        await bot.send_chat_action(place.chat_id, action, message_thread_id=place.topic_id or None)
