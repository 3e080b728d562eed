"""The bot's inbox: updates wait here until the bot has confirmed them, by polling or webhook."""

import asyncio
from collections.abc import Callable
from typing import Any

from localchat.state.changes import Change, UpdateQueued, UpdatesConfirmed
from localchat.state.values import Update

OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_FIRST_ID = 100_000_001


class UpdateQueue:
    """Numbered updates, kept until confirmed; survives a restart through the journal."""

    def __init__(self, emit: Callable[[Change], None]) -> None:
        self._emit = emit
        self._pending: dict[int, Update] = {}
        self._again: list[Update] = []
        self.next_id = _FIRST_ID
        self.allowed: frozenset[str] | None = None
        self.arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._pending)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update; the choice is sticky."""
        if self.allowed is None:
            return kind not in OPT_IN
        return kind in self.allowed

    def allow(self, kinds: list[str] | None) -> None:
        """Remember which kinds the bot wants; none given keeps the last choice, [] the default.

        Args:
            kinds: Telegram's names of update fields.
        """
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def add(self, kind: str, payload: dict[str, Any]) -> Update | None:
        """Queue an update, if the bot wants its kind.

        Args:
            kind: The field of Telegram's Update object.
            payload: That field's JSON object.
        """
        if not self.wants(kind):
            return None
        update = Update(self.next_id, kind, payload)
        self.restore(update)
        self._emit(UpdateQueued(update))
        return update

    def restore(self, update: Update) -> None:
        """Take back an update that was queued before."""
        self._pending[update.id] = update
        self.next_id = max(self.next_id, update.id + 1)
        self.arrived.set()

    def pending(self, offset: int = 0, limit: int = 100) -> list[Update]:
        """Confirm everything before the offset and return what waits after it.

        Args:
            offset: First update id wanted; negative counts from the end and forgets the rest.
            limit: At most so many updates.
        """
        if offset < 0 and self._pending:
            ids = sorted(self._pending)
            offset = ids[max(0, len(ids) + offset)]
        self.confirm(offset - 1)
        again, self._again = self._again[:limit], self._again[limit:]
        if not self._pending and not self._again:
            self.arrived.clear()
        waiting = [self._pending[key] for key in sorted(self._pending)]
        return [*again, *waiting][:limit]

    def repeat(self, update: Update) -> None:
        """Deliver an update once more, confirmed or not, as Telegram does when in doubt."""
        self._again.append(update)
        self.arrived.set()

    def confirm(self, up_to: int) -> None:
        """Forget all updates up to an id, that one included."""
        done = [key for key in self._pending if key <= up_to]
        for key in done:
            del self._pending[key]
        if not self._pending:
            self.arrived.clear()
        if done:
            self._emit(UpdatesConfirmed(max(done)))

    def drop(self) -> None:
        """Forget all that waits."""
        self.confirm(self.next_id - 1)
