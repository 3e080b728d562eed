"""Reads what people type after a command."""

import re
import unicodedata
from dataclasses import dataclass

from bot.errors import UsageError
from bot.words.failures import MOST_PER_ANSWER
from forecasting.values import HORIZONS, parse_ticker

_SESSIONS = re.compile(r"(\d{1,6})d?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PredictRequest:
    """Which tickers, and how many sessions ahead (None: what the chat usually sees)."""

    tickers: tuple[str, ...]
    sessions: int | None


def words_of(text: str) -> list[str]:
    """Return the words after the command, split at spaces and commas."""
    _, *rest = re.split(r"\s", clean(text).strip(), maxsplit=1)
    return [word for word in re.split(r"[\s,;]+", "".join(rest)) if word]


def clean(text: str) -> str:
    """Return a text as it is meant: full-width letters as usual ones, without invisible marks."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")


def read_predict(words: list[str]) -> PredictRequest:
    """Return what `/predict` was asked for.

    Raises:
        InvalidTickerError: A word is not a ticker.
        UsageError: Too many tickers, or sessions outside 1..20.
    """
    sessions = None
    if len(words) > 1 and (match := _SESSIONS.fullmatch(words[-1])):
        sessions = int(match[1])
        words = words[:-1]
        if sessions not in HORIZONS:
            raise UsageError("sessions", match[1], read_tickers(words, MOST_PER_ANSWER))
    return PredictRequest(read_tickers(words, MOST_PER_ANSWER), sessions)


def read_tickers(words: list[str], most: int) -> tuple[str, ...]:
    """Return tickers, each once, in the order they were typed.

    Raises:
        InvalidTickerError: A word is not a ticker.
        UsageError: There are more than `most`.
    """
    tickers = tuple(dict.fromkeys(parse_ticker(word) for word in words))
    if len(tickers) > most:
        raise UsageError("too-many", str(len(tickers)), tickers)
    return tickers
