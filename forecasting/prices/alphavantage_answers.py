"""What Alpha Vantage answers, read: series, splits, symbol matches, and its ways of refusing.

It answers 200 to everything. `Error Message` is a request it cannot serve, `Note` and `Information`
say that the quota is used up or that the account does not cover the request; both repeat the key,
so their text goes nowhere.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import numpy as np

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    UnknownTickerError,
)
from forecasting.prices.cleaning import RawBars

_SOURCE = "alphavantage"
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(seconds=60)
_ZONE = ZoneInfo("America/New_York")  # the service's day
_SERIES = "Time Series (Daily)"
_OK, _TOO_MANY, _SERVER_FAILS = 200, 429, 500


class PremiumOnlyError(Exception):
    """The account does not cover the request."""


def body_of(response: httpx.Response, ticker: str, now: datetime) -> dict[str, Any]:
    """Return an answer's JSON object.

    Raises:
        PremiumOnlyError: A free key asked for what paid ones get.
        PriceError: The service refuses, is away, or answers something else.
    """
    if response.status_code == _TOO_MANY:
        raise RateLimitedError(ticker, _SOURCE, now + _MINUTE)
    if response.status_code >= _SERVER_FAILS:
        raise NoConnectionError(ticker, _SOURCE, f"status {response.status_code}")
    try:
        body = json.loads(response.content) if response.status_code == _OK else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadAnswerError(ticker, _SOURCE, f"no JSON object, status {response.status_code}")
    if (refusal := _refusal(body, ticker, now)) is not None:
        raise refusal
    return body


def _refusal(body: dict[str, Any], ticker: str, now: datetime) -> Exception | None:
    if "Error Message" in body:
        return _error(str(body["Error Message"]).lower(), ticker)
    text = str(body.get("Note") or body.get("Information") or "").lower()
    return _limit(text, ticker, now) if text else None


def _limit(text: str, ticker: str, now: datetime) -> Exception:
    """Return what a note says: wait a second, a minute, until tomorrow; or pay."""
    # The burst note speaks of premium endpoints as well, so it is looked for first.
    if "per second" in text or "spac" in text:
        return RateLimitedError(ticker, _SOURCE, now + _SECOND)
    if "per minute" in text:
        return RateLimitedError(ticker, _SOURCE, now + _MINUTE)
    if "per day" in text or "daily rate" in text:
        return RateLimitedError(ticker, _SOURCE, _next_day(now))
    if "premium" in text:
        return PremiumOnlyError()
    return RateLimitedError(ticker, _SOURCE, now + _MINUTE)


def _next_day(now: datetime) -> datetime:
    tomorrow = now.astimezone(_ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), _ZONE).astimezone(UTC)


def _error(text: str, ticker: str) -> PriceError:
    if "apikey" in text or "api key" in text:
        return BadAnswerError(ticker, _SOURCE, "the key is refused")
    if "invalid api call" in text:
        return UnknownTickerError(ticker, _SOURCE)
    return BadAnswerError(ticker, _SOURCE, "the request is refused")


def read_daily(body: dict[str, Any], ticker: str) -> RawBars:
    """Return a daily series as traded; the adjusted close is missing where it is not given.

    Raises:
        BadAnswerError: There is no such series.
    """
    rows = _rows(body, ticker)
    try:
        days = np.array([date.fromisoformat(day) for day in rows], dtype="datetime64[D]")
        names = ("open", "high", "low", "close", "adjusted close", "volume")
        return RawBars(
            days, *(np.array([_field(r, n) for r in rows.values()], np.float64) for n in names)
        )
    except ValueError as err:
        raise BadAnswerError(ticker, _SOURCE, "a value is not a number or a date") from err


def read_coefficients(body: dict[str, Any], ticker: str) -> list[tuple[np.datetime64, float]]:
    """Return the splits that an adjusted series lists: day, new shares per old one."""
    rows = _rows(body, ticker)
    found = [(np.datetime64(day, "D"), _field(r, "split coefficient")) for day, r in rows.items()]
    return [(day, shares) for day, shares in found if shares > 0 and shares != 1]


def read_splits(body: dict[str, Any], ticker: str) -> list[tuple[np.datetime64, float]]:
    """Return the splits of the splits answer: effective day, new shares per old one.

    Raises:
        BadAnswerError: It is none.
    """
    try:
        return [
            (np.datetime64(date.fromisoformat(row["effective_date"])), float(row["split_factor"]))
            for row in body["data"]
        ]
    except (KeyError, TypeError, ValueError) as err:
        raise BadAnswerError(ticker, _SOURCE, "no list of splits") from err


def read_matches(body: dict[str, Any]) -> list[str]:
    """Return the symbols of a symbol search, best first."""
    matches = body.get("bestMatches")
    rows = matches if isinstance(matches, list) else []
    return [str(row["1. symbol"]) for row in rows if isinstance(row, dict) and "1. symbol" in row]


def _rows(body: dict[str, Any], ticker: str) -> dict[str, dict[str, str]]:
    rows = body.get(_SERIES)
    if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
        raise BadAnswerError(ticker, _SOURCE, "no daily series")
    if not rows:
        raise BadAnswerError(ticker, _SOURCE, "the daily series is empty")
    return rows


def _field(row: dict[str, str], name: str) -> float:
    """Return a value by its name; the number before it differs between the two series."""
    return next((float(v) for k, v in row.items() if k.partition(". ")[2] == name), float("nan"))
