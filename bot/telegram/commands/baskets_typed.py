"""Reads baskets as people type them: `TSLA 40 KO 60`."""

import re
from dataclasses import dataclass

from bot.telegram.commands.parsing import read_named
from forecasting.names import resolve

MOST_HELD = 10
"""Tickers in one basket: more do not fit under a picture."""
_SHARE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)%?")


@dataclass(frozen=True, slots=True)
class BasketRequest:
    """Which tickers, and what is put into each.

    Attributes:
        named: Those of the tickers that were called by a name.
    """

    tickers: tuple[str, ...]
    weights: tuple[float, ...]
    named: tuple[str, ...] = ()


def read_basket(words: list[str]) -> BasketRequest | None:
    """Return what a basket holds: each ticker or name with its share, or all without.

    Returns:
        None where some have a share and others not, a share is nothing, or they are too many.

    Raises:
        InvalidTickerError: A word is neither a ticker nor a name.
        NameUnclearError: A name may mean several companies.
    """
    found: dict[str, float] = {}
    named: list[str] = []
    waiting: list[str] = []
    for word in words:
        share = _SHARE.fullmatch(word)
        if share is None or not waiting or resolve.exact(" ".join((*waiting, word))):
            waiting.append(word)
            continue
        subjects = read_named(waiting, MOST_HELD)
        if len(subjects) != 1 or subjects[0].ticker in found or not float(share[1]):
            return None
        found[subjects[0].ticker] = float(share[1])
        named += [subject.ticker for subject in subjects if subject.by_name]
        waiting = []
    if not found:
        subjects = read_named(waiting, len(waiting))
        by_name = tuple(subject.ticker for subject in subjects if subject.by_name)
        return equal_shares(tuple(subject.ticker for subject in subjects), by_name)
    if waiting or len(found) > MOST_HELD:
        return None
    return BasketRequest(tuple(found), tuple(found.values()), tuple(named))


def equal_shares(tickers: tuple[str, ...], named: tuple[str, ...] = ()) -> BasketRequest | None:
    """Return a basket of tickers in equal shares, None where they are too many."""
    if len(tickers) > MOST_HELD:
        return None
    return BasketRequest(tickers, (1.0,) * len(tickers), named)
