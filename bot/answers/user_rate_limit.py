"""Who may ask how much: limits by person, by chat and over all, and what is said once.

All in memory, since a restart may well forgive. Of several processes each tells the others what it
lets in and what it refuses, so that all know the same but for the moment that a word takes.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Literal

from cachetools import LRUCache

from bot.errors import TooManyRequestsError

Scope = Literal["person", "chat", "all"]
_MOST_KNOWN = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may be asked.

    Attributes:
        burst: Questions at once.
        per_second: Questions a second in the long run.
    """

    burst: float
    per_second: float

    @property
    def reopens_at(self) -> float:
        """How many questions must be free again before one is taken after a refusal."""
        return max(1.0, self.burst / 3)


PERSON = Allowance(burst=30, per_second=0.5)
GROUP = Allowance(burst=60, per_second=0.3)
"""Telegram lets a group have 20 messages a minute: more questions would only make a longer line."""
EVERYBODY = Allowance(burst=1000, per_second=60)


@dataclass(slots=True)
class _Level:
    tokens: float
    at: float
    refused: bool = False


class Buckets:
    """The buckets of one kind: they empty by questions and refill with time.

    A refused question closes its bucket until a third is free again. Otherwise who asks without a
    pause would be answered and refused in turn, for ever.
    """

    def __init__(self, scope: Scope, allowance: Allowance) -> None:
        self._scope: Scope = scope
        self._allowance = allowance
        self._buckets: LRUCache[Hashable, _Level] = LRUCache(_MOST_KNOWN)

    def spend(self, key: Hashable, now: float, questions: float = 1) -> None:
        """Take questions from a bucket.

        Args:
            key: Whose bucket.
            now: Seconds of any steady clock.
            questions: How many.

        Raises:
            TooManyRequestsError: There are not so many; says how long to wait, and whether that
                has been said already.
        """
        bucket = self._bucket(key, now)
        if bucket.refused and bucket.tokens < self._allowance.reopens_at:
            raise self._error(bucket, self._allowance.reopens_at, told=True)
        bucket.refused = bucket.tokens < questions
        if bucket.refused:
            raise self._error(bucket, max(questions, self._allowance.reopens_at), told=False)
        bucket.tokens -= questions

    def note(self, key: Hashable, now: float, questions: float) -> None:
        """Take what another process has let in; 0: it has refused, and said so."""
        bucket = self._bucket(key, now)
        bucket.refused = bucket.refused or not questions
        bucket.tokens = max(0.0, bucket.tokens - questions)

    def _bucket(self, key: Hashable, now: float) -> _Level:
        allowance = self._allowance
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Level(allowance.burst, now)
        refilled = bucket.tokens + (now - bucket.at) * allowance.per_second
        bucket.tokens, bucket.at = min(allowance.burst, refilled), now
        return bucket

    def _error(self, bucket: _Level, needed: float, *, told: bool) -> TooManyRequestsError:
        wait = (needed - bucket.tokens) / self._allowance.per_second
        return TooManyRequestsError(wait, self._scope, told=told)


class QuestionBudget:
    """All limits on questions, in one place; every command and every press costs one."""

    def __init__(
        self,
        person: Allowance = PERSON,
        group: Allowance = GROUP,
        everybody: Allowance = EVERYBODY,
        tell: Callable[[Scope, Hashable, float], None] | None = None,
    ) -> None:
        """Let nobody have asked anything yet.

        Args:
            person: What one person may ask.
            group: What may be asked in one group.
            everybody: What all together may ask.
            tell: Is told whose bucket lost how many questions; 0: it was refused.
        """
        self._tell = tell or _nobody
        self._persons = Buckets("person", person)
        self._groups = Buckets("chat", group)
        self._everybody = Buckets("all", everybody)

    def spend(self, person: Hashable, now: float, questions: float = 1) -> None:
        """Count what a person asks.

        Raises:
            TooManyRequestsError: They, or all together, ask faster than the bot answers.
        """
        self._spend("person", person, now, questions)
        self._spend("all", None, now, questions)

    def spend_in_group(self, group: Hashable, now: float) -> None:
        """Count what is asked in a group, by whomever.

        Raises:
            TooManyRequestsError: There is more than Telegram lets the bot answer.
        """
        self._spend("chat", group, now, 1)

    def heard(self, scope: Scope, key: Hashable, now: float, questions: float) -> None:
        """Count what another process has told."""
        self._of(scope).note(key, now, questions)

    def _spend(self, scope: Scope, key: Hashable, now: float, questions: float) -> None:
        try:
            self._of(scope).spend(key, now, questions)
        except TooManyRequestsError as err:
            if not err.told:
                self._tell(scope, key, 0)
            raise
        self._tell(scope, key, questions)

    def _of(self, scope: Scope) -> Buckets:
        match scope:
            case "person":
                return self._persons
            case "chat":
                return self._groups
            case "all":
                return self._everybody


def _nobody(_scope: Scope, _key: Hashable, _questions: float) -> None:
    pass
