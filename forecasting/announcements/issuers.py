"""Which tickers have results to announce: companies have, funds and all that is no share have not.

Yahoo writes a fund like a share, so the well-known ones are named in `funds.txt`; a mutual fund of
the US has five letters, the last an X.
"""

import re
from functools import cache
from pathlib import Path

from forecasting.ticker_notation import kind_of

_FUNDS = Path(__file__).parent / "funds.txt"
_MUTUAL = re.compile(r"[A-Z]{4}X")


def tells_results(ticker: str) -> bool:
    """Return whether a ticker in Yahoo's notation is of a company, so far as its name tells."""
    fund = ticker in _funds() or _MUTUAL.fullmatch(ticker) is not None
    return not fund and kind_of(ticker) == "share"


@cache
def _funds() -> frozenset[str]:
    lines = _FUNDS.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
