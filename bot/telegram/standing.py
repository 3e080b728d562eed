"""Who an update is from, and in whose line it queues."""

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatID

from bot.telegram.update_lines import Standing

SHARED_IDS = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT})
"""Ids that many people have at once: of anonymous admins, of channels, of Telegram itself."""


def person_behind(update: Update) -> int | None:
    """Return under whose id an update counts: a person's, or the chat's that they speak for."""
    query = update.callback_query
    if query is not None:
        return _presser(query)
    message = update.effective_message
    if message is not None and message.sender_chat is not None:
        return message.sender_chat.id
    user, chat = update.effective_user, update.effective_chat
    if user is None or user.id in SHARED_IDS:
        return chat.id if chat is not None else None
    return user.id


def standing_of(update: object) -> Standing:
    """Return an update's place among all: the line of its chat or topic, and its person."""
    if not isinstance(update, Update):
        return Standing(None, None)
    chat, person = update.effective_chat, person_behind(update)
    if chat is None:
        return Standing(("person", person), person)
    message = update.effective_message
    topic = 0
    if isinstance(message, Message) and message.is_topic_message:
        topic = message.message_thread_id or 0
    return Standing((chat.id, topic), person)


def _presser(query: CallbackQuery) -> int:
    chat = query.message.chat if query.message is not None else None
    if query.from_user.id in SHARED_IDS and chat is not None:
        return chat.id
    return query.from_user.id
