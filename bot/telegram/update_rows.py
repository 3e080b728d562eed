"""Turns an update into the row that keeps it."""

import logging
from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.clock import Clock
from bot.telegram.captions import as_typed
from bot.telegram.standing import person_behind, standing_of
from bot.telegram.urgency import keeps
from storage.records.inbox import Arrival

log = logging.getLogger(__name__)


class UpdateRows:
    """Says of each update what is kept of it."""

    def __init__(self, clock: Clock, machine: Clock) -> None:
        """Know the time.

        Args:
            clock: The time in which messages are dated.
            machine: The machine's time, which goes on in a replay too.
        """
        self._clock = clock
        self._machine = machine

    def read(self, update: Update) -> tuple[Update, Arrival] | None:
        """Return an update as it is meant, and its row; None for one that nobody can make sense of.

        Telegram sends no such update, but one would be sent again and again, before all others.
        """
        try:
            meant, body = as_typed(update)
            arrival = self._row(meant, body)
            _check(meant, arrival)
        except Exception as err:  # noqa: BLE001 - whatever is missing or too large in it
            log.warning("update-passed-over update=%s reason=%r", update.update_id, str(err)[:80])
            return None
        return meant, arrival

    def _row(self, update: Update, body: str) -> Arrival:
        chat = update.effective_chat
        return Arrival(
            update.update_id,
            chat.id if chat else None,
            person_behind(update),
            body,
            self._machine.now() - self._age(update),
        )

    def _age(self, update: Update) -> timedelta:
        # A press has no date of its own, and its message may be years old.
        if update.message is None or update.message.date <= datetime.fromtimestamp(0, UTC):
            return timedelta(0)
        return max(timedelta(0), self._clock.now() - update.message.date)


def _check(update: Update, arrival: Arrival) -> None:
    """Ask of an update what is asked of each before its turn.

    Raises:
        ValueError: Its message has no chat, or a text of it is none.
        OverflowError: A number has more bits than a database holds.
    """
    standing_of(update)
    keeps(update)
    message, user, change = update.effective_message, update.effective_user, update.my_chat_member
    said = (getattr(message, "text", None), getattr(message, "caption", None))
    if not all(isinstance(text, str) for text in (*said, user and user.language_code) if text):
        raise ValueError("a text that is no text")
    if change is not None and None in (change.old_chat_member, change.new_chat_member):
        raise ValueError("half a change")
    if arrival.chat_id is None and message is not None:
        raise ValueError("a message without a chat")
    topic = getattr(message, "message_thread_id", None)
    whose = (arrival.update_id, arrival.chat_id, arrival.user_id)
    for number in (*whose, message and message.message_id, topic):
        (number or 0).to_bytes(8, signed=True)
