"""Yahoo's announcements as a process: `python -m forecasting.announcements.yahoo_process`."""

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forecasting.announcements.known import Announcements
from forecasting.prices.subprocess_source import SubprocessSource, serve
from forecasting.prices.yahoo import NAME

_IDLE_S = 60.0


class SubprocessAnnouncements(SubprocessSource):
    """Passes questions to Yahoo in another process, which ends when it has rested."""

    def __init__(self, url: str | None = None, cache_dir: Path | None = None) -> None:
        """Start nothing yet; arguments as for `YahooSource`."""
        folder = "" if cache_dir is None else str(cache_dir)
        super().__init__(NAME, (sys.executable, "-m", __name__, url or "", folder), idle_s=_IDLE_S)

    def announcements(self, ticker: str, now: datetime) -> Announcements:
        """Return what Yahoo says.

        Raises:
            PriceError: It cannot say.
        """
        found: Announcements = self.answer("announcements", ticker, now)
        return replace(found)  # built anew: its arrays are read-only again


if __name__ == "__main__":
    from forecasting.announcements.yahoo import YahooAnnouncements

    address, directory = sys.argv[1:]
    serve(YahooAnnouncements(address or None, Path(directory) if directory else None))
