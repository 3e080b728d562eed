"""Texts as they are meant: what stands under a photo, what hides behind marks that nobody sees."""

import json
from typing import Any

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType

from bot.telegram.commands.parsing import clean
from bot.telegram.urgency import command_of


def as_typed(update: Update) -> tuple[Update, str]:
    """Return an update whose text is what was meant, and its JSON.

    Commands, cashtags and answers are looked for in texts only, by the library too. So a caption
    becomes the text where nobody but the bot can be meant; a document keeps its caption: there it
    says what is to be done with the file. A command counts behind invisible marks, and with a
    full-width slash. Halves of letters, which cannot be sent back, become question marks.
    """
    data = update.to_dict()
    text, changed = _whole(data)
    if changed:
        data = json.loads(text)
    message = update.message
    if message is not None:
        changed |= _caption_is_text(message, data["message"])
        changed |= _bare_command(message, data["message"])
    if not changed:
        return update, text
    text = json.dumps(data, ensure_ascii=False)
    return Update.de_json(data, update.get_bot()), text


def _whole(data: dict[str, Any]) -> tuple[str, bool]:
    """Return the JSON of an update, and whether halves of letters were taken out of it."""
    text = json.dumps(data, ensure_ascii=False)
    whole = text.encode(errors="replace").decode()
    return whole, whole != text


def _caption_is_text(message: Message, said: dict[str, Any]) -> bool:
    alone = message.chat.type == ChatType.PRIVATE
    if not (alone and message.caption) or message.document is not None:
        return False
    said["text"], said["entities"] = said.pop("caption"), said.pop("caption_entities", [])
    return True


def _bare_command(message: Message, said: dict[str, Any]) -> bool:
    text = clean(message.text or "").lstrip()
    if not text.startswith("/") or command_of(message):
        return False
    length = len(text.split()[0])
    said["text"] = text
    said["entities"] = [{"type": MessageEntity.BOT_COMMAND, "offset": 0, "length": length}]
    return True
