"""Where the phrases of a word list stand in a question: looked up once, asked often."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from bot.questions.tokens import Token
from bot.questions.vocabulary import LONGEST, Meaning, Vocabulary

Found = tuple[int, Meaning]
"""Where a phrase ends, and what it is."""


class Phrases:
    """The phrases that begin at each token."""

    def __init__(self, tokens: Sequence[Token], words: Vocabulary) -> None:
        self.tokens = tokens
        self.words = words

    def at(self, start: int, *kinds: str) -> Iterator[Found]:
        """Yield the phrases of some kinds that begin at a token, the longest first."""
        if start < len(self.tokens):
            yield from (found for found in self._all[start] if found[1].kind in kinds)

    def each(self, start: int) -> Sequence[Found]:
        """Return all phrases that begin at a token, the longest first."""
        return self._all[start]

    @cached_property
    def _all(self) -> list[tuple[Found, ...]]:
        return [tuple(self._from(start)) for start in range(len(self.tokens))]

    def _from(self, start: int) -> Iterator[Found]:
        lows = [token.low for token in self.tokens[start : start + LONGEST]]
        if not self.words.knows(lows[0]):
            return
        for length in range(len(lows), 0, -1):
            for meaning in self.words.meanings(tuple(lows[:length])):
                yield start + length, meaning
