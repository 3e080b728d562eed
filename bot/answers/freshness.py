"""How old a kept forecast is."""

from contextlib import suppress
from datetime import datetime

from forecasting.errors import CalendarError
from forecasting.sessions import exchange_of, last_closed, sessions_between
from storage.records.ledger import Issued


def sessions_old(issued: Issued, now: datetime) -> int:
    """Return how many sessions closed since a forecast's as-of; 0 where no calendar tells."""
    exchange = exchange_of(issued.forecast.ticker)
    with suppress(CalendarError):
        newest = last_closed(exchange, now)
        return max(0, sessions_between(exchange, issued.forecast.as_of, newest))
    return 0
