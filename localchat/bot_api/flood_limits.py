"""Telegram's limits on sending, as token buckets: overall, per chat, per group and minute."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """How much may be sent; the defaults are Telegram's own figures.

    Attributes:
        overall_per_second: Messages a second over all chats, also the burst.
        chat_per_second: Messages a second in one chat.
        chat_burst: Messages that one chat takes at once.
        group_per_minute: Messages in any minute in one group, and as many edits.
        paid_per_second: Messages a second that are paid for, beside the others.
    """

    overall_per_second: float = 30
    chat_per_second: float = 1
    chat_burst: int = 3
    group_per_minute: int = 20
    paid_per_second: float = 1000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(slots=True)
class FloodControl:
    """Says for each message whether Telegram would take it now.

    Attributes:
        limits: None switches the control off.
        monotonic: Clock in seconds.
    """

    monotonic: Callable[[], float]
    limits: FloodLimits | None = None
    _buckets: dict[int | str, _Bucket] = field(default_factory=dict)
    _groups: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    _edits: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def wait(self, chat_id: int, messages: int = 1, *, paid: bool = False) -> int | None:
        """Take up messages, or say how long to wait.

        Args:
            chat_id: The chat; negative ids are groups.
            messages: How many; an album counts each of its messages.
            paid: Whether they are paid for beyond the free ones.

        Returns:
            Whole seconds to wait, None where the messages are taken.
        """
        if self.limits is None:
            return None
        limits, now = self.limits, self.monotonic()
        most = limits.paid_per_second if paid else limits.overall_per_second
        overall = self._level("paid" if paid else "overall", most, most, now)
        chat = self._level(chat_id, limits.chat_burst, limits.chat_per_second, now)
        waits = [
            (min(messages, most) - overall.tokens) / most,
            (min(messages, limits.chat_burst) - chat.tokens) / limits.chat_per_second,
            self._group_wait(self._groups, chat_id, messages, now),
        ]
        if max(waits) > 0:
            return math.ceil(max(waits))
        overall.tokens -= messages
        chat.tokens -= messages
        if chat_id < 0:
            self._groups[chat_id] += [now] * messages
        return None

    def wait_to_edit(self, chat_id: int) -> int | None:
        """Take up an edit of a message of a group, or say how long to wait; as `wait`."""
        if self.limits is None or chat_id >= 0:
            return None
        now = self.monotonic()
        wait = self._group_wait(self._edits, chat_id, 1, now)
        if wait > 0:
            return math.ceil(wait)
        self._edits[chat_id].append(now)
        return None

    def _level(self, key: int | str, size: float, rate: float, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket(size, now))
        bucket.tokens = min(size, bucket.tokens + (now - bucket.at) * rate)
        bucket.at = now
        return bucket

    def _group_wait(
        self, groups: dict[int, list[float]], chat_id: int, messages: int, now: float
    ) -> float:
        if chat_id >= 0 or self.limits is None:
            return 0
        recent = [at for at in groups[chat_id] if at > now - 60]
        groups[chat_id] = recent
        over = len(recent) + messages - self.limits.group_per_minute
        return recent[min(over, len(recent)) - 1] + 60 - now if over > 0 and recent else 0
