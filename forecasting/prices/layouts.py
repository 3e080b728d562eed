"""The one table of layouts: by which names price files call their columns.

- Yahoo's download, `yfinance` before 0.2.51: `Date,Open,High,Low,Close,Adj Close,Volume`
- `yfinance` since 0.2.51: `Price,Close,High,...` above `Ticker,ACME,ACME,...` and `Date,,,...`
- nasdaq.com: `Date,Close/Last,Volume,Open,High,Low`, prices with `$`
- investing.com: `Date,Price,Open,High,Low,Vol.,Change %`, volumes such as `1.2M`
- Stooq, one ticker: `Date,Open,High,Low,Close,Volume`
- Stooq, in bulk: `<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,...`, tickers such as `ACME.US`
- Alpha Vantage: `timestamp,open,high,low,close[,adjusted_close],volume,...`
- Excel in German, French, Spanish, Italian, Portuguese: `Datum;Eröffnung;Hoch;Tief;Schluss;...`
- investing.com in Russian and German
- pandas to CSV and to parquet: any of these, the dates in a column or in the index, named or not
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = ("open", "high", "low", "close", "adj_close", "volume")
"""Numbers of a price table, in the order in which they are handed on."""
# The first name that a file has counts: a file with both `close` and `price` closes at `close`.
_NAMES: dict[str, tuple[str, ...]] = {
    "date": (
        "date", "timestamp", "datetime", "day", "time", "index_level_0", "datum", "data", "fecha",
        "дата",
    ),
    "open": (
        "open", "1_open", "opening_price", "eröffnung", "erster", "ouverture", "ouv", "apertura",
        "abertura", "eröffn", "откр",
    ),
    "high": (
        "high", "2_high", "hoch", "tageshoch", "haut", "plus_haut", "máximo", "max", "massimo",
        "макс",
    ),
    "low": (
        "low", "3_low", "tief", "tagestief", "bas", "plus_bas", "mínimo", "min", "minimo", "мин",
    ),
    "close": (
        "close", "close_last", "4_close", "closing_price", "last", "price", "schluss",
        "schlusskurs", "clôture", "cloture", "dernier", "cierre", "último", "ultimo", "chiusura",
        "fechamento", "zuletzt", "цена",
    ),
    "adj_close": (
        "adj_close", "adjclose", "adjusted_close", "adj_close_price", "5_adjusted_close",
    ),
    "volume": (
        "volume", "vol", "5_volume", "6_volume", "volumen", "volumes", "stück", "umsatz", "объём",
    ),
    "ticker": ("ticker", "symbol"),
    "period": ("per",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table has what.

    Attributes:
        positions: Column by what it is: `date`, `open`, ... `ticker`, `period`.
        names: All column names, as the file writes them.
    """

    positions: dict[str, int]
    names: tuple[str, ...]

    @property
    def is_prices(self) -> bool:
        """Whether there are dates and closes, without which nothing is a price table."""
        return {"date", "close"} <= self.positions.keys()


def layout_of(header: Sequence[str]) -> Layout:
    """Return what the columns of a header are; those that no layout names are left out."""
    plain = [plain_name(cell) for cell in header]
    positions: dict[str, int] = {}
    for what, names in _NAMES.items():
        found = next((plain.index(name) for name in names if name in plain), None)
        if found is not None and found not in positions.values():
            positions[what] = found
    if "date" not in positions and plain[:1] == [""]:
        positions["date"] = 0
    return Layout(positions, tuple(header))


def plain_name(text: str) -> str:
    """Return a column's name in lower case, with `_` for all that is no letter or digit."""
    return re.sub(r"[\W_]+", "_", text.strip().lower()).strip("_")
