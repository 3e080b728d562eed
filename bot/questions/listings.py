"""Which listing is meant where the currency tells: Ferrari in euros is Milan's, not New York's."""

import re
from dataclasses import replace

from bot.questions.values import ReadQuestion

_IN_EUROS = {
    "ASML": "ASML.AS",
    "BBVA": "BBVA.MC",
    "RACE": "RACE.MI",
    "SAP": "SAP.DE",
    "STLA": "STLAM.MI",
    "NOK": "NOKIA.HE",
    "PHG": "PHIA.AS",
    "ING": "INGA.AS",
    "STM": "STMPA.PA",
}
"""Companies that people call by one name, listed in New York and at home in euros."""
_PAIR = re.compile(r"([A-Z]{3})([A-Z]{3}|___)=X")


def by_currency(asked: ReadQuestion) -> ReadQuestion | None:
    """Return a question about the listing in the named currency, None where it needs one.

    The dollar "in yen" is that pair; in a language with many dollars' neighbours (`USD___=X` in
    its list) it is none without a currency.
    """
    tickers = tuple(_listed(ticker, asked.currency) for ticker in asked.tickers)
    if any("_" in ticker for ticker in (*tickers, asked.other)):
        return None
    return replace(asked, tickers=tickers)


def _listed(ticker: str, currency: str) -> str:
    if currency == "EUR" and ticker in _IN_EUROS:
        return _IN_EUROS[ticker]
    pair = _PAIR.fullmatch(ticker)
    if pair is None or len(currency) != 3 or currency in ("PTS", pair[1]):
        return ticker
    return f"{pair[1]}{currency}=X"
