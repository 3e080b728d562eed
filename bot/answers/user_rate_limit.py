"""Keeps one person from taking the whole bot: a bucket of questions for each."""

from dataclasses import dataclass

from bot.errors import TooManyRequestsError

BURST = 30
REFILL_PER_SECOND = 0.5
_MOST_PEOPLE = 20_000


@dataclass(slots=True)
class _Allowance:
    tokens: float
    at: float


class QuestionBudget:
    """Counts the questions of each person; in memory, since a restart may well forgive."""

    def __init__(self, burst: int = BURST, refill_per_second: float = REFILL_PER_SECOND) -> None:
        self._burst = burst
        self._refill = refill_per_second
        self._buckets: dict[int, _Allowance] = {}

    def spend(self, user_id: int, now: float, questions: int = 1) -> None:
        """Take questions from a person's bucket.

        Args:
            user_id: Who asks.
            now: Seconds of any steady clock.
            questions: How many tickers are asked for.

        Raises:
            TooManyRequestsError: The bucket is empty; says how long to wait.
        """
        bucket = self._buckets.get(user_id) or _Allowance(self._burst, now)
        tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._refill)
        if tokens < questions:
            raise TooManyRequestsError((questions - tokens) / self._refill)
        if len(self._buckets) >= _MOST_PEOPLE:
            self._buckets.clear()
        self._buckets[user_id] = _Allowance(tokens - questions, now)
