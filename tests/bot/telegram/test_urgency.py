"""What is carried out however late it comes, and what may be answered by "I was away"."""

from datetime import UTC, datetime

import pytest
from telegram import CallbackQuery, Chat, Message, MessageEntity, Update, User

from bot.telegram.urgency import keeps

ANN = User(7, "Ann", is_bot=False)


def typed(text):
    command = MessageEntity(MessageEntity.BOT_COMMAND, 0, len(text.split()[0]))
    chat = Chat(7, Chat.PRIVATE)
    message = Message(1, datetime.now(UTC), chat, from_user=ANN, text=text, entities=(command,))
    return Update(1, message=message)


def pressed(data):
    return Update(1, callback_query=CallbackQuery("1", ANN, "1", data=data))


@pytest.mark.parametrize(
    "update",
    [
        typed("/subscribe KO"),
        typed("/channel @prices time 08:30"),
        pressed("v1:w:+:KO"),
        pressed("v1:c:-1001:s:time:08:30"),
        pressed("v1:g:de"),
        pressed("v1:y:/pause"),
    ],
)
def test_what_changes_what_is_kept_is_done_however_late(update):
    """Typed, pressed, or typed by a press; of a chat, or of a channel from a private chat."""
    assert keeps(update)


@pytest.mark.parametrize("update", [typed("/predict KO"), pressed("v1:y:/predict KO")])
def test_a_question_is_not_answered_into_another_conversation(update):
    """An hour later nobody waits for it any more."""
    assert not keeps(update)
