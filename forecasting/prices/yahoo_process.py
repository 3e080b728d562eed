"""Yahoo's source as a process: `python -m forecasting.prices.yahoo_process URL FOLDER`.

Empty arguments stand for Yahoo's own hosts and yfinance's own folder.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from forecasting.prices.subprocess_source import SubprocessSource, serve
from forecasting.prices.yahoo import NAME, YahooSource


def yahoo_in_subprocess(url: str | None, cache_dir: Path | None) -> SubprocessSource:
    """Return Yahoo's source in a process of its own; arguments as for `YahooSource`."""
    folder = "" if cache_dir is None else str(cache_dir)
    command: Sequence[str] = (sys.executable, "-m", __name__, url or "", folder)
    return SubprocessSource(NAME, command)


if __name__ == "__main__":
    address, directory = sys.argv[1:]
    serve(YahooSource(address or None, Path(directory) if directory else None))
