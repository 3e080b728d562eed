"""The lasting cache of prices, which an answer can do without: a full disk spoils none."""

from datetime import datetime

from forecasting.prices.cached import KeptBars
from forecasting.values import Bars
from storage.errors import CannotWriteError
from storage.store import Store


class PriceNotes:
    """Reads and keeps histories; what cannot be written is only not kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load_bars(self, source: str, ticker: str) -> KeptBars | None:
        """Return the kept bars, None where there are none."""
        return self._store.load_bars(source, ticker)

    def save_bars(self, source: str, bars: Bars, checked_at: datetime) -> None:
        """Keep bars, where that can be."""
        try:
            self._store.save_bars(source, bars, checked_at)
        except CannotWriteError:
            return

    def load_unknown(self, source: str, ticker: str) -> datetime | None:
        """Return until when a source need not be asked about an unknown ticker, or None."""
        return self._store.load_unknown(source, ticker)

    def save_unknown(self, source: str, ticker: str, until: datetime) -> None:
        """Note that a source does not know a ticker, where that can be."""
        try:
            self._store.save_unknown(source, ticker, until)
        except CannotWriteError:
            return
