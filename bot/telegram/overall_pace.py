"""When the next message may leave, whatever its chat: Telegram's limit over all chats."""

from collections import deque

from bot.telegram.chat_lines import Turn

_WINDOW = 1.0
_JITTER = 0.15
"""Seconds that a bunch may arrive later than it left: what follows it keeps this much more away."""
_MADE_GOOD = 0.1
"""Seconds that a broadcast may have been late and still catch up."""


class OverallPace:
    """No more than so many in any second; broadcasts are spaced evenly besides."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1.0 / per_second
        self._most = max(1, int(per_second))
        self._handed: deque[float] = deque(maxlen=self._most)
        self._last_at = 0.0
        self._free_at = 0.0
        self._closed_until = 0.0

    def close(self, until: float) -> None:
        """Let nothing leave before an instant."""
        self._closed_until = max(self._closed_until, until)

    def wait(self, now: float, turn: Turn) -> float:
        """Return how many seconds a turn must wait still."""
        waits = [self._closed_until - now]
        weight = min(turn.weight, self._most)
        too_many = len(self._handed) + weight - self._most
        if too_many > 0:
            waits.append(self._handed[too_many - 1] + _WINDOW - now)
        if turn.broadcast:
            # A broadcast is spaced evenly; an answer leaves at once while the second has room.
            waits.append(self._free_at - now)
        return max(waits)

    def take(self, now: float, turn: Turn) -> None:
        """Note that a turn leaves now."""
        for _ in range(turn.weight):
            bunched = not turn.broadcast and now - self._last_at < self._interval / 2
            self._handed.append(now + _JITTER if bunched else now)
            self._last_at = now
        # Oversleeping and the claiming of a batch are made good, or the rate would stay below its
        # mark; the window above holds all the same.
        spare = min(_MADE_GOOD, 3 * self._interval)
        self._free_at = max(self._free_at, now - spare) + turn.weight * self._interval
