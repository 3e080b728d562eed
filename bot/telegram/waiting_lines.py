"""The lines of all chats: which of them somebody waits in, and which need not be remembered."""

from collections.abc import Callable, Iterator

from bot.telegram.chat_lines import ChatLine, Entry, Turn, heads_due
from bot.telegram.chat_pace import ChatPace
from bot.telegram.request_kinds import LineKey
from bot.telegram.tolerance import Tolerance

_TIDY_SECONDS = 10.0


class WaitingLines:
    """One line for each chat's messages and one for its edits, made when first asked for."""

    def __init__(self, tolerance: Tolerance, *, free: bool) -> None:
        """Know no chat yet.

        Args:
            tolerance: How many answers one chat gets at once.
            free: Whether chats are not paced.
        """
        self._tolerance = tolerance
        self._free = free
        self._lines: dict[LineKey, ChatLine] = {}
        self._queued: set[ChatLine] = set()
        self._tidied_at = 0.0

    def of(self, key: LineKey) -> ChatLine:
        """Return a line, a new one where there is none."""
        if key not in self._lines:
            name = f"{key[0]} {key[1]}"
            self._lines[key] = ChatLine(name, self._tolerance, is_group=key[1] < 0, free=self._free)
        return self._lines[key]

    def known(self, key: LineKey) -> ChatLine | None:
        """Return a line if anything is remembered of it."""
        return self._lines.get(key)

    def paces(self) -> Iterator[ChatPace]:
        """Yield the pace of each line."""
        return (line.pace for line in self._lines.values())

    def note_head(self, line: ChatLine) -> None:
        """Note whether somebody waits in a line, whenever that may have changed."""
        if line.head() is None:
            self._queued.discard(line)
        else:
            self._queued.add(line)

    def due(
        self, now: float, wait_of_all: Callable[[float, Turn], float], *, owed: bool
    ) -> tuple[float, list[Entry]]:
        """Return after how many seconds to look again, and who may leave. As `heads_due`."""
        return heads_due(self._queued, now, wait_of_all, owed=owed)

    def forget_idle(self, now: float) -> None:
        """Forget, now and then, chats of which nothing needs to be remembered."""
        if now < self._tidied_at + _TIDY_SECONDS:
            return
        self._tidied_at = now
        for key in [key for key, line in self._lines.items() if line.is_idle(now)]:
            del self._lines[key]
