"""Numbers in words: `two hundred and fifty`, `zweihundertfünfzig`, `quatre-vingt-dix`, `триста`.

The words and what each is worth stand in the word lists, as `numeral` and `numeral_and`; German
writes whole numbers as one word, which is taken apart here.
"""

import math
import re
from collections.abc import Iterator
from functools import cache

from bot.questions.phrases import Phrases
from bot.questions.vocabulary import vocabulary

_MOST_WORDS = 9
_HUNDRED, _THOUSAND = 100, 1000
_SCORES = frozenset({60, 80})
"""Tens that French counts on from until twenty: soixante-dix, quatre-vingt-onze."""
_FUSED = re.compile(r"(?:(\w*)tausend)?(?:(\w*?)hundert)?(?:und)?(\w*)")
_UNITS_FIRST = re.compile(r"(\w+?)und(\w+)")


def numerals(phrases: Phrases, start: int) -> Iterator[tuple[int, float]]:
    """Yield where each number in words that begins at a token ends, and the number."""
    place, total, current, below = start, 0.0, 0.0, math.inf
    while place < min(len(phrases.tokens), start + _MOST_WORDS):
        # "and" parts hundreds and tens, and begins and ends no number.
        joined = place > start and any(phrases.at(place, "numeral_and"))
        found = _next(phrases, place + 1 if joined else place)
        if found is None:
            return
        place, value = found
        if _THOUSAND <= value < below:
            total, current, below = total + (current or 1.0) * value, 0.0, value
        elif value == _HUNDRED and 1 < current < 10:
            current *= value
        elif value < _THOUSAND and _fits(current, value, phrases.words.language):
            current += value
        else:
            return
        yield place, total + current


def _fits(current: float, value: float, language: str) -> bool:
    """Return whether a value goes on a number: 200 and 50, 20 and 5, never 5 and 20."""
    if not current:
        return True
    if value >= _HUNDRED or value != int(value):
        return False
    rest = current % 100
    if not rest:
        return True
    return rest >= 20 and not rest % 10 and value < (20 if _scored(rest, language) else 10)


def _scored(rest: float, language: str) -> bool:
    return language == "fr" and rest in _SCORES


def _next(phrases: Phrases, start: int) -> tuple[int, float] | None:
    for end, meaning in phrases.at(start, "numeral"):
        return end, float(meaning.value)
    if phrases.words.language == "de" and start < len(phrases.tokens):
        value = fused(phrases.tokens[start].low)
        return (start + 1, float(value)) if value else None
    return None


def fused(word: str) -> int:
    """Return the number that one German word is, 0 for none: `zweihundertfünfzig`."""
    match = _FUSED.fullmatch(word)
    if match is None:
        return 0
    thousands, hundreds, rest = match.groups()
    parts = (_small(thousands, 1), _small(hundreds, 1), _small(rest, 0))
    if any(part is None for part in parts):
        return 0
    return sum((part or 0) * scale for part, scale in zip(parts, (1000, 100, 1), strict=True))


def _small(word: str | None, nothing: int) -> int | None:
    """Return a number below a hundred, or of hundreds before a thousand; None where it is none."""
    if word is None:
        return 0
    if not word:
        return nothing
    single = _german().get(word)
    if single is not None and single < _HUNDRED:
        return single
    if match := _UNITS_FIRST.fullmatch(word):
        unit, ten = _german().get(match[1], 0), _german().get(match[2], 0)
        if 0 < unit < 10 <= ten:
            return unit + ten
    return fused(word) or None if "hundert" in word else None


@cache
def _german() -> dict[str, int]:
    found = vocabulary("de").phrases.items()
    return {
        phrase: int(meaning.value)
        for phrase, meanings in found
        for meaning in meanings
        if meaning.kind == "numeral" and meaning.value.isdigit()
    }
