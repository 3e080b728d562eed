"""Between Yahoo's notation and Alpha Vantage's."""

import re

from forecasting.errors import InvalidTickerError
from forecasting.ticker_notation import CRYPTO, listing_of
from forecasting.values import parse_ticker

_SUFFIXES = {
    "L": "LON", "TO": "TRT", "V": "TRV", "DE": "DEX", "F": "FRK", "BO": "BSE", "HK": "HKG",
    "SS": "SHH", "SZ": "SHZ", "PA": "PAR", "AS": "AMS",
}  # fmt: skip
_BACK = {theirs: ours for ours, theirs in _SUFFIXES.items()}


def symbol_of(ticker: str) -> str | None:
    """Return the service's symbol for a ticker; None for what its daily series do not cover."""
    if re.search(r"[\^=]", ticker) or listing_of(ticker)[0] == CRYPTO:
        return None
    name, dot, suffix = ticker.rpartition(".")
    if not dot:
        return ticker
    return f"{name}.{_SUFFIXES[suffix]}" if suffix in _SUFFIXES else None


def ticker_of(symbol: str) -> str | None:
    """Return the ticker for one of the service's symbols; None where there is no notation."""
    name, dot, suffix = symbol.rpartition(".")
    if dot and suffix not in _BACK and len(suffix) > 1:
        return None
    try:
        return parse_ticker(f"{name}.{_BACK[suffix]}" if suffix in _BACK else symbol)
    except InvalidTickerError:
        return None
