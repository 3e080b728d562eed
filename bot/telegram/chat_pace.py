"""When one chat was, and may next be, sent to."""

from collections import deque
from typing import Any

CHAT_BURST = 3
"""How many unasked messages a chat gets at once, before one a second."""
ANSWER_BURST = 20
"""The same for answers: a person who asks quickly is answered quickly, as Telegram tolerates."""
GROUP_PER_MINUTE = 19
_MINUTE = 60.0


class ChatPace:
    """One message a second after a first burst; in a group no more than 19 in any minute."""

    def __init__(self, *, is_group: bool) -> None:
        self.is_group = is_group
        self._closed_until = 0.0
        self._full_at = 0.0
        self.level = 0.0
        """How many messages beyond one a second had left when the newest one had."""
        self._sent: deque[float] = deque()

    @property
    def spacing(self) -> float:
        """Seconds from one message to the next when many wait."""
        return _MINUTE / GROUP_PER_MINUTE if self.is_group else 1.0

    def wait(self, now: float, weight: int, burst: int) -> float:
        """Return how many seconds to wait before `weight` messages may be sent."""
        # A bucket of `burst` tokens that refills by one a second (GCRA).
        spare = burst - min(weight, burst)
        start = max(now, self._closed_until, self._full_at - spare)
        if self.is_group:
            start = self._after_minute(start, weight)
        return start - now

    def take(self, now: float, weight: int) -> None:
        """Note that `weight` messages leave now."""
        if self.is_group:
            self._sent.extend([now] * weight)
        self._full_at = max(self._full_at, now) + weight
        self.level = self._full_at - now

    def refused(self, now: float, weight: int, seconds: float, burst: int = ANSWER_BURST) -> None:
        """Note that Telegram did not take what left last, and asks for a pause.

        What was refused does not count as sent. After the pause the chat gets one message a second
        and no more: Telegram's patience with it is used up.
        """
        for _ in range(min(weight, len(self._sent))):
            self._sent.pop()
        self._closed_until = max(self._closed_until, now + seconds)
        self._full_at = max(self._full_at - weight, self._closed_until + burst - 1)

    def forgive(self, now: float, burst: int) -> None:
        """Take no more for used up than `burst` messages, which are all that the chat gets now."""
        self._full_at = min(self._full_at, max(now, self._closed_until) + burst - 1)

    def hold_back(self, weight: int, until: float) -> None:
        """Note that what was to leave last did not: another process has used up the chat's pace."""
        self._full_at -= weight
        for _ in range(min(weight, len(self._sent))):
            self._sent.pop()
        self._closed_until = max(self._closed_until, until)

    def is_idle(self, now: float) -> bool:
        """Return whether nothing about this chat needs to be remembered."""
        return self.idle_at < now

    @property
    def idle_at(self) -> float:
        """The instant from which nothing about this chat needs to be remembered."""
        minute_over = self._sent[-1] + _MINUTE if self._sent else 0.0
        return max(self._closed_until, self._full_at, minute_over)

    @property
    def state(self) -> dict[str, Any]:
        """All of it as plain values, for other processes."""
        return {"closed": self._closed_until, "full": self._full_at, "sent": list(self._sent)}

    @state.setter
    def state(self, state: dict[str, Any]) -> None:
        self._closed_until, self._full_at = state["closed"], state["full"]
        self._sent = deque(state["sent"])

    def _after_minute(self, start: float, weight: int) -> float:
        while self._sent and self._sent[0] <= start - _MINUTE:
            self._sent.popleft()
        excess = len(self._sent) + weight - GROUP_PER_MINUTE
        if excess <= 0 or not self._sent:
            return start
        return max(start, self._sent[min(excess, len(self._sent)) - 1] + _MINUTE)


class FreePace(ChatPace):
    """No limit but a pause that was asked for: of a server that is not Telegram's."""

    def wait(self, now: float, weight: int, burst: int) -> float:  # noqa: ARG002 - the same for all
        """Return how long the server wants to be left alone."""
        return max(0.0, self._closed_until - now)

    @property
    def spacing(self) -> float:
        """Nothing lies between two messages."""
        return 0.0
