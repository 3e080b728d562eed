"""Prices from Yahoo Finance through the yfinance package, imported when first needed.

What has to be known of yfinance 1.7 and is handled here: it keeps one session, cookie and cache for
the whole process (so one question at a time); it caches failed answers of past date ranges (cleared
before each question); it swallows errors unless told not to; it says "possibly delisted" of all it
does not understand (never passed on); its `Ticker` looks an ISIN up on the network.
"""

import logging
import re
import warnings
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from forecasting.errors import (
    BadAnswerError,
    ForecastingError,
    InvalidTickerError,
    TooLittleHistoryError,
    UnknownTickerError,
)
from forecasting.prices.adjust import OVERLAP, joined, past_stands
from forecasting.prices.cleaning import Origin, RawBars, clean, closed_only
from forecasting.prices.first_prices import mended
from forecasting.prices.mending import mended_prices
from forecasting.prices.units import main_unit
from forecasting.prices.yahoo_faults import translated
from forecasting.prices.yahoo_frames import columns_of, dividends_of, splits_of
from forecasting.prices.yahoo_quotes import closing_quote
from forecasting.prices.yahoo_session import LastAnswer, make_session
from forecasting.sessions import last_closed, zone_of
from forecasting.ticker_notation import listing_of
from forecasting.values import Bars, parse_ticker

NAME = "yahoo"
YEARS = 15
"""How much history is asked for: more than any model input looks back on."""
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_KINDS = {"EQUITY", "ETF", "INDEX", "CRYPTOCURRENCY", "CURRENCY", "FUTURE", "MUTUALFUND"}
_OFFERED = 5
_REPAIRED = timedelta(days=730)


