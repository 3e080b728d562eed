"""What Telegram says when it refuses, and what that means; the one table of its error texts.

Telegram's texts are no interface: they differ by method and change. Each is looked for as a part of
the text, in small letters, since the library turns `TOPIC_CLOSED` into `Topic_closed`.
"""

from enum import Enum, auto

from telegram.error import TelegramError


class Obstacle(Enum):
    """What stands in the way of a request."""

    NO_PICTURES = auto()
    """The chat forbids photos or files; words may pass."""
    TOPIC_SHUT = auto()
    """A forum's topic was closed or deleted."""
    FILE_FORGOTTEN = auto()
    """Telegram does not know a kept picture any more; it must be uploaded anew, or be words."""
    UNCHANGED = auto()
    """An edit would have changed nothing, or a newer one has come before it."""
    MESSAGE_GONE = auto()
    """The message to be changed was deleted, or is too old to be changed."""
    SILENCED = auto()
    """The chat lets the bot write nothing, for now."""
    ADMINS_UNSEEN = auto()
    """The bot is not told who is an admin, since it is none."""
    CHAT_UNKNOWN = auto()
    """There is no such chat, nobody in it, or the bot is not in it."""
    REPLIED_GONE = auto()
    """The message that is replied to was deleted."""
    PRESS_FORGOTTEN = auto()
    """A press was answered too late; the wheel on the button has stopped."""


TABLE: tuple[tuple[str, Obstacle], ...] = (
    ("not enough rights to send photos", Obstacle.NO_PICTURES),
    ("not enough rights to send documents", Obstacle.NO_PICTURES),
    ("not enough rights to send media", Obstacle.NO_PICTURES),
    ("chat_send_photos_forbidden", Obstacle.NO_PICTURES),
    ("chat_send_media_forbidden", Obstacle.NO_PICTURES),
    ("chat_send_docs_forbidden", Obstacle.NO_PICTURES),
    ("message to be replied not found", Obstacle.REPLIED_GONE),
    ("replied message not found", Obstacle.REPLIED_GONE),
    ("reply_message_id_invalid", Obstacle.REPLIED_GONE),
    ("message thread not found", Obstacle.TOPIC_SHUT),
    ("topic_closed", Obstacle.TOPIC_SHUT),
    ("topic_deleted", Obstacle.TOPIC_SHUT),
    ("topic_id_invalid", Obstacle.TOPIC_SHUT),
    ("file identifier", Obstacle.FILE_FORGOTTEN),
    ("wrong file_id", Obstacle.FILE_FORGOTTEN),
    ("file reference", Obstacle.FILE_FORGOTTEN),
    ("file_reference_", Obstacle.FILE_FORGOTTEN),
    ("file_id_invalid", Obstacle.FILE_FORGOTTEN),
    ("media_empty", Obstacle.FILE_FORGOTTEN),
    ("photo_invalid", Obstacle.FILE_FORGOTTEN),
    ("photo_save_file_invalid", Obstacle.FILE_FORGOTTEN),
    ("image_process_failed", Obstacle.FILE_FORGOTTEN),
    ("message is not modified", Obstacle.UNCHANGED),
    ("message_not_modified", Obstacle.UNCHANGED),
    ("canceled by new edit", Obstacle.UNCHANGED),
    ("message to edit not found", Obstacle.MESSAGE_GONE),
    ("message can't be edited", Obstacle.MESSAGE_GONE),
    ("message to delete not found", Obstacle.MESSAGE_GONE),
    ("message can't be deleted", Obstacle.MESSAGE_GONE),
    ("message_id_invalid", Obstacle.MESSAGE_GONE),
    ("message_author_required", Obstacle.MESSAGE_GONE),
    ("message_edit_time_expired", Obstacle.MESSAGE_GONE),
    ("message_delete_forbidden", Obstacle.MESSAGE_GONE),
    ("not enough rights to send text messages", Obstacle.SILENCED),
    ("have no rights to send a message", Obstacle.SILENCED),
    ("need administrator rights in the channel chat", Obstacle.SILENCED),
    ("chat_write_forbidden", Obstacle.SILENCED),
    ("chat_restricted", Obstacle.SILENCED),
    ("chat_send_plain_forbidden", Obstacle.SILENCED),
    ("chat_guest_send_forbidden", Obstacle.SILENCED),
    ("user_banned_in_channel", Obstacle.SILENCED),
    ("slowmode_wait", Obstacle.SILENCED),
    ("chat_admin_required", Obstacle.ADMINS_UNSEEN),
    ("participant_id_invalid", Obstacle.ADMINS_UNSEEN),
    ("member list is inaccessible", Obstacle.ADMINS_UNSEEN),
    ("user not found", Obstacle.ADMINS_UNSEEN),
    ("chat not found", Obstacle.CHAT_UNKNOWN),
    ("peer_id_invalid", Obstacle.CHAT_UNKNOWN),
    ("chat_id_invalid", Obstacle.CHAT_UNKNOWN),
    ("channel_private", Obstacle.CHAT_UNKNOWN),
    ("user_is_blocked", Obstacle.CHAT_UNKNOWN),
    ("input_user_deactivated", Obstacle.CHAT_UNKNOWN),
    ("user is deactivated", Obstacle.CHAT_UNKNOWN),
    ("chat was deactivated", Obstacle.CHAT_UNKNOWN),
    ("query is too old", Obstacle.PRESS_FORGOTTEN),
    ("query_id_invalid", Obstacle.PRESS_FORGOTTEN),
)


def obstacle_of(error: TelegramError) -> Obstacle | None:
    """Return what a refusal means, None for one that nobody foresaw."""
    text = str(error).lower()
    return next((meaning for part, meaning in TABLE if part in text), None)
