"""Reads what people type after a command."""

import re
import unicodedata
from dataclasses import dataclass

from bot.errors import UsageError
from bot.questions.common_words import COMMON
from bot.words.failures import MOST_PER_ANSWER
from forecasting.names import resolve
from forecasting.names.reading import Subject, read_subjects, subject_at
from forecasting.values import HORIZONS

_MOST_NAMED = 8
_UNSEEN = ("Cc", "Cf", "Cs")
"""Control characters, marks of direction and the like, halves of letters."""
_SESSIONS = re.compile(r"(\d{1,6})d?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PredictRequest:
    """Which tickers, and how many sessions ahead (None: what the chat usually sees).

    Attributes:
        named: Those of the tickers that were called by a name, which the answer says.
    """

    tickers: tuple[str, ...]
    sessions: int | None
    named: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """Return the words after the command, split at spaces and commas."""
    _, *rest = re.split(r"\s", clean(text).strip(), maxsplit=1)
    return [word for word in re.split(r"[\s,;]+", "".join(rest)) if word]


def clean(text: str) -> str:
    """Return a text as it is meant: full-width letters as usual ones, without invisible marks."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if c.isspace() or unicodedata.category(c) not in _UNSEEN)


def read_predict(words: list[str], command: str = "predict") -> PredictRequest:
    """Return what `/predict` was asked for, or another command that is typed like it.

    Raises:
        InvalidTickerError: A word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
        UsageError: Too many tickers, or sessions outside 1..20.
    """
    sessions = None
    if len(words) > 1 and (match := _SESSIONS.fullmatch(words[-1])) and not _ends_a_name(words):
        sessions = int(match[1])
        words = words[:-1]
        if sessions not in HORIZONS:
            named = tuple(s.ticker for s in read_named(words, MOST_PER_ANSWER))
            raise UsageError("sessions", match[1], named, command)
    subjects = read_named(words, MOST_PER_ANSWER)
    named = tuple(subject.ticker for subject in subjects if subject.by_name)
    return PredictRequest(tuple(subject.ticker for subject in subjects), sessions, named)


def read_tickers(words: list[str], most: int) -> tuple[str, ...]:
    """Return tickers, each once, in the order they or their names were typed.

    Raises:
        InvalidTickerError: A word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
        UsageError: There are more than `most`.
    """
    return tuple(subject.ticker for subject in read_named(words, most))


def read_named(words: list[str], most: int) -> tuple[Subject, ...]:
    """Return whom words name, each once, in order, and how; errors as of `read_tickers`."""
    found = {subject.ticker: subject for subject in reversed(read_subjects(words))}
    subjects = tuple(reversed(found.values()))
    if len(subjects) > most:
        raise UsageError("too-many", str(len(subjects)), tuple(s.ticker for s in subjects))
    return subjects


def _ends_a_name(words: list[str]) -> bool:
    """Return whether the last number belongs to a name, as in `S&P 500`."""
    starts = range(2, resolve.MOST_WORDS + 1)
    return any(resolve.exact(" ".join(words[-count:])) for count in starts)


def names_only(text: str) -> PredictRequest | None:
    """Return the forecast that is asked for by names or capital tickers alone, None for others.

    Words that are a ticker by chance, such as `hi`, ask for nothing.
    """
    words = [word for word in re.split(r"[\s,;]+", text.strip("?! ")) if word]
    start = 0
    while start < len(words):
        taken, tickers = subject_at(words[start:], alone=len(words) == 1)
        if not taken or not _surely_named(words[start : start + taken], tickers):
            return None
        start += taken
    return read_predict(words) if 0 < len(words) <= _MOST_NAMED else None


def _surely_named(words: list[str], tickers: tuple[str, ...]) -> bool:
    word = words[0]
    written = len(words) == 1 and word.removeprefix("$").upper() in tickers
    named = bool(resolve.exact(" ".join(words)))
    return word == word.upper() if written and not named else word.lower() not in COMMON
