"""In which order the updates of a chat count as done, so that a crash cannot turn two around.

An update has done what it asked for when its answer waits to be sent, and the next one begins. If
that next one counted as done while the first still waits, a crash in between would carry out the
first once more after it: who subscribed and then unsubscribed would stay subscribed. What changes
something is therefore noted as done only behind all that came before it in its chat; until then a
crash carries out both again, in their order, and sends only what has not arrived.
"""

from collections import defaultdict


class DoneOrder:
    """The updates in work by chat, and those that wait for earlier ones to count as done."""

    def __init__(self) -> None:
        """Let nothing be in work."""
        self._open: defaultdict[int, set[int]] = defaultdict(set)
        self._held: defaultdict[int, list[int]] = defaultdict(list)

    def begin(self, chat_id: int | None, number: int) -> None:
        """Take an update as in work; one of no chat stands for itself."""
        if chat_id is not None:
            self._open[chat_id].add(number)

    def end(self, chat_id: int | None, number: int, *, changes: bool) -> tuple[int, ...]:
        """End an update.

        Args:
            chat_id: Its chat.
            number: Its number; later updates have higher ones.
            changes: Whether it changes what is kept, so that it counts in its order.

        Returns:
            The updates that count as done from now on, the first first; maybe not this one.
        """
        if chat_id is None:
            return (number,)
        self._open[chat_id].discard(number)
        if changes:
            self._held[chat_id].append(number)
        done = self._released(chat_id)
        return done if changes else (number, *done)

    def drop(self, chat_id: int | None, number: int) -> tuple[int, ...]:
        """Forget an update that is not done here; return those behind it, which are not either."""
        if chat_id is None:
            return ()
        self._open[chat_id].discard(number)
        if not self._open[chat_id]:
            del self._open[chat_id]
        return tuple(self._held.pop(chat_id, ()))

    def _released(self, chat_id: int) -> tuple[int, ...]:
        first = min(self._open[chat_id], default=None)
        held = sorted(self._held.pop(chat_id, ()))
        if first is None:
            del self._open[chat_id]
            return tuple(held)
        waiting = [number for number in held if number > first]
        if waiting:
            self._held[chat_id] = waiting
        return tuple(number for number in held if number < first)
