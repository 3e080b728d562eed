"""Typing mistakes in the words of questions: `tommorow`, `abvoe`, `freitga`.

A word is taken for another only where it is no word of its own in any of the six languages
(`near_words.txt` has those that are), and where one word of the list alone is a slip away: a
letter swapped, doubled, left out, put in, or another one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from bot.questions.vocabulary import FOLDER, LANGUAGES, bare, vocabulary

NEAR_WORDS = FOLDER / "near_words.txt"
"""Made by `python -m benchmarks.near_words`."""
_SHORTEST, _ANY_SLIP = 3, 5
"""Letters from which swapped or doubled ones are forgiven, and from which any one is."""


@lru_cache(4096)
def meant_word(word: str, language: str) -> str | None:
    """Return the word of a list that a word in lower case is a slip of, None where none is sure."""
    if word in known_words() or word in near_words():
        return None
    found = set(slips_of(word, language))
    return found.pop() if len(found) == 1 else None


def slips_of(word: str, language: str) -> Iterator[str]:
    """Yield the words of a language's list that a word may be a slip of, accents aside."""
    plain = bare(word)
    if len(plain) < _SHORTEST or not plain.isalpha():
        return
    near = _index(language)
    for key in (plain, *_shorter(plain)):
        yield from (known for known in near.get(key, ()) if _is_slip(plain, known))


def _is_slip(typed: str, meant: str) -> bool:
    if typed[0] != meant[0] and sorted(typed[:2]) != sorted(meant[:2]):
        return False
    if _swapped(typed, meant) or (_once(typed) == _once(meant) and typed != meant):
        return True
    if min(len(typed), len(meant)) < _ANY_SLIP:
        return False
    if len(typed) == len(meant):
        return sum(a != b for a, b in zip(typed, meant, strict=True)) == 1
    short, long = sorted((typed, meant), key=len)
    return short in _shorter(long)


def _swapped(typed: str, meant: str) -> bool:
    if len(typed) != len(meant):
        return False
    places = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    one, other = places
    return typed[one] == meant[other] and typed[other] == meant[one]


def _once(word: str) -> str:
    return "".join(c for c, before in zip(word, f" {word}", strict=False) if c != before)


def _shorter(word: str) -> frozenset[str]:
    return frozenset(word[:i] + word[i + 1 :] for i in range(len(word)))


@cache
def _index(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of a list by themselves, and by themselves without one letter or double."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in {bare(word) for word in vocabulary(language).words}:
        if len(word) >= _SHORTEST and word.isalpha():
            for key in (word, *_shorter(word), _once(word)):
                found[key].add(word)
    return {key: tuple(words) for key, words in found.items()}


@cache
def known_words() -> frozenset[str]:
    """Return all words of all lists."""
    return frozenset(word for each in LANGUAGES for word in vocabulary(each).words)


@cache
def near_words() -> frozenset[str]:
    """Return the words that look like a slip and are none."""
    return frozenset(NEAR_WORDS.read_text(encoding="utf-8").split())
