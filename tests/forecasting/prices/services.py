"""Loopback servers that speak the formats of Yahoo's chart service, Alpha Vantage and Tiingo."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.sessions import zone_of
from forecasting.values import Bars


@dataclass
class Answer:
    """One HTTP answer; `delay_s` holds it back."""

    status: int = 200
    body: Any = ""
    content_type: str = "application/json;charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0

    def encoded(self) -> bytes:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


Respond = Callable[[str, dict[str, str]], Answer | None]
CONSENT = Answer(
    200, "<html><body><h1>Before you continue</h1></body></html>", "text/html; charset=utf-8"
)
TOO_MANY = Answer(429, "Too Many Requests", "text/plain")


@dataclass
class Service:
    """A running server: what it was asked, and what it is to answer instead of the usual."""

    respond: Respond
    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    instead: list[Answer] = field(default_factory=list)
    always: Answer | None = None
    match: str = "/"

    def requests(self, path: str) -> list[dict[str, str]]:
        return [query for asked, query in self.asked if asked.startswith(path)]

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        self.asked.append((path, query))
        if path.startswith(self.match):
            if self.instead:
                return self.instead.pop(0)
            if self.always is not None:
                return self.always
        return self.respond(path, query) or Answer(404, "not here", "text/plain")


@contextmanager
def running(respond: Respond, match: str) -> Iterator[Service]:
    """Serve on a free port of the loopback until the block ends."""
    service = Service(respond, match=match)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            found = service.answer(unquote(parts.path), query)
            body = found.encoded()
            sleep(found.delay_s)
            self.send_response(found.status)
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the other side may have given up
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class YahooMarket:
    """What the imitation of Yahoo knows; tests change it as days go by."""

    bars: dict[str, Bars] = field(default_factory=dict)
    currency: dict[str, str] = field(default_factory=dict)
    splits: dict[str, list[tuple[date, float]]] = field(default_factory=dict)
    holes: dict[str, list[date]] = field(default_factory=dict)
    quotes: dict[str, tuple[float, int]] = field(default_factory=dict)

    def respond(self, path: str, query: dict[str, str]) -> Answer | None:
        if path.startswith("/v8/finance/chart/"):
            return self.chart(path.rpartition("/")[2], query)
        if path == "/v1/finance/search":
            return self.search(query["q"])
        if path == "/v1/test/getcrumb":
            return Answer(200, "cRuMb", "text/plain")
        return None

    def chart(self, ticker: str, query: dict[str, str]) -> Answer:
        if ticker not in self.bars:
            return Answer(404, chart_error("Not Found", "No data found, symbol may be delisted"))
        first = datetime.fromtimestamp(int(query["period1"]), UTC).date()
        last = datetime.fromtimestamp(int(query["period2"]), UTC).date()
        bars = self.bars[ticker].between(first, last)
        if not len(bars):
            text = f"Data doesn't exist for startDate = {query['period1']}, endDate = 9"
            return Answer(400, chart_error("Bad Request", text))
        return Answer(body=self.body(ticker, bars))

    def body(self, ticker: str, bars: Bars) -> dict[str, Any]:
        zone = zone_of(bars.exchange)
        holes = {np.datetime64(day, "D") for day in self.holes.get(ticker, [])}
        missing = [day in holes for day in bars.sessions]
        quote = {
            name: [None if gone else float(np.float32(v)) for v, gone in zip(column, missing, strict=True)]
            for name, column in [
                ("open", bars.open), ("high", bars.high), ("low", bars.low), ("close", bars.close),
                ("volume", bars.volume), ("adjclose", bars.adj_close),
            ]
        }  # fmt: skip
        adjusted = quote.pop("adjclose")
        result = {
            "meta": self.meta(ticker, zone),
            "timestamp": [_opening(day.item(), zone) for day in bars.sessions],
            "indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted}]},
        }
        events = {
            str(_opening(day, zone)): {
                "date": _opening(day, zone), "numerator": shares, "denominator": 1.0,
                "splitRatio": f"{shares:g}:1",
            }
            for day, shares in self.splits.get(ticker, [])
        }  # fmt: skip
        if events:
            result["events"] = {"splits": events}
        return {"chart": {"result": [result], "error": None}}

    def meta(self, ticker: str, zone: ZoneInfo) -> dict[str, Any]:
        price, at = self.quotes.get(ticker, (100.0, 1718395200))
        period = {"timezone": "X", "start": 1718371800, "end": 1718395200, "gmtoffset": 0}
        return {
            "currency": self.currency.get(ticker, self.bars[ticker].currency),
            "symbol": ticker,
            "exchangeName": "NMS",
            "instrumentType": "EQUITY",
            "firstTradeDate": 345479400,
            "regularMarketTime": at,
            "gmtoffset": 0,
            "timezone": "X",
            "exchangeTimezoneName": str(zone),
            "regularMarketPrice": price,
            "chartPreviousClose": 100.0,
            "priceHint": 2,
            "currentTradingPeriod": {"pre": period, "regular": period, "post": period},
            "dataGranularity": "1d",
            "range": "",
            "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
        }

    def search(self, text: str) -> Answer:
        quotes = [
            {"symbol": t, "quoteType": "EQUITY", "shortname": f"{t} Corp", "exchange": "NMS"}
            for t in self.bars
            if t[:2] == text.upper()[:2]
        ]
        odd = [{"name": "no symbol"}, {"symbol": "../etc", "quoteType": "EQUITY"}]
        return Answer(body={"count": len(quotes), "quotes": [*odd, *quotes], "news": []})


def chart_error(code: str, description: str) -> dict[str, Any]:
    return {"chart": {"result": None, "error": {"code": code, "description": description}}}


def _opening(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(9, 30), zone).timestamp())


@dataclass
class AlphaMarket:
    """What the imitation of Alpha Vantage knows: prices as traded, splits apart."""

    bars: dict[str, Bars] = field(default_factory=dict)
    splits: dict[str, list[tuple[date, float]]] = field(default_factory=dict)
    paid: bool = False

    def respond(self, path: str, query: dict[str, str]) -> Answer | None:
        if path != "/query":
            return None
        function, symbol = query["function"], query.get("symbol", "")
        if function == "SYMBOL_SEARCH":
            return Answer(body={"bestMatches": [_match(s) for s in self.bars]})
        if symbol not in self.bars:
            return Answer(body={"Error Message": INVALID_CALL})
        if function == "SPLITS":
            return Answer(body=self.split_list(symbol))
        if function == "TIME_SERIES_DAILY_ADJUSTED" and not self.paid:
            return Answer(body={"Information": PREMIUM.format(key=query["apikey"])})
        return Answer(body=self.series(symbol, adjusted=function.endswith("ADJUSTED")))

    def series(self, symbol: str, *, adjusted: bool) -> dict[str, Any]:
        bars = self.bars[symbol] if adjusted else self.bars[symbol].rows(slice(-100, None))
        coefficients = {np.datetime64(d, "D"): s for d, s in self.splits.get(symbol, [])}
        rows = {}
        for i in reversed(range(len(bars))):
            values = [("open", bars.open[i]), ("high", bars.high[i]), ("low", bars.low[i])]
            values.append(("close", bars.close[i]))
            if adjusted:
                values.append(("adjusted close", bars.adj_close[i]))
            values.append(("volume", bars.volume[i]))
            if adjusted:
                values.append(("dividend amount", 0.0))
                values.append(("split coefficient", coefficients.get(bars.sessions[i], 1.0)))
            rows[str(bars.sessions[i])] = {
                f"{k}. {name}": f"{value:.4f}" for k, (name, value) in enumerate(values, 1)
            }
        meta = {"1. Information": "Daily Prices", "2. Symbol": symbol, "5. Time Zone": "US/Eastern"}
        return {"Meta Data": meta, "Time Series (Daily)": rows}

    def split_list(self, symbol: str) -> dict[str, Any]:
        data = [
            {"effective_date": str(day), "split_factor": f"{shares:.4f}"}
            for day, shares in self.splits.get(symbol, [])
        ]
        return {"symbol": symbol, "data": data}


INVALID_CALL = "Invalid API call. Please retry or visit the documentation for TIME_SERIES_DAILY."
PREMIUM = "Thank you! This is a premium endpoint. Your API key {key} may subscribe to a plan."
DAY_QUOTA = (
    "We have detected your API key as {key} and our standard API rate limit is 25 requests per "
    "day. Please subscribe to any of the premium plans to instantly remove all daily rate limits."
)
BURST = (
    "Thank you for using our API! Please consider spacing out your free API requests more "
    "sparingly (1 request per second). You may subscribe to any of the premium plans to lift the "
    "free key rate limit (25 requests per day) and unlock all premium endpoints."
)
MINUTE_QUOTA = "Thank you for using our API! Our standard call frequency is 5 calls per minute."


def _match(symbol: str) -> dict[str, str]:
    return {"1. symbol": symbol, "2. name": f"{symbol} Corp", "4. region": "United States"}


@dataclass
class TiingoMarket:
    """What the imitation of Tiingo knows: prices as traded beside adjusted ones, events by day."""

    bars: dict[str, Bars] = field(default_factory=dict)
    splits: dict[str, list[tuple[date, float]]] = field(default_factory=dict)
    paid: dict[str, dict[date, float]] = field(default_factory=dict)

    def respond(self, path: str, query: dict[str, str]) -> Answer | None:
        if path == "/tiingo/utilities/search":
            found = [{"ticker": t, "name": f"{t} Corp", "assetType": "Stock"} for t in self.bars]
            return Answer(
                body=[row for row in found if row["ticker"][:2] == query["query"].upper()[:2]]
            )
        parts = path.split("/")
        if parts[:3] != ["", "tiingo", "daily"] or parts[-1] != "prices":
            return None
        ticker = parts[3].upper()
        if ticker not in self.bars:
            return Answer(404, {"detail": f"Error: Ticker '{ticker}' not found"})
        return Answer(body=self.rows(ticker, date.fromisoformat(query["startDate"])))

    def rows(self, ticker: str, start: date) -> list[dict[str, Any]]:
        """Prices as traded are those of `bars` times all later splits."""
        bars = self.bars[ticker].between(start, None)
        factor = np.ones(len(bars))
        for day, shares in self.splits.get(ticker, []):
            factor[bars.sessions < np.datetime64(day)] *= shares
        events = dict(self.splits.get(ticker, []))
        paid = self.paid.get(ticker, {})
        rows = []
        for i in range(len(bars)):
            ratio = bars.adj_close[i] / bars.close[i]
            names = ("open", "high", "low", "close")
            traded = {n: float(getattr(bars, n)[i] * factor[i]) for n in names}
            adjusted = {f"adj{n.title()}": float(getattr(bars, n)[i] * ratio) for n in names}
            day = bars.session(i)
            rows.append({
                "date": f"{day}T00:00:00.000Z", **traded, **adjusted,
                "volume": int(bars.volume[i] / factor[i]), "adjVolume": int(bars.volume[i]),
                "divCash": paid.get(day, 0.0), "splitFactor": events.get(day, 1.0),
            })  # fmt: skip
        return rows
