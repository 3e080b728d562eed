"""Reads a question in words: whom it is about, how it relates to which amount, and when.

One grammar for all languages. Every word must be accounted for, and all ways of doing so must
mean the same: a wrong reading is worse than none, so "not", "or", a second company, or any word
that nobody foresaw leaves a question unread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from bot.questions.amounts import AmountReader
from bot.questions.common_words import COMMON
from bot.questions.dates import DateReader
from bot.questions.listings import by_currency
from bot.questions.mending import mended, misspelt, named_at, named_places
from bot.questions.periods import ending
from bot.questions.phrases import Phrases
from bot.questions.pieces import Piece
from bot.questions.slips import known_words
from bot.questions.statements import question_of
from bot.questions.tokens import Token, tokens_of
from bot.questions.values import ReadQuestion
from bot.questions.vocabulary import LANGUAGES, Vocabulary, vocabulary
from forecasting.errors import InvalidTickerError
from forecasting.names import resolve
from forecasting.values import parse_ticker

_MOST_TOKENS = 30
_MOST_READINGS = 1000
_MOST_PIECES = 10
_ONCE = (
    *(
        "tell",
        "hold",
        "span",
        "suppose",
        "ends",
        "period",
        "tell_verb",
        "tell_when",
        "which",
        "than",
    ),
    *("above", "below", "more", "less", "or_less", "between", "and", "dash", "or", "factor"),
    *("calmer", "wilder", "stronger", "weaker", "higher", "lower", "above_after", "below_after"),
)
_MOST = dict.fromkeys(_ONCE, 1) | dict.fromkeys(("when", "amount", "up", "down", "beyond"), 2)
_MOST |= {"subject": 3, "some": 2, "plus": 2}
"""How often a piece may stand in one question; a company may be named twice, and a day."""
_OF_AMOUNTS = frozenset({"amount", "and", "dash", "some", "above", "below", "up", "down"})
_NEVER_WITH = dict.fromkeys(_OF_AMOUNTS, frozenset({"or"})) | {
    "or": _OF_AMOUNTS,
    "and": frozenset({"or", "and", "dash"}),
    "dash": frozenset({"or", "and", "dash"}),
}
"""What no question has together: "or" compares companies, and a range has one word in it."""
Pieces = tuple[Piece, ...]
_CHATTER = Piece("filler")


@lru_cache(256)
def read_question(text: str, today: date, language: str = "en") -> ReadQuestion | None:
    """Return what a text asks, None where that is not sure.

    Args:
        text: As it was typed.
        today: The asker's day, from which others are counted.
        language: In which to read first; the others follow, and must not say otherwise.
    """
    ours = [language, *(other for other in LANGUAGES if other != language)]
    first, *more = (_in(each, text, today) for each in ours if each in LANGUAGES)
    if not first and not _is_foreign(text, language):
        return None
    # A day in the asker's own words may be none in another language: "un mes" is "a my" in French.
    undated = {replace(own, when=None) for own in first if len(first) == 1 and own.when}
    readings = first.union(*(other - undated for other in more))
    return readings.pop() if len(readings) == 1 else None


def _is_foreign(text: str, language: str) -> bool:
    """Return whether a text has a word that a language lacks: else it is in it, and is not read.

    "No" before a ticker is Portuguese for "in the", and 6/7 has one meaning in French: that tells
    nothing of what an Englishman asks.
    """
    tokens = mended(tokens_of(text, language), language)
    named = named_places(tokens)
    return language not in LANGUAGES or any(
        token.text.isalpha()
        and not token.text.isupper()
        and not vocabulary(language).knows(token.low)
        and not misspelt(token.text)
        for number, token in enumerate(tokens)
        if number not in named
    )


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
    coverings = _Covering(tokens, vocabulary(language), today).all()
    found = {question for pieces in coverings if (question := question_of(pieces)) is not None}
    return {listed for question in found if (listed := by_currency(question)) is not None}


class _Covering:
    """Finds all ways in which pieces cover a text, from its end to its beginning."""

    def __init__(self, tokens: Sequence[Token], words: Vocabulary, today: date) -> None:
        self._tokens = mended(tokens, words.language)
        self._phrases = Phrases(self._tokens, words)
        self._today = today
        self._dates = DateReader(self._phrases, today)
        self._amounts = AmountReader(self._phrases)
        self._shouting = not any(token.text != token.text.upper() for token in tokens)
        self._found: dict[int, frozenset[Pieces]] = {len(self._tokens): frozenset({()})}
        self._too_many = False

    def all(self) -> frozenset[Pieces]:
        """Return what the coverings say, none where they are too many to trust any."""
        found = self._from(0)
        return frozenset() if self._too_many else found

    def _from(self, start: int) -> frozenset[Pieces]:
        if start not in self._found:
            whole = set[Pieces]()
            for pieces in self._longer(start):
                whole.add(pieces)
                if self._too_many or len(whole) > _MOST_READINGS:
                    self._too_many = True
                    break
            self._found[start] = frozenset(whole)
        return self._found[start]

    def _longer(self, start: int) -> Iterator[Pieces]:
        for end, piece in dict.fromkeys(self._at(start)):
            for rest in self._from(end):
                if piece.kind == "filler":
                    yield rest
                elif _may_stand(piece, rest):
                    yield (piece, *rest)

    def _at(self, start: int) -> Iterator[tuple[int, Piece]]:
        for end, meaning in self._phrases.each(start):
            if meaning.kind in _KINDS:
                yield end, Piece(meaning.kind, meaning.value or None)
        for end, meaning in self._phrases.at(start, "period"):
            yield end, Piece("period", ending(meaning.value, self._today))
        yield from ((end, _CHATTER) for end in set(self._chatter(start)))
        yield from ((end, Piece("span", when)) for end, when in set(self._dates.bare_span(start)))
        yield from ((end, Piece("when", when)) for end, when in set(self._dates.at(start)))
        yield from ((end, Piece("amount", each)) for end, each in set(self._amounts.at(start)))
        named = [*self._called(start), *self._subjects(start)]
        if named:
            # The longest name is meant; of two as long, that of this language.
            end, whom = max(named, key=lambda found: found[0])
            yield end, Piece("subject", whom)

    def _chatter(self, start: int) -> Iterator[int]:
        """Yield where talk around the question ends: at its front, its back, or in a clause.

        What is asked back, such as "isn't it", stands at the back alone: in front it says no.
        """
        last = len(self._tokens)
        closed = {last, *(n for n, token in enumerate(self._tokens) if token.opens)}
        front, opens = not start, self._tokens[start].opens
        # "When it falls below 5, tell me" asks to be told: "tell me" is no talk there.
        told = any(end == last for end, _ in self._phrases.at(start, "tell_verb"))
        if told and any(self._phrases.at(0, "tell_when")):
            return
        yield from (end for end in self._run(start, "chat") if front or end == last)
        if opens:
            # "Folks, ..." is said to somebody; "300 folks" counts them.
            kinds = ("chat", "crowd") if front else ("chat",)
            yield from (end for end in self._run(start, *kinds) if end in closed and end < last)
        if last in self._run(start, "chat", "tag"):
            yield last

    def _run(self, start: int, *kinds: str) -> set[int]:
        """Return where phrases of some kinds may end that follow each other from a token on."""
        found, waiting = set[int](), [start]
        while waiting:
            for end, _ in self._phrases.at(waiting.pop(), *kinds):
                if end not in found:
                    found.add(end)
                    waiting.append(end)
        return found

    def _called(self, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield whom a word means in this language only, such as the dollar in Brazil."""
        return ((end, (meaning.value,)) for end, meaning in self._phrases.at(start, "named"))

    def _subjects(self, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        token = self._tokens[start]
        texts = tuple(t.text for t in self._tokens[start : start + resolve.MOST_WORDS])
        taken, tickers = named_at(texts)
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
        return token.low in known_words() and not (by_name and by_name == tickers)

    def _unlisted(self, token: Token) -> str:
        """Return a ticker that no table has, by its capitals or marks, or by a misspelt name."""
        try:
            symbol = parse_ticker(token.text)
        except InvalidTickerError:
            symbol = ""
        letters = token.text.lstrip("$^")
        capitals = letters == letters.upper() and any(c.isalpha() for c in letters)
        if symbol and capitals and (not self._shouting or token.text[0] in "$^"):
            return "" if token.low in known_words() and token.text[0] != "$" else symbol
        if token.low in known_words() or len(token.text) < 6:
            return ""
        return misspelt(token.text) or ""


def _may_stand(piece: Piece, rest: Pieces) -> bool:
    """Return whether a piece may stand before the rest of a question: not two days, nor prices."""
    if len(rest) >= _MOST_PIECES:
        return False
    never = _NEVER_WITH.get(piece.kind)
    if never and any(each.kind in never for each in rest):
        return False
    if piece.kind not in _MOST:
        return True
    same = [each for each in rest if each.kind == piece.kind]
    if piece.kind == "when" and any(each.value != piece.value for each in same):
        return False
    return len(same) < _MOST[piece.kind]


_KINDS = frozenset(
    {"filler", "above", "below", "between", "beyond", "where", "calmer", "wilder", "than"}
    | {"up", "down", "more", "less", "factor", "and", "dash", "plus", "tell"}
    | {"or_less", "above_after", "below_after", "or", "which", "tell_verb", "tell_when"}
    | {"hold", "now", "suppose", "higher", "lower", "stronger", "weaker"}
    | {"some", "gain", "risen", "fallen", "have", "were", "ends"}
)
