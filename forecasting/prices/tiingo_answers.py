"""What Tiingo answers, read: rows of prices, splits and payments, symbol matches, and its refusals.

An error is an object with `detail`; the status says of which kind. Dates carry midnight UTC and
mean the day on the exchange.
"""

from datetime import date, datetime, timedelta
from typing import Any

import httpx
import numpy as np

from forecasting.errors import (
    BadAnswerError,
    InvalidTickerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    UnknownTickerError,
)
from forecasting.prices.cleaning import RawBars
from forecasting.prices.dividends import Dividends
from forecasting.prices.splits import Split
from forecasting.values import Bars, parse_ticker

_SOURCE = "tiingo"
_OK, _REFUSED, _NOT_FOUND, _TOO_MANY, _SERVER_FAILS = 200, (401, 403), 404, 429, 500
_HOUR, _MOST_OFFERED = timedelta(hours=1), 5
_FIELDS = ("open", "high", "low", "close", "adjClose", "volume")


def refusal_of(response: httpx.Response, ticker: str, now: datetime) -> PriceError | None:
    """Return the error that an answer stands for, None for one that may hold rows."""
    status = response.status_code
    if status == _OK:
        return None
    if status == _NOT_FOUND and "not found" in response.text.lower():
        return UnknownTickerError(ticker, _SOURCE)
    if status == _TOO_MANY:
        wait = response.headers.get("Retry-After", "")
        until = now + (timedelta(seconds=int(wait)) if wait.isdigit() else _next_hour(now))
        return RateLimitedError(ticker, _SOURCE, until)
    if status >= _SERVER_FAILS:
        return NoConnectionError(ticker, _SOURCE, f"status {status}")
    if status in _REFUSED:
        return BadAnswerError(ticker, _SOURCE, "the key is refused")
    return BadAnswerError(ticker, _SOURCE, f"status {status}")


def _next_hour(now: datetime) -> timedelta:
    """Return how long it is to the full hour, at which the free quota begins anew."""
    return _HOUR - timedelta(minutes=now.minute, seconds=now.second)


def read_prices(rows: list[Any], ticker: str) -> RawBars:
    """Return prices as traded with the close that is adjusted for splits and payments.

    Raises:
        BadAnswerError: A row is none of a daily series.
    """
    try:
        days = np.array([_day(row) for row in rows], dtype="datetime64[D]")
        columns = [np.array([_number(row[name]) for row in rows]) for name in _FIELDS]
    except (KeyError, TypeError, ValueError) as err:
        raise BadAnswerError(ticker, _SOURCE, "a row is not of a daily series") from err
    return RawBars(days, *columns)


def read_splits(rows: list[Any]) -> list[Split]:
    """Return day and new shares for one old one."""
    found = [(_day(row), _number(row.get("splitFactor", 1.0))) for row in rows]
    return [(day, shares) for day, shares in found if shares > 0 and shares != 1.0]


def read_dividends(rows: list[Any], adjusted: Bars, traded: Bars) -> Dividends:
    """Return payments by ex-day in the shares of today.

    Args:
        rows: The answer.
        adjusted: Sessions adjusted for splits.
        traded: The same as traded.
    """
    paid = {np.datetime64(_day(row), "D"): _number(row.get("divCash", 0.0)) for row in rows}
    scale = dict(zip(traded.sessions, adjusted.close / traded.close, strict=True))
    return {day: cash * scale[day] for day, cash in paid.items() if cash > 0 and day in scale}


def read_matches(rows: list[Any]) -> tuple[str, ...]:
    """Return the tickers of a symbol search, best first."""
    symbols = [str(row["ticker"]) for row in rows if isinstance(row, dict) and "ticker" in row]
    tickers = [ticker for ticker in map(_ticker, symbols) if ticker is not None]
    return tuple(dict.fromkeys(tickers))[:_MOST_OFFERED]


def _ticker(symbol: str) -> str | None:
    try:
        return parse_ticker(symbol)
    except InvalidTickerError:
        return None


def _day(row: dict[str, Any]) -> date:
    return date.fromisoformat(str(row["date"])[:10])


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
