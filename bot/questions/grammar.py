"""Reads a question in words: whom it is about, how it relates to which amount, and when.

One grammar for all languages. Every word must be accounted for, and all ways of doing so must
mean the same: a wrong reading is worse than none, so "not", "or", a second company, or any word
that nobody foresaw leaves a question unread.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from bot.questions.amounts import AmountReader
from bot.questions.dates import DateReader
from bot.questions.statements import Piece, question_of
from bot.questions.tokens import Token, tokens_of
from bot.questions.values import ReadQuestion
from bot.questions.vocabulary import LANGUAGES, LONGEST, Vocabulary, vocabulary
from forecasting.errors import InvalidTickerError
from forecasting.names import resolve
from forecasting.names.reading import subject_at
from forecasting.values import parse_ticker

_MOST_TOKENS = 30
_MOST_READINGS = 400
COMMON = frozenset(
    {"target", "block", "strategy", "square", "total", "orange", "snap", "zoom", "gap", "link"}
    | {"cable", "real", "vale", "vinci", "now", "open", "best", "low", "cost", "well", "fast"}
    | {"play", "cash", "love", "life", "true", "nice", "safe", "hope", "rise", "run", "path"}
)
"""Names that are words as well: in a sentence they count with a capital only."""


def read_question(text: str, today: date, language: str = "en") -> ReadQuestion | None:
    """Return what a text asks, None where that is not sure.

    Args:
        text: As it was typed.
        today: The asker's day, from which others are counted.
        language: In which to read first; the others follow, and must not say otherwise.
    """
    ours = [language, *(other for other in LANGUAGES if other != language)]
    readings = {reading for each in ours if each in LANGUAGES for reading in _in(each, text, today)}
    return readings.pop() if len(readings) == 1 else None


def speaks_of_reaching(text: str, language: str) -> bool:
    """Return whether a text asks if a price is reached, or kept, at any time on the way.

    Only closes are forecast, so that is not answered, but told apart from what nobody can read.
    """
    return any(
        meaning.kind == "touch"
        for each in dict.fromkeys(("en", language))
        for token in tokens_of(text, each)
        for meaning in vocabulary(each).meanings((token.low,))
    )


def _in(language: str, text: str, today: date) -> set[ReadQuestion]:
    tokens = tokens_of(text, language)
    if not 1 < len(tokens) <= _MOST_TOKENS:
        return set()
    coverings = list(_Covering(tokens, vocabulary(language), today).all())
    if len(coverings) >= _MOST_READINGS:
        return set()
    return {question for pieces in coverings if (question := question_of(pieces)) is not None}


class _Covering:
    """Finds all ways in which pieces cover a text."""

    def __init__(self, tokens: Sequence[Token], words: Vocabulary, today: date) -> None:
        self._tokens = tokens
        self._words = words
        self._dates = DateReader(tokens, words, today)
        self._amounts = AmountReader(tokens, words)
        self._shouting = not any(token.text != token.text.upper() for token in tokens)
        self._dead: set[int] = set()

    def all(self) -> Iterator[tuple[Piece, ...]]:
        """Yield the pieces of each covering, at most `_MOST_READINGS`."""
        for number, pieces in enumerate(self._from(0)):
            if number >= _MOST_READINGS:
                return
            yield pieces

    def _from(self, start: int) -> Iterator[tuple[Piece, ...]]:
        if start == len(self._tokens):
            yield ()
            return
        if start in self._dead:
            return
        fruitless = True
        for end, piece in self._at(start):
            for rest in self._from(end):
                fruitless = False
                yield (piece, *rest) if piece.kind != "filler" else rest
        if fruitless:
            self._dead.add(start)

    def _at(self, start: int) -> Iterator[tuple[int, Piece]]:
        for length in range(min(LONGEST, len(self._tokens) - start), 0, -1):
            words = tuple(token.low for token in self._tokens[start : start + length])
            for meaning in self._words.meanings(words):
                if meaning.kind in _KINDS:
                    yield start + length, Piece(meaning.kind, meaning.value or None)
        yield from ((end, Piece("when", when)) for end, when in set(self._dates.at(start)))
        yield from ((end, Piece("amount", each)) for end, each in set(self._amounts.at(start)))
        yield from ((end, Piece("subject", whom)) for end, whom in self._subjects(start))

    def _subjects(self, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        token = self._tokens[start]
        texts = [t.text for t in self._tokens[start : start + resolve.MOST_WORDS]]
        taken, tickers = subject_at(texts)
        if taken and (taken > 1 or not self._is_word(token, tickers)):
            yield start + taken, tickers
        elif not taken and (ticker := self._unlisted(token)):
            yield start + 1, (ticker,)

    def _is_word(self, token: Token, tickers: tuple[str, ...]) -> bool:
        """Return whether a word that could be a ticker or a name is only a word of the sentence."""
        if token.low in COMMON and token.text == token.low:
            return True
        capitals = token.text == token.text.upper() and not token.is_number
        if capitals and not self._shouting:
            return False
        # A name of our own, such as `gold`, is meant; a ticker in small letters may be a word.
        by_name = resolve.exact(token.text, alone=False)
        return token.low in _all_words() and not (by_name and by_name == tickers)

    def _unlisted(self, token: Token) -> str:
        """Return a ticker that no table has, by its capitals or marks, or by a misspelt name."""
        try:
            symbol = parse_ticker(token.text)
        except InvalidTickerError:
            symbol = ""
        letters = token.text.lstrip("$^")
        capitals = letters == letters.upper() and any(c.isalpha() for c in letters)
        if symbol and capitals and (not self._shouting or token.text[0] in "$^"):
            return "" if token.low in _all_words() and token.text[0] != "$" else symbol
        if token.low in _all_words() or len(token.text) < 6:
            return ""
        return resolve.meant(token.text) or ""


_KINDS = frozenset(
    {"filler", "above", "below", "between", "beyond", "where", "calmer", "wilder", "than"}
    | {"up", "down", "more", "less", "factor", "and", "dash", "plus", "tell"}
    | {"or_less", "above_after", "below_after"}
)


@cache
def _all_words() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in vocabulary(language).words)
