"""Prices from Tiingo's end-of-day interface: whole histories, with a free key.

It covers US shares and funds. Prices come as traded and adjusted beside each other, with splits
and payments on their days; what is read here are the prices as traded, the splits, and the close
that is adjusted for both.
"""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    TooLittleHistoryError,
    UnknownTickerError,
)
from forecasting.prices.adjust import split_adjusted
from forecasting.prices.cleaning import Origin, clean
from forecasting.prices.mending import mended_prices
from forecasting.prices.tiingo_answers import (
    read_dividends,
    read_matches,
    read_prices,
    read_splits,
    refusal_of,
)
from forecasting.sessions import last_closed
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars

NAME = "tiingo"
URL = "https://api.tiingo.com"
YEARS = 15
"""How much history is asked for, as much as of Yahoo."""
_TIMEOUT_S = 10.0
_US = "XNYS"


class TiingoSource:
    """Tiingo's daily bars: US shares and funds, no indexes, coins or currencies."""

    def __init__(self, key: str, url: str | None = None) -> None:
        """Ask nothing yet.

        Args:
            key: The account's token; it goes in a header and appears in no error and no log line.
            url: Address that stands in for the service's own; None for that.
        """
        self._url = (url or URL).rstrip("/")
        self._client = httpx.Client(timeout=_TIMEOUT_S, headers={"Authorization": f"Token {key}"})

    def __repr__(self) -> str:
        return f"TiingoSource({self._url})"

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return NAME

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:  # noqa: ARG002
        """Return the closed sessions of a ticker; always the whole history, in one request.

        Raises:
            UnknownTickerError: The service has no such ticker, or none of its kind.
            TooLittleHistoryError: No session has closed yet.
            NoConnectionError: It could not be reached, or failed.
            RateLimitedError: The quota is used up.
            BadAnswerError: The answer is no price history, or contradicts itself.
        """
        exchange, currency = listing_of(ticker)
        if exchange != _US or ticker.startswith("^"):
            raise UnknownTickerError(ticker, NAME)
        path = f"/tiingo/daily/{quote(ticker.lower(), safe='')}/prices"
        start = date(now.year - YEARS, now.month, 1)
        rows = self._ask(ticker, now, path, startDate=start.isoformat(), resampleFreq="daily")
        raw = read_prices(rows, ticker)
        if not len(raw):
            raise TooLittleHistoryError(ticker, NAME, 1, 0)
        bars = clean(raw, Origin(ticker, NAME, currency, exchange), last_closed(exchange, now))
        splits = read_splits(rows)
        adjusted = split_adjusted(
            bars, [(np.datetime64(day), shares) for day, shares in splits], dividends_done=True
        )
        return mended_prices(adjusted, splits, read_dividends(rows, adjusted, bars))

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return what the symbol search offers; empty where it cannot be asked."""
        wanted = " ".join(text.split())[:40]
        try:
            return read_matches(self._ask(wanted, now, "/tiingo/utilities/search", query=wanted))
        except PriceError:
            return ()

    def _ask(self, ticker: str, now: datetime, path: str, **parameters: str) -> list[Any]:
        try:
            response = self._client.get(self._url + path, params=parameters)
        except httpx.HTTPError as err:
            hung = isinstance(err, httpx.TimeoutException)
            raise NoConnectionError(ticker, NAME, type(err).__name__, hung=hung) from err
        if (refusal := refusal_of(response, ticker, now)) is not None:
            raise refusal
        try:
            rows = response.json()
        except ValueError as err:
            raise BadAnswerError(ticker, NAME, "no JSON") from err
        if not isinstance(rows, list):
            raise BadAnswerError(ticker, NAME, "no list of rows")
        return rows
