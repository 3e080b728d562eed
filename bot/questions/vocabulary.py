"""The words of questions, by language: one text file each, read once.

A line is `kind: phrase, phrase=value, ...`. Kinds are what the grammar knows, such as `above` or
`weekday`; a value tells which one of them a phrase is. `{tell|show} {me|us|} when` is each of its
six phrases. Accents may be left out by people, except where that makes another word (`über`, Uber).
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("en", "de", "es", "fr", "pt", "ru")
LONGEST = 7
"""Words of the longest phrase."""
_KEEP_ACCENTS = frozenset({"über", "où"})
_SIGNS = frozenset({">=", "<=", "=>", "=<"})
_ELIDED = re.compile(r"\b([ldsjcmt]|qu)'(?=\w)")
_CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase is: its kind, and which one, such as (`weekday`, 4)."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases of one language.

    Attributes:
        phrases: What each phrase may mean, by its words in lower case.
        words: All single words in any phrase.
        short: Words that people shorten, by what they type: `q` for `que`.
    """

    language: str
    phrases: dict[str, tuple[Meaning, ...]]
    words: frozenset[str]
    short: dict[str, str]

    def meanings(self, words: tuple[str, ...]) -> tuple[Meaning, ...]:
        """Return what words together may mean, none where they are no phrase."""
        return self.phrases.get(" ".join(words), ())

    def knows(self, word: str) -> bool:
        """Return whether a word stands in any phrase."""
        return word in self.words


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the words of a language, one of `LANGUAGES`."""
    found: defaultdict[str, list[Meaning]] = defaultdict(list)
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        kind, _, phrases = line.partition(":")
        if line.startswith("#") or not phrases:
            continue
        for entry in phrases.split(","):
            phrase, _, value = (entry, "", "") if entry.strip() in _SIGNS else entry.partition("=")
            # French texts are cut behind an elision, so phrases are.
            whole = _ELIDED.sub(r"\1' ", phrase) if language == "fr" else phrase
            for form in forms_of(whole):
                found[form].append(Meaning(kind.strip(), value.strip()))
    phrases_ = {phrase: tuple(dict.fromkeys(m)) for phrase, m in found.items() if phrase}
    short = {
        phrase: m.value for phrase, all_ in phrases_.items() for m in all_ if m.kind == "short"
    }
    for phrase in [phrase for phrase in phrases_ if short.keys() & set(phrase.split())]:
        whole = " ".join(short.get(word, word) for word in phrase.split())
        told = tuple(m for m in phrases_[phrase] if m.kind not in ("short", "factor"))
        phrases_[whole] = tuple(dict.fromkeys((*phrases_.get(whole, ()), *told)))
    words = frozenset(word for phrase in phrases_ for word in phrase.split())
    return Vocabulary(language, phrases_, words, short)


def forms_of(phrase: str) -> tuple[str, ...]:
    """Return all phrases that an entry stands for, each as it may be typed."""
    wholes = [phrase]
    if "{" in phrase:
        parts = [part.split("|") for part in _CHOICE.split(phrase)]
        wholes = ["".join(chosen) for chosen in product(*parts)]
    each = [" ".join(whole.split()) for whole in wholes]
    each += [whole.replace("'s", "") for whole in each if "'s" in whole]
    return tuple(dict.fromkeys(form for whole in each for form in spellings(whole)))


def spellings(phrase: str) -> tuple[str, ...]:
    """Return a phrase in lower case as it may be typed: with accents and without."""
    low = phrase.casefold() if "ß" not in phrase else phrase.lower()
    if low in _KEEP_ACCENTS:
        return (low,)
    if low.isascii():
        return (low,)
    return tuple(dict.fromkeys((low, low.replace("ß", "ss"), bare(low))))


def bare(text: str) -> str:
    """Return a text without its accents."""
    return text if text.isascii() else text.translate(_BARE)


def _without_accent(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _ACCENTS))


_ACCENTS = frozenset("\u0300\u0301\u0302\u0303\u0308\u0327\u030a")
_BARE = {
    code: plain
    for code in (*range(0xA0, 0x250), *range(0x400, 0x500))
    if (plain := _without_accent(chr(code))) != chr(code)
} | dict.fromkeys(map(ord, _ACCENTS), "")
