"""Reads tickers and names as people type them: `tesla, ko`, `S&P 500`, `кока-кола`.

Real tickers win over names: `ALL` is Allstate, and `tsla` needs no table. A name that several
companies share is never guessed.
"""

from dataclasses import dataclass

from forecasting.errors import InvalidTickerError, NameUnclearError, UnknownNameError
from forecasting.names import resolve
from forecasting.names.table import by_ticker
from forecasting.ticker_notation import kind_of
from forecasting.values import parse_ticker

_TICKER_LETTERS = 5
"""Letters of the longest ticker in New York without an ending: what is longer is a name."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom somebody means.

    Attributes:
        ticker: Yahoo's notation.
        by_name: Whether it was named and not written as a ticker; then the name is said.
    """

    ticker: str
    by_name: bool = False


def read_subjects(words: list[str]) -> tuple[Subject, ...]:
    """Return whom a list of words names, in order; names may take several words.

    Raises:
        InvalidTickerError: A word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
        UnknownNameError: They look like a name of several words that no table has.
    """
    whole = _whole(words)
    if whole is not None:
        return (whole,)
    if _is_a_phrase(words):
        raise UnknownNameError(" ".join(words))
    found, start = [], 0
    while start < len(words):
        taken, subject = _first(words[start:], alone=len(words) == 1)
        found.append(subject)
        start += taken
    return tuple(found)


def subject_at(words: list[str], *, alone: bool = False) -> tuple[int, tuple[str, ...]]:
    """Return how many first words are a name or known ticker, and whom they may mean.

    Returns:
        The longest name, its tickers; (0, ()) where the first word is neither.
    """
    for taken in range(min(len(words), resolve.MOST_WORDS), 1, -1):
        tickers = resolve.exact(" ".join(words[:taken]), alone=alone)
        # A mark of its own, such as the > of "Tesla > 300", is no part of a name.
        if tickers and all(map(resolve.fold, words[:taken])):
            return taken, tickers
    tickers = _known(words[0], alone=alone) if words else ()
    return (1, tickers) if tickers else (0, ())


def _whole(words: list[str]) -> Subject | None:
    """Return whom all words together mean by a name with a typing mistake, None for nobody."""
    if not 1 < len(words) <= resolve.MOST_WORDS or any(subject_at([w])[0] for w in words):
        return None
    ticker = resolve.meant(" ".join(words))
    return Subject(ticker, by_name=True) if ticker else None


def _is_a_phrase(words: list[str]) -> bool:
    """Return whether words look like one name: small letters, too long for tickers, all unknown."""
    if not 1 < len(words) <= resolve.MOST_WORDS or max(map(len, words)) <= _TICKER_LETTERS:
        return False
    return all(
        word.isalpha() and word != word.upper() and not subject_at([word])[0] for word in words
    ) and not any(resolve.meant(word) for word in words)


def _first(words: list[str], *, alone: bool) -> tuple[int, Subject]:
    taken, tickers = subject_at(words, alone=alone)
    if len(tickers) == 1:
        ticker = tickers[0]
        return taken, Subject(ticker, by_name=taken > 1 or not _is_written(words[0], ticker))
    if tickers:
        raise NameUnclearError(" ".join(words[:taken]), tickers)
    return 1, _unknown(words[0])


def _known(word: str, *, alone: bool) -> tuple[str, ...]:
    """Return whom one word means, as a ticker of the table or as a name."""
    symbol, tickers = _as_ticker(word), resolve.exact(word, alone=alone)
    if symbol not in by_ticker():
        return () if word.startswith(("$", "^")) else tickers
    if word != word.upper():
        return tickers or (symbol,)
    # Capitals are a ticker, but `GOLD` may be shouted.
    shouted = tuple(ticker for ticker in tickers if kind_of(ticker) != "share")
    return (symbol,) if word.startswith("$") or symbol in tickers else (*shouted, symbol)


def _unknown(word: str) -> Subject:
    """Return what a word of no table is: a ticker that a source may know, or a misspelt name."""
    symbol = _as_ticker(word)
    may_be_ticker = bool(symbol) and (len(symbol) <= _TICKER_LETTERS or not symbol.isalpha())
    if may_be_ticker and (word == word.upper() or len(symbol) < _TICKER_LETTERS):
        return Subject(symbol)
    ticker = resolve.meant(word)
    if ticker:
        return Subject(ticker, by_name=True)
    if symbol:
        return Subject(symbol)
    if word[0].isalpha() and word.isprintable() and (guesses := resolve.near(word)):
        raise NameUnclearError(word, guesses)
    raise InvalidTickerError(word)


def _is_written(word: str, ticker: str) -> bool:
    return _as_ticker(word) == ticker


def _as_ticker(word: str) -> str:
    try:
        return parse_ticker(word)
    except InvalidTickerError:
        return ""
