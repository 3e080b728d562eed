"""Which requests make or change a message, and what Telegram's refusals say."""

from datetime import timedelta
from typing import Literal

from telegram.error import RetryAfter

from bot.telegram.chat_lines import Turn

BROADCAST: Literal["broadcast"] = "broadcast"
Pacing = Turn | Literal["broadcast"]
"""What a request says about its pace: the turn it has already, or that answers go first."""
LineKey = tuple[Literal["sends", "edits"], int]
"""An edit changes what is there already and is not held up by the messages that wait."""
_SENDS = ("send", "copy", "forward")
_EDITS = ("edit",)
_FREE = ("sendChatAction", "sendMessageDraft")


def line_of(endpoint: str, chat_id: object) -> LineKey | None:
    """Return in which line a request waits, None where it need not."""
    if not isinstance(chat_id, int) or endpoint in _FREE:
        return None
    if endpoint.startswith(_SENDS):
        return "sends", chat_id
    return ("edits", chat_id) if endpoint.startswith(_EDITS) else None


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait, whichever type the library gives it."""
    retry_after: float | timedelta = error.retry_after
    if isinstance(retry_after, timedelta):
        return retry_after.total_seconds()
    return float(retry_after)
