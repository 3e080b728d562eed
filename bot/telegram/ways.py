"""How a message goes out: where to, in answer to what, at whose turn."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from telegram import (
    Chat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
    SwitchInlineQueryChosenChat,
)

from bot.telegram.chat_lines import Turn
from bot.telegram.request_kinds import BROADCAST
from bot.words.buttons import Button, Keyboard
from storage.records.chats import Place
from storage.records.inbox import Numbers


@dataclass(frozen=True, slots=True)
class Way:
    """How a message goes out.

    Attributes:
        place: Chat and topic.
        reply_to: Message it answers; sent all the same when that one is gone.
        silent: Whether it arrives without a sound.
        broadcast: Whether answers to people go first.
        turn: The turn that an answer has in its chat's line already.
        paid: Whether Telegram may take Stars for it: a broadcast whose operator has chosen so.
        after: Where the message may have arrived already, from a process that was killed: the
            newest messages before it.
    """

    place: Place
    reply_to: int | None = None
    silent: bool = False
    broadcast: bool = False
    turn: Turn | None = None
    paid: bool = False
    after: Numbers | None = None


@lru_cache(maxsize=128)
def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return a keyboard in the form Telegram takes."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in keyboard])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.text,
        callback_data=button.data or None,
        copy_text=CopyTextButton(button.copies) if button.copies else None,
        url=button.opens or None,
        switch_inline_query_chosen_chat=_shares(button.shares) if button.shares else None,
        style=button.style,
    )


def _shares(query: str) -> SwitchInlineQueryChosenChat:
    return SwitchInlineQueryChosenChat(
        query, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True
    )


def known_message(message_id: int, way: Way) -> Message:
    """Return what is known of a message that Telegram has and did not show."""
    kind = Chat.PRIVATE if way.place.chat_id > 0 else Chat.SUPERGROUP
    return Message(message_id, datetime.fromtimestamp(0, UTC), Chat(way.place.chat_id, kind))


def known_album(first: int, way: Way, size: int) -> tuple[Message, ...]:
    """Return what is known of an album whose first message was found."""
    return tuple(known_message(first + place, way) for place in range(size))


def arguments_of(way: Way) -> dict[str, Any]:
    """Return what all sending methods of the library are told of a way."""
    reply = None
    if way.reply_to is not None:
        reply = ReplyParameters(way.reply_to, allow_sending_without_reply=True)
    return {
        "chat_id": way.place.chat_id,
        "message_thread_id": way.place.topic_id or None,
        "disable_notification": way.silent or None,
        "reply_parameters": reply,
        "rate_limit_args": BROADCAST if way.broadcast else way.turn,
        "allow_paid_broadcast": True if way.paid else None,
    }
