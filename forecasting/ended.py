"""Whether a ticker still trades: a forecast of one that does not would be about nothing."""

from collections.abc import Callable
from datetime import datetime

from forecasting.errors import EndedTickerError
from forecasting.sessions import last_closed, sessions_between, sessions_old
from forecasting.values import Bars

ENDED_AFTER = 30
"""Sessions of its exchange without a bar after which a ticker counts as ended."""
_LIVE = frozenset({"yahoo", "tiingo", "alphavantage"})  # services that have each day's prices


def refuse_ended(bars: Bars, now: datetime, market: Callable[[], Bars | None]) -> None:
    """Refuse a ticker that no longer trades; prices at hand may all be old, and prove nothing.

    Args:
        bars: Its history, as new as it can be had.
        now: Aware UTC.
        market: Returns the market's bars, None where they are missing; asked only if needed.

    Raises:
        EndedTickerError: Its exchange has traded for weeks since.
    """
    if sessions_old(bars, now) <= ENDED_AFTER or bars.note:
        return
    newest = last_closed(bars.exchange, now)
    if not _LIVE & set(bars.source.split("+")):
        other = market()
        newest = bars.as_of if other is None else min(newest, other.as_of)
    if sessions_between(bars.exchange, bars.as_of, newest) > ENDED_AFTER:
        raise EndedTickerError(bars.ticker, bars.source, bars.as_of)
