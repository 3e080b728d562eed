"""Equal questions in a busy group are one question, whose answer says how many asked."""

from collections.abc import Hashable

from telegram import Message, Update
from telegram.constants import ChatType

from bot.telegram.standing import person_behind, standing_of
from bot.telegram.urgency import command_of, keeps


class Crowd:
    """Everybody who asks the same in one place, until the answer leaves."""

    def __init__(self) -> None:
        self._askers: set[Hashable] = set()
        self.is_open = True

    def join(self, person: Hashable) -> None:
        """Count a person, once."""
        self._askers.add(person)

    def close(self) -> int:
        """Take in no more; return how many asked."""
        self.is_open = False
        return len(self._askers)


class Crowds:
    """The questions of groups that wait for their answers."""

    def __init__(self) -> None:
        self._open: dict[Hashable, Crowd] = {}

    def join(self, update: Update) -> bool:
        """Return whether an equal question waits already, and count its asker if so."""
        crowd = self._open.get(key_of(update))
        if crowd is None or not crowd.is_open:
            return False
        crowd.join(person_behind(update))
        return True

    def begin(self, update: Update) -> Crowd | None:
        """Let equal questions join this one until it is answered; None where they may not."""
        key = key_of(update)
        if key is None:
            return None
        crowd = self._open[key] = Crowd()
        crowd.join(person_behind(update))
        return crowd

    def end(self, update: Update, crowd: Crowd | None) -> None:
        """Forget a question that is answered."""
        key = key_of(update)
        if crowd is not None and self._open.get(key) is crowd:
            del self._open[key]


def key_of(update: Update) -> Hashable:
    """Return what equal questions have in common: place and words; None for what is no question."""
    message = update.message
    if not isinstance(message, Message) or message.chat.type == ChatType.PRIVATE or keeps(update):
        return None
    command = command_of(message)
    if not command:
        return None
    words = (message.text or "").lower().split()[1:]
    return standing_of(update).line, command, tuple(words)
