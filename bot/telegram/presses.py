"""Every press of a button is answered at once, also where what it asks for must wait.

Telegram turns a wheel on the button until `answerCallbackQuery`, which has no flood limit. A
command answers its press itself, with words where it has some; one that has not come to it in time
is answered without, and its words, if any, follow as a message.
"""

import asyncio
import logging
from contextlib import suppress
from contextvars import ContextVar

from telegram import CallbackQuery, Message, ReplyParameters
from telegram.constants import MessageLimit
from telegram.error import TelegramError

from bot.errors import BotError
from bot.telegram.errors import calling

log = logging.getLogger(__name__)

AT_ONCE_SECONDS = 0.5
SECRET_SECONDS = 8.0
"""For presses whose answer only the presser may read: it cannot follow as a message."""
_CALLS = "v1:k:"
_MOST_IN_POPUP = 200
_current: ContextVar["OpenPress | None"] = ContextVar("press", default=None)


class OpenPress:
    """One press, from its arrival to its answer."""

    def __init__(self, query: CallbackQuery) -> None:
        self._query = query
        self._answered = False
        self._soon = asyncio.get_running_loop().create_task(self._in_time())

    def begin(self) -> None:
        """Let `acknowledge` and `say` in this task speak of this press."""
        _current.set(self)

    async def answer(self, text: str = "", url: str = "") -> bool:
        """Answer, unless that was done; return whether the text has been shown."""
        if self._answered:
            return not text
        self._answered = True
        self._soon.cancel()
        return await answer(self._query, text, url) or not text

    async def _in_time(self) -> None:
        secret = (self._query.data or "").startswith(_CALLS)
        await asyncio.sleep(SECRET_SECONDS if secret else AT_ONCE_SECONDS)
        if not self._answered:
            self._answered = True
            await answer(self._query, "")


async def acknowledge(query: CallbackQuery) -> None:
    """Answer a press without words."""
    press = _current.get()
    if press is not None:
        await press.answer()
    else:
        await answer(query, "")


async def open_chat(query: CallbackQuery, start: str) -> None:
    """Answer a press by opening the person's own chat with the bot, at a start parameter."""
    url = f"https://t.me/{query.get_bot().username}?start={start}"
    press = _current.get()
    if press is not None:
        await press.answer(url=url)
    else:
        await answer(query, "", url)


async def say(query: CallbackQuery, plain: str, *, or_write: bool = True) -> None:
    """Answer a press with a window that the person closes; where it is too late, by a message.

    Args:
        query: The press.
        plain: What is said.
        or_write: Whether a message takes the place of the window; else somebody writes one anyway.
    """
    text = plain if _units(plain) <= _MOST_IN_POPUP else _cut(plain)
    press = _current.get()
    shown = await (press.answer(text) if press is not None else answer(query, text))
    if not shown and or_write:
        await _tell_in_chat(query, plain)


async def whisper(query: CallbackQuery, plain: str) -> None:
    """Answer a press with a window; where it is too late, say nothing: others would read it."""
    text = plain if _units(plain) <= _MOST_IN_POPUP else _cut(plain)
    press = _current.get()
    if press is None:
        await answer(query, text)
    else:
        await press.answer(text)


async def answer(query: CallbackQuery, text: str, url: str = "") -> bool:
    """Answer a press and return whether Telegram took it: it forgets one after some seconds."""
    try:
        await calling(
            lambda: query.answer(text or None, show_alert=bool(text) or None, url=url or None)
        )
    except (TelegramError, BotError) as err:
        log.info("press-not-answered reason=%r", str(err))
        return False
    return True


async def _tell_in_chat(query: CallbackQuery, plain: str) -> None:
    message = query.message
    if not isinstance(message, Message):
        return
    with suppress(TelegramError):
        await query.get_bot().send_message(
            message.chat_id,
            plain[: MessageLimit.MAX_TEXT_LENGTH // 2],
            message_thread_id=message.message_thread_id if message.is_topic_message else None,
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    while _units(text) >= _MOST_IN_POPUP:
        text = text[:-1]
    return text + "…"