class YahooSource:
    """Yahoo's daily bars: prices come adjusted for splits, `Adj Close` for dividends as well."""

    def __init__(
        self, url: str | None = None, cache_dir: Path | None = None, timeout_s: float = 10.0
    ) -> None:
        """Import and ask nothing yet.

        Args:
            url: Address that stands in for Yahoo's hosts; None for those themselves.
            cache_dir: Private folder for yfinance's cookies; None for its own choice.
            timeout_s: Seconds to wait for one answer.
        """
        self._timeout_s = timeout_s
        self._url = url
        self._cache_dir = cache_dir
        self._last = LastAnswer()
        self._lock = Lock()
        self._library: Any = None
        self._session: Any = None

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`."""
        return NAME

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        """Return the closed sessions of a ticker; only the tail is fetched where `known` stands.

        Raises:
            UnknownTickerError: Yahoo says it has no such ticker; with what its search offers.
            TooLittleHistoryError: No session has closed yet.
            NoConnectionError: Yahoo could not be reached, or failed.
            RateLimitedError: Yahoo asks to wait.
            BadAnswerError: The answer is no price history, or contradicts itself.
        """
        with self._lock:
            try:
                self._check(ticker)
                return self._updated(ticker, now, known)
            except UnknownTickerError as err:
                raise UnknownTickerError(ticker, NAME, self._offers(ticker)) from err

    def repaired(self, ticker: str, now: datetime) -> Bars:
        """Return the last two years as yfinance's own repair sees them: one request more.

        Raises:
            PriceError: As for `history`.
        """
        with self._lock:
            return self._fetch(ticker, now, (now - _REPAIRED).date(), repair=True)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:  # noqa: ARG002
        """Return what Yahoo's symbol search offers; empty where it cannot be asked."""
        with self._lock:
            return self._offers(text)

    def _check(self, ticker: str) -> None:
        """Refuse what would reach other addresses of Yahoo's, or start look-ups on its own."""
        try:
            accepted = parse_ticker(ticker) == ticker and not _ISIN.fullmatch(ticker)
        except InvalidTickerError:
            accepted = False
        if not accepted:
            raise UnknownTickerError(ticker, NAME)

    def _updated(self, ticker: str, now: datetime, known: Bars | None) -> Bars:
        # Of which kind a currency's bars are shows in many of them only (`first_prices`).
        whole = ticker.endswith("=X")
        if known is not None and known.source == NAME and len(known) > OVERLAP and not whole:
            tail = self._tail(ticker, now, known.session(-OVERLAP))
            if tail is not None and past_stands(known, tail):
                return joined(known, tail, NAME)
        start = (now - timedelta(days=round(365.25 * YEARS))).date()
        return self._fetch(ticker, now, start)

    def _tail(self, ticker: str, now: datetime, start: date) -> Bars | None:
        """Return the newest bars, None where that answer alone makes no sense."""
        try:
            return self._fetch(ticker, now, start)
        except (BadAnswerError, TooLittleHistoryError):
            return None

    def _fetch(self, ticker: str, now: datetime, start: date, *, repair: bool = False) -> Bars:
        exchange, usual_currency = listing_of(ticker)
        try:
            frame, facts = self._download(ticker, exchange, start, repair=repair)
            raw = columns_of(frame)
        except Exception as err:
            raise translated(err, ticker, self._last, now) from err
        if not len(raw):
            raise TooLittleHistoryError(ticker, NAME, 1, 0)
        quoted = "" if ticker.startswith("^") else str(facts.get("currency") or usual_currency)
        currency, factor = main_unit(quoted)
        origin = Origin(ticker, NAME, currency, exchange)
        # Prices and dividends come in one unit, so they are compared before the scale is changed.
        splits, dividends = splits_of(frame), dividends_of(frame)
        return mended_prices(_closed(raw, origin, facts, now), splits, dividends).scaled(factor)

    def _download(
        self, ticker: str, exchange: str, start: date, *, repair: bool
    ) -> tuple[Any, dict[str, Any]]:
        share = self._ready().Ticker(ticker, session=self._session)
        # Known from the notation; else yfinance spends a request on it.
        share._tz = str(zone_of(exchange))  # noqa: SLF001
        frame = share.history(
            start=start.isoformat(),
            interval="1d",
            auto_adjust=False,
            repair=repair,
            timeout=self._timeout_s,
        )
        return frame, share.get_history_metadata()

    def _offers(self, text: str) -> tuple[str, ...]:
        try:
            found = self._ready().Search(
                " ".join(text.split())[:40],
                max_results=8,
                news_count=0,
                lists_count=0,
                include_cb=False,
                recommended=0,
                enable_fuzzy_query=True,
                session=self._session,
                timeout=self._timeout_s,
            )
            symbols = [q["symbol"] for q in found.quotes if q.get("quoteType") in _KINDS]
        except Exception:  # noqa: BLE001 (a courtesy; whatever goes wrong, there is no offer)
            return ()
        return tuple(s for s in symbols if _is_ticker(s))[:_OFFERED]

    def _ready(self) -> Any:
        if self._library is None:
            self._library = _load_library(self._cache_dir)
            self._session = make_session(self._url, self._last)
        self._last.clear()
        self._library.data.YfData(session=self._session).cache_get.cache_clear()
        return self._library


def _load_library(cache_dir: Path | None) -> Any:
    """Import yfinance, tell it to raise its errors, and keep its files in a private folder."""
    import yfinance  # noqa: PLC0415 (1-3 s and 100 MB)

    yfinance.config.debug.hide_exceptions = False
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)
    # It shows its own use of deprecated pandas to our users; its import installs the filter.
    warnings.filterwarnings("ignore", module=r"yfinance(\.|$)")
    if cache_dir is not None:
        cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        yfinance.cache.set_cache_location(str(cache_dir))
    return yfinance


def _closed(raw: RawBars, origin: Origin, facts: dict[str, Any], now: datetime) -> Bars:
    """Return the sessions that have closed; a currency's close is found in the rows after it."""
    if not origin.ticker.endswith("=X"):
        return clean(raw, origin, until=last_closed(origin.exchange, now))
    bars = clean(raw, origin)
    return closed_only(mended(bars, closing_quote(facts, bars)), now)


def _is_ticker(symbol: object) -> bool:
    try:
        return isinstance(symbol, str) and parse_ticker(symbol) == symbol
    except ForecastingError:
        return False
