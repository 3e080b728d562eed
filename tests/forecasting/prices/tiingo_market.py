"""An imitation of Tiingo, for `services.running`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from forecasting.values import Bars
from tests.forecasting.prices.services import Answer


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
