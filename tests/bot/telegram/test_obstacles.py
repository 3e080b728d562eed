"""Telegram's error texts, as it sends them, and what they mean."""

import pytest
from telegram.error import BadRequest

from bot.telegram.obstacles import TABLE, Obstacle, obstacle_of

SENT = {
    "Bad Request: not enough rights to send photos to the chat": Obstacle.NO_PICTURES,
    "Bad Request: not enough rights to send documents to the chat": Obstacle.NO_PICTURES,
    "Bad Request: not enough rights to send media to the chat": Obstacle.NO_PICTURES,
    "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN": Obstacle.NO_PICTURES,
    "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN": Obstacle.NO_PICTURES,
    "Bad Request: CHAT_SEND_DOCS_FORBIDDEN": Obstacle.NO_PICTURES,
    "Bad Request: message thread not found": Obstacle.TOPIC_SHUT,
    "Bad Request: TOPIC_CLOSED": Obstacle.TOPIC_SHUT,
    "Bad Request: TOPIC_DELETED": Obstacle.TOPIC_SHUT,
    "Bad Request: TOPIC_ID_INVALID": Obstacle.TOPIC_SHUT,
    "Bad Request: wrong file identifier/HTTP URL specified": Obstacle.FILE_FORGOTTEN,
    "Bad Request: wrong file_id or the file is temporarily unavailable": Obstacle.FILE_FORGOTTEN,
    "Bad Request: file reference has expired": Obstacle.FILE_FORGOTTEN,
    "Bad Request: FILE_REFERENCE_EXPIRED": Obstacle.FILE_FORGOTTEN,
    "Bad Request: FILE_REFERENCE_0_EXPIRED": Obstacle.FILE_FORGOTTEN,
    "Bad Request: FILE_ID_INVALID": Obstacle.FILE_FORGOTTEN,
    "Bad Request: MEDIA_EMPTY": Obstacle.FILE_FORGOTTEN,
    "Bad Request: PHOTO_INVALID": Obstacle.FILE_FORGOTTEN,
    "Bad Request: FILE_REFERENCE_INVALID": Obstacle.FILE_FORGOTTEN,
    "Bad Request: PHOTO_SAVE_FILE_INVALID": Obstacle.FILE_FORGOTTEN,
    "Bad Request: IMAGE_PROCESS_FAILED": Obstacle.FILE_FORGOTTEN,
    "Bad Request: message to be replied not found": Obstacle.REPLIED_GONE,
    "Bad Request: replied message not found": Obstacle.REPLIED_GONE,
    "Bad Request: REPLY_MESSAGE_ID_INVALID": Obstacle.REPLIED_GONE,
    "Bad Request: MESSAGE_NOT_MODIFIED": Obstacle.UNCHANGED,
    "Bad Request: canceled by new editMessageMedia request": Obstacle.UNCHANGED,
    "Bad Request: MESSAGE_EDIT_TIME_EXPIRED": Obstacle.MESSAGE_GONE,
    "Bad Request: MESSAGE_DELETE_FORBIDDEN": Obstacle.MESSAGE_GONE,
    "Bad Request: CHAT_GUEST_SEND_FORBIDDEN": Obstacle.SILENCED,
    "Bad Request: USER_BANNED_IN_CHANNEL": Obstacle.SILENCED,
    "Bad Request: CHAT_ID_INVALID": Obstacle.CHAT_UNKNOWN,
    "Bad Request: CHANNEL_PRIVATE": Obstacle.CHAT_UNKNOWN,
    "Bad Request: USER_IS_BLOCKED": Obstacle.CHAT_UNKNOWN,
    "Bad Request: INPUT_USER_DEACTIVATED": Obstacle.CHAT_UNKNOWN,
    "Bad Request: user is deactivated": Obstacle.CHAT_UNKNOWN,
    "Bad Request: group chat was deactivated": Obstacle.CHAT_UNKNOWN,
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same": Obstacle.UNCHANGED,
    "Bad Request: message to edit not found": Obstacle.MESSAGE_GONE,
    "Bad Request: message can't be edited": Obstacle.MESSAGE_GONE,
    "Bad Request: message to delete not found": Obstacle.MESSAGE_GONE,
    "Bad Request: message can't be deleted for everyone": Obstacle.MESSAGE_GONE,
    "Bad Request: MESSAGE_ID_INVALID": Obstacle.MESSAGE_GONE,
    "Bad Request: MESSAGE_AUTHOR_REQUIRED": Obstacle.MESSAGE_GONE,
    "Bad Request: not enough rights to send text messages to the chat": Obstacle.SILENCED,
    "Bad Request: have no rights to send a message": Obstacle.SILENCED,
    "Bad Request: need administrator rights in the channel chat": Obstacle.SILENCED,
    "Bad Request: CHAT_WRITE_FORBIDDEN": Obstacle.SILENCED,
    "Bad Request: CHAT_RESTRICTED": Obstacle.SILENCED,
    "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN": Obstacle.SILENCED,
    "Bad Request: SLOWMODE_WAIT_30": Obstacle.SILENCED,
    "Bad Request: CHAT_ADMIN_REQUIRED": Obstacle.ADMINS_UNSEEN,
    "Bad Request: PARTICIPANT_ID_INVALID": Obstacle.ADMINS_UNSEEN,
    "Bad Request: member list is inaccessible": Obstacle.ADMINS_UNSEEN,
    "Bad Request: user not found": Obstacle.ADMINS_UNSEEN,
    "Bad Request: chat not found": Obstacle.CHAT_UNKNOWN,
    "Bad Request: PEER_ID_INVALID": Obstacle.CHAT_UNKNOWN,
    "Bad Request: query is too old and response timeout expired or query ID is invalid": (
        Obstacle.PRESS_FORGOTTEN
    ),
    "Bad Request: QUERY_ID_INVALID": Obstacle.PRESS_FORGOTTEN,
}


@pytest.mark.parametrize(("text", "meaning"), SENT.items())
def test_a_text_of_telegram_is_understood(text, meaning):
    """As the library hands it on: without its prefix, and with small letters."""
    assert obstacle_of(BadRequest(text)) is meaning


def test_every_row_of_the_table_is_tried_here():
    """A row without a text that Telegram sends is a guess."""
    tried = [part for part, _ in TABLE if any(part in text.lower() for text in SENT)]
    assert tried == [part for part, _ in TABLE]


def test_what_nobody_foresaw_means_nothing():
    """It becomes an incident, and then a row."""
    assert obstacle_of(BadRequest("Bad Request: something new")) is None
