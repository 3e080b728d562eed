"""What is kept so that it need not be fetched or uploaded again."""

from datetime import datetime
from typing import Protocol

from forecasting.values import Bars
from storage.records import PhotoKey
from storage.work import CachedBars


class PhotoStore(Protocol):
    """Pictures that Telegram already has."""

    def find_photo(self, key: PhotoKey) -> str | None:
        """Return the `file_id` of an uploaded picture, or None."""
        ...

    def save_photo(self, key: PhotoKey, file_id: str, now: datetime) -> None:
        """Keep the `file_id` of an uploaded picture, in place of an earlier one."""
        ...

    def drop_photo(self, key: PhotoKey) -> None:
        """Forget a picture that Telegram no longer accepts."""
        ...


class PriceCacheStore(Protocol):
    """Histories by (source, ticker), and what a source said it does not have."""

    def load_bars(self, source: str, ticker: str) -> CachedBars | None:
        """Return the kept bars; None where there are none or they fail their digest."""
        ...

    def save_bars(self, source: str, bars: Bars, checked_at: datetime) -> None:
        """Keep bars in place of earlier ones, and forget that their ticker was unknown."""
        ...

    def load_unknown(self, source: str, ticker: str) -> datetime | None:
        """Return until when a source need not be asked about an unknown ticker, or None."""
        ...

    def save_unknown(self, source: str, ticker: str, until: datetime) -> None:
        """Note that a source does not know a ticker."""
        ...
