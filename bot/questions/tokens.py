"""Cuts a question into words, numbers and marks."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.questions.vocabulary import vocabulary
from forecasting.names import resolve

_EDGES = "?!,;:()\"«»“”„…¿¡.'’"
_PIECES = re.compile(
    r"R\$|US\$|\$[A-Z]{1,6}(?![^\W_])|>=|<=|=>|=<|[$€£¥₽₹%±<>≥≤]|\+/-|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}/\d{1,2}(?:/\d{2,4})?(?!\d)|"
    r"\d+(?:[.,]\d+)?[kк](?![^\W_])|(?<=\d)\.{2,3}(?=\d)|\d+(?:[.,]\d+)*(?![^\W\d_]*=)|"
    r"[+\-−–](?=[\d$€£])|(?<=[\dkк])\+(?!\w)|[–—]|×|"
    r"\^?[^\W_]+(?:['’.&=\-–][^\W_]+)*",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\$?\^?[A-Z0-9]{1,10}(?:[.\-=][A-Z0-9]{1,6})?")
_ELISION = re.compile(r"(?:[ldsjcmt]|qu)['’](?=\w)", re.IGNORECASE)
_JOINED = re.compile(
    r"(.+?)-?(aktien?|aktienkurs|kurs|kurses|preis|preises|papiere?|index|coin)", re.IGNORECASE
)
_INVERTED = re.compile(r"(.+?)-(?:t-)?(il|elle|on|ils|elles)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_SHORTEST_NAME = 3
_BREAKS = '?!,;:.…()"«»“”„'
_DASHES = "-–—"
_PICTURES = frozenset({"So", "Sk", "Cs", "Mn", "Cf"})
_ARROWS = frozenset("📈📉🔺🔻⬆⬇↑↓↗↘➕➖")
"""Pictures that say something of a price: they are no decoration."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text: as it stands there, and in lower case.

    Attributes:
        opens: Whether a comma or the like stands before it.
    """

    text: str
    low: str
    opens: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it begins as a number does."""
        return self.text[0].isdigit()


def tokens_of(text: str, language: str) -> list[Token]:
    """Return the pieces of a question, without the punctuation between them."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    words = plain.split()
    found: list[Token] = []
    opens = True
    for word, after in zip(words, [*words[1:], ""], strict=False):
        if _is_break(word, found, after):
            opens = True
            continue
        # "..., oder?" asks back; "oder" alone is another question.
        asked_back = word.lower() in vocabulary(language).phrases
        bare = word if asked_back else word.strip(_EDGES)
        begins = opens or word[0] in _BREAKS
        pieces = [bare] if asked_back else _pieces(bare, language) if bare else []
        for number, piece in enumerate(pieces):
            found.append(Token(piece, piece.lower(), opens=begins and not number))
        opens = word[-1] in _BREAKS or (opens and not bare)
    return found


def _is_break(word: str, before: Sequence[Token], after: str) -> bool:
    """Return whether a word is a picture, or a dash that parts words and no numbers."""
    if word[0].isalnum():
        return False
    if all(unicodedata.category(c) in _PICTURES and c not in _ARROWS for c in word):
        return True
    numbers = bool(before) and before[-1].is_number and any(c.isdigit() for c in after)
    return all(c in _DASHES for c in word) and not numbers and not after[:1].isdigit()


def _pieces(word: str, language: str) -> list[str]:
    if resolve.exact(word, alone=False) or _is_symbol(word):
        return [word]
    if parts := _PARTED.get(language, _whole)(word):
        return [piece for part in parts for piece in _pieces(part, language)]
    found = _PIECES.findall(word)
    # What the pieces do not cover is a mark that nobody foresaw: it stays one, and is not read.
    if "".join(found) != word:
        return [word]
    return [part for piece in found for part in _unjoined(piece, language)]


def _unjoined(piece: str, language: str) -> list[str]:
    """Return the words of "two-week" and "vingt-cinq", where the list has no such word."""
    plain = not piece[0].isalpha() or vocabulary(language).knows(piece.lower())
    if "-" not in piece[1:] or plain:
        return [piece]
    return [part for part in piece.split("-") if part] if not resolve.exact(piece) else [piece]


def _whole(_word: str) -> list[str]:
    return []


def _english(word: str) -> list[str]:
    """Return "Tesla" of "Tesla's"."""
    return [_POSSESSIVE.sub("", word)] if _POSSESSIVE.search(word) else []


def _german(word: str) -> list[str]:
    """Return "Gold", "Preis" of "Goldpreis", and "Tesla" of "Teslas"."""
    joined = _JOINED.fullmatch(word)
    if joined and ("-" in word or _is_named(joined[1])):
        return [joined[1], joined[2]]
    genitive = word.removesuffix("s").rstrip("'")
    return [genitive] if genitive != word and _is_named(genitive) else []


def _french(word: str) -> list[str]:
    """Return "l'", "or" of "l'or", and "sera" of "sera-t-elle", whose pronoun names nobody new."""
    if elided := _ELISION.match(word):
        return [elided[0], word[elided.end() :]] if elided[0] != word else []
    inverted = _INVERTED.fullmatch(word)
    return [inverted[1], inverted[2]] if inverted else []


_PARTED = {"en": _english, "de": _german, "fr": _french}


def _is_named(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and bool(resolve.exact(word, alone=False))


def _is_symbol(word: str) -> bool:
    """Return whether a word is a ticker by its marks or capitals: `BRK.B`, `BTC-USD`, `$TSLA`."""
    return bool(_SYMBOL.fullmatch(word)) and any(c.isalpha() for c in word) and word[0] != "+"
