"""Which kinds of updates the bot asks Telegram for."""

ALLOWED_UPDATES = [
    "message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "guest_message",
]
"""Telegram keeps the list that it was told last, so that it is told each time."""
