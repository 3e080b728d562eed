"""Prices from Alpha Vantage's HTTP interface, the second source.

A paid key answers with whole adjusted histories. A free key gives the last 100 sessions as they
were traded: enough to carry on a history that is known, after a look at splits in between.
"""

import logging
import re
from datetime import date, datetime
from typing import Any

import httpx
import numpy as np

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    TooLittleHistoryError,
    UnknownTickerError,
)
from forecasting.prices.adjust import carried_on, split_adjusted
from forecasting.prices.alphavantage_answers import (
    PremiumOnlyError,
    body_of,
    read_coefficients,
    read_daily,
    read_matches,
    read_splits,
)
from forecasting.prices.alphavantage_symbols import symbol_of, ticker_of
from forecasting.prices.cleaning import Origin, RawBars, clean
from forecasting.prices.spacing import Spacing
from forecasting.sessions import last_closed
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars

NAME = "alphavantage"
URL = "https://www.alphavantage.co"
_TIMEOUT_S = 10.0
_APART_S = 1.1  # a free key may ask once a second
_WHOLE = 250  # sessions from which a history can stand on its own
_JUMP = 0.17  # overnight, as log: from there on a split is looked for (6:5 is 0.18)


class AlphaVantageSource:
    """Alpha Vantage's daily bars: shares and funds, no indexes, coins or currencies."""

    def __init__(self, key: str, url: str | None = None, spacing: Spacing | None = None) -> None:
        """Ask nothing yet.

        Args:
            key: The account's key; it appears in no error and no log line.
            url: Address that stands in for the service's own; None for that.
            spacing: What keeps requests apart; None for the service's one a second.
        """
        self._spacing = spacing or Spacing(_APART_S)
        self._key = key
        self._url = (url or URL).rstrip("/") + "/query"
        self._client = httpx.Client(timeout=_TIMEOUT_S)
        self._free = False
        logging.getLogger("httpx").addFilter(_without_key)

    def __repr__(self) -> str:
        return f"AlphaVantageSource({self._url})"

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return NAME

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        """Return the closed sessions of a ticker; a free key carries `known` on where it can.

        Raises:
            UnknownTickerError: The service has no such ticker, or none of its kind.
            NoConnectionError: It could not be reached, or failed.
            RateLimitedError: The quota is used up.
            TooLittleHistoryError: A free key was asked for a ticker of which nothing is known.
            BadAnswerError: The answer is no price history, or contradicts `known`.
        """
        symbol = symbol_of(ticker)
        if symbol is None:
            raise UnknownTickerError(ticker, NAME)
        if not self._free:
            try:
                return self._whole(ticker, symbol, now)
            except PremiumOnlyError:
                self._free = True
        try:
            return self._carried(ticker, symbol, now, known)
        except PremiumOnlyError as err:
            raise BadAnswerError(ticker, NAME, "the account does not cover daily prices") from err

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return what the symbol search offers; empty where it cannot be asked."""
        wanted = " ".join(text.split())[:40]
        try:
            body = self._ask(wanted, now, function="SYMBOL_SEARCH", keywords=wanted)
        except (PriceError, PremiumOnlyError):
            return ()
        found = (ticker_of(symbol) for symbol in read_matches(body))
        return tuple(dict.fromkeys(t for t in found if t is not None))[:5]

    def _whole(self, ticker: str, symbol: str, now: datetime) -> Bars:
        function = "TIME_SERIES_DAILY_ADJUSTED"
        body = self._ask(ticker, now, function=function, symbol=symbol, outputsize="full")
        bars = _closed(read_daily(body, ticker), ticker, now)
        return split_adjusted(bars, read_coefficients(body, ticker), dividends_done=True)

    def _carried(self, ticker: str, symbol: str, now: datetime, known: Bars | None) -> Bars:
        body = self._ask(
            ticker, now, function="TIME_SERIES_DAILY", symbol=symbol, outputsize="compact"
        )
        traded = _closed(read_daily(body, ticker), ticker, now)
        splits = self._splits(ticker, symbol, now) if _jumps(traded) else []
        recent = split_adjusted(traded, splits)
        if known is None:
            # Half a year as traded, without dividends, is no history to forecast from.
            raise TooLittleHistoryError(ticker, NAME, _WHOLE, len(recent))
        since = [shares for day, shares in splits if known.as_of < _date(day) <= recent.as_of]
        return carried_on(known, recent, split_since=float(np.prod(since)))

    def _splits(self, ticker: str, symbol: str, now: datetime) -> list[tuple[np.datetime64, float]]:
        body = self._ask(ticker, now, function="SPLITS", symbol=symbol)
        return read_splits(body, ticker)

    def _ask(self, ticker: str, now: datetime, **parameters: str) -> dict[str, Any]:
        self._spacing.wait()
        try:
            response = self._client.get(self._url, params={**parameters, "apikey": self._key})
        except httpx.HTTPError as err:
            hung = isinstance(err, httpx.TimeoutException)
            raise NoConnectionError(ticker, NAME, type(err).__name__, hung=hung) from err
        return body_of(response, ticker, now)


def _closed(raw: RawBars, ticker: str, now: datetime) -> Bars:
    exchange, currency = listing_of(ticker)
    origin = Origin(ticker, NAME, currency, exchange)
    return clean(raw, origin, until=last_closed(exchange, now))


def _jumps(bars: Bars) -> bool:
    overnight = np.abs(np.log(bars.open[1:] / bars.close[:-1]))
    return bool(np.any(overnight > _JUMP))


def _date(day: np.datetime64) -> date:
    found: date = day.astype("datetime64[D]").item()
    return found


def _without_key(record: logging.LogRecord) -> bool:
    """Take the key out of the addresses that httpx logs."""
    if isinstance(record.args, tuple):
        hide = re.compile(r"(apikey=)[^&\s]+")
        record.args = tuple(
            hide.sub(r"\1***", str(arg)) if isinstance(arg, (str, httpx.URL)) else arg
            for arg in record.args
        )
    return True
