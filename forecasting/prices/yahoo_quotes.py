"""The live quote that goes with Yahoo's daily bars: whether it says how the newest day ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

from forecasting.sessions import next_session, session_close, session_open
from forecasting.values import Bars

_FRIDAY_EVENING = timedelta(hours=3)
"""Currencies stop some hours before the midnight at which the calendar closes the day."""
_AFTER_THE_OPEN = timedelta(hours=1)


def closing_quote(facts: dict[str, Any], bars: Bars) -> float | None:
    """Return the price at which the newest bar's day ended, None where it is of another time.

    Args:
        facts: The answer's own remarks: `regularMarketPrice`, `regularMarketTime`.
        bars: All bars of the answer, on a calendar that closes at midnight.
    """
    price, at = facts.get("regularMarketPrice"), _instant(facts.get("regularMarketTime"))
    if not isinstance(price, int | float) or price <= 0 or at is None:
        return None
    ended = session_close(bars.exchange, bars.as_of) - _FRIDAY_EVENING
    following = session_open(bars.exchange, next_session(bars.exchange, bars.as_of))
    return float(price) if ended <= at <= following + _AFTER_THE_OPEN else None


def _instant(value: Any) -> datetime | None:
    seconds = value if isinstance(value, int | float) else getattr(value, "timestamp", None)
    if callable(seconds):
        seconds = seconds()
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
