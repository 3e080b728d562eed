"""Price files of simulated tickers, as the price source `files` reads them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np


def write_prices(folder: Path, days: Sequence[date], count: int) -> list[str]:
    """Write SPY and `count` random walks of 2 % a session into a folder; return their tickers.

    Args:
        folder: Where each ticker gets a CSV file.
        days: Sessions of the histories.
        count: How many tickers beside SPY.
    """
    tickers = [f"T{n:02d}" for n in range(count)]
    for number, ticker in enumerate(["SPY", *tickers]):
        rng = np.random.default_rng(number)
        close = 100 * np.exp(np.cumsum(0.02 * rng.standard_normal(len(days))))
        lines = ["Date,Open,High,Low,Close,Adj Close,Volume"]
        lines += [
            f"{d},{c:.4f},{c * 1.01:.4f},{c * 0.99:.4f},{c:.4f},{c:.4f},1000000"
            for d, c in zip(days, close, strict=True)
        ]
        (folder / f"{ticker}.csv").write_text("\n".join(lines))
    return tickers
