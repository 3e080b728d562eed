"""Makes the words of a text those that were meant: written out, and without slips in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.questions.slips import meant_word
from bot.questions.tokens import Token
from bot.questions.vocabulary import vocabulary
from forecasting.names import resolve
from forecasting.names.reading import subject_at

_LONGEST_TICKER = 5
"""Letters of the longest ticker in New York without an ending."""


@lru_cache(1024)
def misspelt(text: str) -> str | None:
    """Return whom a misspelt name means, looked for once in six languages."""
    return resolve.meant(text)


@lru_cache(1024)
def named_at(words: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """Return what `subject_at` does: six languages ask the same of one text, twice each."""
    return subject_at(list(words))


def mended(tokens: Sequence[Token], language: str) -> list[Token]:
    """Return tokens with typing mistakes mended, where they are some for sure and no names.

    What people shorten (`q` for `que`) is written out, where it stands in small letters.
    """
    short = vocabulary(language).short
    tokens = [whole for token in tokens for whole in _written_out(token, short)]
    named = named_places(tokens)
    return [
        token if number in named or not token.text.isalpha() else _meant(token, language)
        for number, token in enumerate(tokens)
    ]


def named_places(tokens: Sequence[Token]) -> set[int]:
    """Return the places of the tokens that are names or parts of them."""
    texts, named = tuple(token.text for token in tokens), set[int]()
    for start in range(len(texts)):
        taken, _ = named_at(texts[start : start + resolve.MOST_WORDS])
        named |= set(range(start, start + taken))
    return named


def _meant(token: Token, language: str) -> Token:
    meant = meant_word(token.low, language)
    return _as(token, meant) if meant and not misspelt(token.text) else token


def _written_out(token: Token, short: Mapping[str, str]) -> list[Token]:
    # A single capital may be a ticker; German nouns begin with one.
    word = token.text if len(token.text) <= _LONGEST_TICKER else token.low
    if word not in short:
        return [token]
    first, *more = short[word].split()
    return [_as(token, first), *(Token(word, word) for word in more)]


def _as(token: Token, word: str) -> Token:
    return replace(token, text=word, low=word)
