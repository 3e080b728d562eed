"""Announcements from Yahoo Finance through yfinance; `yahoo_process` runs them in a process apart.

What has to be known of yfinance 1.7 and is handled here: `calendar` tells dates in the *machine's*
zone, so the process is moved to the exchange's; two dates are a window, not a day; the page behind
`get_earnings_dates` has the past and the hour but was stale, a day early or gone for months at a
time, so either half may be missing and the other still counts.
"""

import os
import time
from datetime import date, datetime, timedelta
from typing import Any

from forecasting.announcements.files import announcements_of
from forecasting.announcements.known import (
    APART,
    POST,
    PRE,
    UNKNOWN,
    Announcements,
    Certainty,
    nothing,
    with_certainty,
)
from forecasting.prices.yahoo import NAME, YahooSource
from forecasting.prices.yahoo_faults import translated
from forecasting.sessions import zone_of
from forecasting.ticker_notation import kind_of, listing_of

_PAST = 25
"""Rows asked for: six years, one answer."""
_NOON = 12


class YahooAnnouncements(YahooSource):
    """Asks Yahoo for the next announcement and the past ones, over the session of its prices."""

    def announcements(self, ticker: str, now: datetime) -> Announcements:
        """Return past days and the next one; empty for what is no share.

        Raises:
            PriceError: Yahoo could not be reached, failed, or asks to wait.
        """
        if kind_of(ticker) != "share":
            return nothing(ticker)
        with self._lock:
            share = self._share(ticker)
            days, first = _past(share)
            coming, second = _coming(share)
        if isinstance(first, Exception) and isinstance(second, Exception):
            raise translated(second, ticker, self._last, now) from second
        return combined(ticker, days, coming, now.date())

    def _share(self, ticker: str) -> Any:
        library = self._ready()
        zone = str(zone_of(listing_of(ticker)[0]))
        os.environ["TZ"] = zone
        time.tzset()
        share = library.Ticker(ticker, session=self._session)
        share._tz = zone  # noqa: SLF001 (known from the notation; else it is asked for)
        return share


def combined(ticker: str, days: dict[date, int], coming: list[date], today: date) -> Announcements:
    """Return one list from Yahoo's two answers.

    Args:
        ticker: Yahoo's notation.
        days: Times of day by date, past and perhaps coming ones.
        coming: The calendar's date; two are the ends of a window that is not confirmed.
        today: Which days lie ahead.
    """
    window = sorted(day for day in coming if day >= today)
    if not window:
        return with_certainty(announcements_of(ticker, days, NAME), Certainty.ESTIMATED)
    middle = window[0] + (window[-1] - window[0]) // 2
    # The calendar is the newer of the two: what the page says of this quarter gives way.
    near = {day: at for day, at in days.items() if day > today - timedelta(days=APART // 3)}
    kept = {day: at for day, at in days.items() if day < today or day not in near}
    kept[middle] = near.get(middle, UNKNOWN)
    certainty = Certainty.CONFIRMED if len(set(window)) == 1 else Certainty.ESTIMATED
    return with_certainty(announcements_of(ticker, kept, NAME), certainty)


def _past(share: Any) -> tuple[dict[date, int], Exception | None]:
    try:
        frame = share.get_earnings_dates(limit=_PAST)
        stamps = [] if frame is None else [stamp for stamp in frame.index if stamp == stamp]  # noqa: PLR0124 (NaT)
        return {stamp.date(): _time(stamp.hour, stamp.minute) for stamp in stamps}, None
    except Exception as err:  # noqa: BLE001 (a page that is scraped: anything)
        return {}, err


def _time(hour: int, minute: int) -> int:
    if hour == 0 and minute == 0:
        return UNKNOWN
    return PRE if hour < _NOON else POST


def _coming(share: Any) -> tuple[list[date], Exception | None]:
    try:
        return list((share.calendar or {}).get("Earnings Date") or []), None
    except Exception as err:  # noqa: BLE001
        return [], err
