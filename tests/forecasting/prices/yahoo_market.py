"""An imitation of Yahoo's chart service, for `services.running`."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.sessions import zone_of
from forecasting.values import Bars
from tests.forecasting.prices.services import Answer


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
