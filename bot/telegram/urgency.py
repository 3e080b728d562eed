"""Which updates must be carried out however old, and which ask for an answer at all."""

from telegram import Message, Update
from telegram.constants import ChatType, MessageEntityType

from bot.words.buttons import TYPE, VERSION

_KEPT_COMMANDS = frozenset(
    {
        "subscribe",
        "unsubscribe",
        "settings",
        "pause",
        "resume",
        "alert",
        "import",
        "forgetme",
        "call",
        "channel",
        "league",
    }
)
"""Commands that change what is kept; a question in place of one does no harm."""
_KEPT_BUTTONS = tuple(f"{VERSION}:{letter}:" for letter in "acegkstwxz")


def keeps(update: Update) -> bool:
    """Return whether an update changes what is kept, so that it counts however late it comes."""
    if update.callback_query is not None:
        data = update.callback_query.data or ""
        return data.startswith(_KEPT_BUTTONS) or _typed_by(data) in _KEPT_COMMANDS
    message = update.message
    if message is None or message.migrate_to_chat_id or message.migrate_from_chat_id:
        return True
    replied = message.reply_to_message
    answers_question = replied is not None and _is_of_a_bot(replied)
    return bool(answers_question or message.document) or command_of(message) in _KEPT_COMMANDS


def wants_answer(update: Update) -> bool:
    """Return whether somebody waits for words: who wrote a command, or anything in private."""
    message = update.message
    if message is None:
        return False
    return message.chat.type == ChatType.PRIVATE or bool(command_of(message))


def command_of(message: Message) -> str:
    """Return the command that a message begins with, without slash and bot; empty for none."""
    entity = next(iter(message.entities), None)
    if entity is None or entity.type != MessageEntityType.BOT_COMMAND or entity.offset != 0:
        return ""
    text = message.text or ""
    return text[1 : entity.length].partition("@")[0].lower()


def _typed_by(data: str) -> str:
    """Return the command that a button types, empty for any other button."""
    return data.removeprefix(f"{TYPE}/").partition(" ")[0] if data.startswith(TYPE) else ""


def _is_of_a_bot(message: Message) -> bool:
    return message.from_user is not None and message.from_user.is_bot
