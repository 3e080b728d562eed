"""Which ticker a file holds, by its name: `BRK.B.csv`, `aapl_us_d.csv`, `7203.T.csv.gz`."""

import re
from pathlib import Path

from forecasting.errors import InvalidTickerError
from forecasting.values import parse_ticker

TABLES = (".csv", ".txt", ".parquet", ".csv.gz", ".txt.gz")
"""How names of files end that are looked into."""
_STOOQ = re.compile(r"(.+?)[._]us(?:_d)?", re.IGNORECASE)


def is_table(name: str) -> bool:
    """Return whether a file of a folder is looked into, by its name."""
    return name.lower().endswith(TABLES) and not name.startswith(".")


def is_parquet(path: Path) -> bool:
    """Return whether a file is a parquet table, by its name."""
    return path.suffix.lower() == ".parquet"


def ticker_of_file(path: Path) -> str:
    """Return the ticker that a file's name stands for."""
    ending = next(
        (end for end in sorted(TABLES, key=len)[::-1] if path.name.lower().endswith(end)), ""
    )
    return ticker_in(path.name[: len(path.name) - len(ending)])


def ticker_in(text: str) -> str:
    """Return the ticker that a text writes in Yahoo's, Stooq's or New York's notation."""
    name = text.strip()
    stooq = _STOOQ.fullmatch(name)
    try:
        return parse_ticker(stooq[1] if stooq else name)
    except InvalidTickerError:
        return name.upper()
