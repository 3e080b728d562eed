"""What is written under a photo sent to the bot alone counts as if it had been typed."""

from telegram import Update
from telegram.constants import ChatType


def as_typed(update: Update) -> Update:
    """Return an update whose caption is its text, where nobody but the bot can be meant.

    Commands, cashtags and answers are looked for in texts only, by the library too. A document
    keeps its caption: there it says what is to be done with the file.
    """
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return update
    if not message.caption or message.document is not None:
        return update
    data = update.to_dict()
    said = data["message"]
    said["text"], said["entities"] = said.pop("caption"), said.pop("caption_entities", [])
    return Update.de_json(data, message.get_bot())
