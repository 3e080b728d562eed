"""What yfinance raises, told apart by what it means; its guesses ("possibly delisted") are not."""

from datetime import datetime, timedelta

from forecasting.errors import (
    BadAnswerError,
    NoConnectionError,
    PriceError,
    RateLimitedError,
    TooLittleHistoryError,
    UnknownTickerError,
)
from forecasting.prices.yahoo_session import LastAnswer

_SOURCE = "yahoo"
_NOT_FOUND, _TOO_MANY, _SERVER_FAILS = 404, 429, 500


def translated(err: Exception, ticker: str, last: LastAnswer, now: datetime) -> PriceError:
    """Return the price error that stands for an error of yfinance, curl or the answer's form.

    Args:
        err: What was raised.
        ticker: Asked for.
        last: The answer that it was raised about.
        now: When it was asked.
    """
    if isinstance(err, PriceError):
        return err
    kind = type(err).__name__
    detail = f"{kind}, status {last.status}"
    if kind == "YFRateLimitError" or last.status == _TOO_MANY:
        wait = last.retry_after_s
        return RateLimitedError(ticker, _SOURCE, now + timedelta(seconds=wait) if wait else None)
    if last.status >= _SERVER_FAILS or "CURRENTLY DOWN" in str(err):
        return NoConnectionError(ticker, _SOURCE, detail)
    if last.status == 0 and isinstance(err, OSError):
        return NoConnectionError(ticker, _SOURCE, kind, hung="timeout" in kind.lower())
    return _about_the_ticker(err, ticker, last) or BadAnswerError(ticker, _SOURCE, detail)


def _about_the_ticker(err: Exception, ticker: str, last: LastAnswer) -> PriceError | None:
    """Read Yahoo's own reason, in its JSON; a proxy's error page says nothing about a ticker."""
    reason = str(getattr(err, "yahoo_reason", None) or "").lower()
    if last.status == _NOT_FOUND and "no data found" in reason:
        return UnknownTickerError(ticker, _SOURCE)
    if "doesn't exist for startdate" in reason:
        return TooLittleHistoryError(ticker, _SOURCE, 1, 0)
    return None
