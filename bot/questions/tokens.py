"""Cuts a question into words, numbers and marks."""

import re
import unicodedata
from dataclasses import dataclass

from forecasting.names import resolve

_EDGES = "?!,;:()\"«»“”„…¿¡.'’"
_PIECES = re.compile(
    r"R\$|US\$|[$€£¥₽₹%±<>≥≤]|\+/-|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}/\d{1,2}(?:/\d{2,4})?(?!\d)|"
    r"\d+(?:[.,]\d+)?[kк](?![^\W_])|\d+(?:[.,]\d+)*(?![^\W\d_]*=)|"
    r"[+\-−–](?=\d)|[–—]|"
    r"\^?[^\W_]+(?:['’.&=\-–][^\W_]+)*",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\$?\^?[A-Z0-9]{1,10}(?:[.\-=][A-Z0-9]{1,6})?")
_ELISION = re.compile(r"(?:[ldsjcmt]|qu)['’](?=\w)", re.IGNORECASE)
_JOINED = re.compile(r"(.+)-(aktien?|kurs|preis)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text: as it stands there, and in lower case."""

    text: str
    low: str

    @property
    def is_number(self) -> bool:
        """Whether it begins as a number does."""
        return self.text[0].isdigit()


def tokens_of(text: str, language: str) -> list[Token]:
    """Return the pieces of a question, without the punctuation between them."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    found: list[str] = []
    for word in plain.split():
        bare = word.strip(_EDGES)
        if bare:
            found += _pieces(bare, language)
    return [Token(piece, piece.lower()) for piece in found]


def _pieces(word: str, language: str) -> list[str]:
    if resolve.exact(word, alone=False) or _is_symbol(word):
        return [word]
    if language == "en" and _POSSESSIVE.search(word):
        return _pieces(_POSSESSIVE.sub("", word), language)
    if language == "de" and (joined := _JOINED.fullmatch(word)):
        return [*_pieces(joined[1], language), joined[2]]
    if language == "fr" and (elided := _ELISION.match(word)):
        return [elided[0], *_pieces(word[elided.end() :], language)]
    found = _PIECES.findall(word)
    # What the pieces do not cover is a mark that nobody foresaw: it stays one, and is not read.
    return found if "".join(found) == word else [word]


def _is_symbol(word: str) -> bool:
    """Return whether a word is a ticker by its marks or capitals: `BRK.B`, `BTC-USD`, `$TSLA`."""
    return bool(_SYMBOL.fullmatch(word)) and any(c.isalpha() for c in word) and word[0] != "+"
