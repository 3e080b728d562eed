"""How many answers the server takes from one chat at once, learned from what it refuses.

Telegram says one message a second and tolerates short bursts, of a length that it does not tell. So
answers begin as if it were long; the first chat that is refused for its own haste shows how short
it is, and all chats are paced accordingly for an hour.
"""

from collections.abc import Iterable
from math import ceil

from bot.telegram.chat_pace import ANSWER_BURST, CHAT_BURST, ChatPace

_HASTE = CHAT_BURST - 0.2
"""Messages beyond one a second from which on a private chat's refusal can be its own limit."""
_LEAST = 2
_KNOWN_SECONDS = 3600.0


class Tolerance:
    """What has been learned."""

    def __init__(self) -> None:
        self._burst = ANSWER_BURST
        self._until = 0.0

    def burst(self, now: float) -> int:
        """Return how many answers one chat may get at once."""
        return self._burst if now < self._until else ANSWER_BURST

    def refused(
        self, now: float, pace: ChatPace, weight: int, seconds: float, all_paces: Iterable[ChatPace]
    ) -> bool:
        """Note that a chat takes nothing for a while.

        Args:
            now: Seconds of the event loop.
            pace: The chat's.
            weight: How many messages were refused.
            seconds: How long to wait.
            all_paces: Of all chats.

        Returns:
            Whether its own haste explains it, so that it says nothing about the limit of all.
        """
        hasty = not pace.is_group and pace.level > _HASTE
        if hasty:
            # One less than was taken: what is at the edge is refused for a moment's jitter.
            self._burst = max(_LEAST, min(self.burst(now), ceil(pace.level) - 2))
            self._until = now + _KNOWN_SECONDS
            for one in all_paces:
                one.forgive(now, self._burst)
        pace.refused(now, weight, seconds, self.burst(now))
        return hasty
