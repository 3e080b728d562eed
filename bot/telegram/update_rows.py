"""Turns an update into the row that keeps it."""

from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.clock import Clock
from bot.telegram.standing import person_behind
from storage.records.inbox import Arrival


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

    def of(self, update: Update) -> Arrival:
        """Return the row of an update."""
        chat = update.effective_chat
        return Arrival(
            update.update_id,
            chat.id if chat else None,
            person_behind(update),
            update.to_json(),
            self._machine.now() - self._age(update),
        )

    def _age(self, update: Update) -> timedelta:
        # A press has no date of its own, and its message may be years old.
        if update.message is None or update.message.date <= datetime.fromtimestamp(0, UTC):
            return timedelta(0)
        return max(timedelta(0), self._clock.now() - update.message.date)
