"""When the next message may leave, whatever its chat: Telegram's limit over all chats."""

from bisect import bisect_left, insort

from bot.telegram.broadcast_share import BroadcastShare
from bot.telegram.chat_lines import Turn

_WINDOW = 1.0
_JITTER = 0.15
"""Seconds that a bunch may arrive later than it left: what follows it keeps this much more away."""
_APART = 0.6
"""Share of an even spacing that answers keep from each other while many wait: a bunch would cost
its jitter each second, a sixth of the rate. Less than all, so that oversleeping is made good."""
_ASKS_AFTER = 2
"""Answers after which a broadcast's message asks whether it may leave, where all processes count
together: this one sends a few of their answers only."""
_MADE_GOOD = 0.1
"""Seconds that a broadcast may have been late and still catch up."""


class OverallPace:
    """No more than so many in any second; broadcasts are spaced evenly besides.

    A turn that was given is in hand until its message leaves, which may be later: its picture is
    being uploaded by somebody else. From then on it counts for a second.

    Answers go first, but for the share that broadcasts have (`broadcast_share`). Paid broadcasts
    have a rate of their own, and leave the free messages to the answers.
    """

    def __init__(self, per_second: float, paid_per_second: int = 0) -> None:
        self._interval = 1.0 / per_second
        self._spacing = 1.0 / paid_per_second if paid_per_second else self._interval
        self._paid = paid_per_second > 0
        self._most = max(1, int(per_second))
        self._left: list[float] = []
        self._in_hand: dict[Turn, float] = {}
        self._last_at = 0.0
        self._free_at = self._held_until = 0.0
        self._share = BroadcastShare()
        self._closed_until = 0.0
        self._refused: dict[int, float] = {}

    def refused(self, now: float, chat_id: object, seconds: float) -> None:
        """Note that Telegram asks for a pause, and let nothing leave where it means everybody."""
        until = now + seconds
        if not isinstance(chat_id, int):
            self.close(until)
        # One chat's refusal may be its own limit, and says nothing about the others; the refusal
        # of a second private chat while the first is closed can only be the limit of all.
        elif chat_id > 0:
            self._refused = {c: t for c, t in self._refused.items() if t > now} | {chat_id: until}
            if len(self._refused) > 1:
                self.close(until)

    def share(self) -> None:
        """Let it be decided elsewhere how many broadcasts leave while answers wait."""
        self._share = BroadcastShare(answers_for_one=_ASKS_AFTER)

    def close(self, until: float) -> None:
        """Let nothing leave before an instant."""
        self._closed_until = max(self._closed_until, until)

    def wait(self, now: float, turn: Turn) -> float:
        """Return how many seconds a turn must wait still."""
        waits = [self._closed_until - now]
        if turn.broadcast:
            waits.append(self._held_until - now)
        if turn.broadcast and not self.owes_broadcast(now):
            # A broadcast is spaced evenly; an answer leaves at once while the second has room.
            waits.append(self._free_at - now)
        if not self._is_paid(turn):
            weight = min(turn.weight, self._most)
            left = self._left[bisect_left(self._left, now - _WINDOW) :]
            too_many = len(left) + self._weight_in_hand + weight - self._most
            if too_many > 0:
                frees = left[too_many - 1] if too_many <= len(left) else now
                waits.append(frees + _WINDOW - now)
            if self._is_dense(now):
                waits.append(self._last_at + _APART * self._interval - now)
        return max(waits)

    def owes_broadcast(self, now: float) -> bool:
        """Return whether a broadcast's message leaves before all answers."""
        return self._share.is_owed and not self._paid and self._held_until <= now

    def take(self, now: float, turn: Turn) -> None:
        """Note that a turn is given."""
        self._share.left(turn.weight, broadcast=turn.broadcast)
        if not self._is_paid(turn):
            bunched = not turn.broadcast and now - self._last_at < self._interval / 2
            self._in_hand[turn] = _JITTER if bunched else 0.0
            self._last_at = now
        if not turn.broadcast and self._paid:
            return
        # Oversleeping and the claiming of a batch are made good, or the rate would stay below its
        # mark; the window above holds all the same.
        spare = min(_MADE_GOOD, 3 * self._interval)
        self._free_at = max(self._free_at, now - spare) + turn.weight * self._spacing

    def leaves(self, now: float, turn: Turn) -> None:
        """Note that a message leaves: the one of a turn that was given, or a further one."""
        if self._is_paid(turn):
            return
        late = self._in_hand.pop(turn, 0.0)
        del self._left[: bisect_left(self._left, now - 2 * _WINDOW)]
        others = late if turn.broadcast else _JITTER
        for number in range(turn.weight):
            insort(self._left, now + (others if number else late))

    def drop(self, turn: Turn) -> None:
        """Forget a turn that was given and whose message did not leave."""
        self._in_hand.pop(turn, None)

    def give_back(self, turn: Turn) -> None:
        """Take back a turn whose message is not to leave yet."""
        self.drop(turn)
        if turn.broadcast or not self._paid:
            self._free_at -= turn.weight * self._spacing
        if turn.broadcast:
            self._share.give_back()

    def hold_back(self, turn: Turn, until: float) -> None:
        """Let no broadcast leave before an instant; where an answer must wait, nothing at all."""
        if turn.broadcast:
            self._held_until = max(self._held_until, until)
        else:
            self.close(until)

    @property
    def _weight_in_hand(self) -> int:
        return sum(turn.weight for turn in self._in_hand)

    def _is_dense(self, now: float) -> bool:
        """Whether a whole second's share left within two seconds: the next ones do not bunch."""
        left = len(self._left) - bisect_left(self._left, now - 2 * _WINDOW)
        return left + self._weight_in_hand >= self._most

    def _is_paid(self, turn: Turn) -> bool:
        return turn.broadcast and self._paid
