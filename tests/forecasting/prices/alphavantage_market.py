"""An imitation of Alpha Vantage, for `services.running`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from forecasting.values import Bars
from tests.forecasting.prices.services import Answer


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
