"""What came of the forecasts: rows that are added once and never edited."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from storage.records import CameTrue, DueResolution, Resolution, ResolvedForecast, TrackTotals


class ResolutionStore(Protocol):
    """The results of issued forecasts."""

    def due_tickers(self, until: date) -> tuple[str, ...]:
        """Return the tickers with unresolved targets up to a day, in order."""
        ...

    def due_resolutions(
        self, until: date, limit: int, ticker: str | None = None
    ) -> tuple[DueResolution, ...]:
        """Return unresolved (forecast, horizon) pairs with a target up to a day.

        They are ordered by ticker, target and forecast, so that a batch needs few histories.
        """
        ...

    def resolve(self, results: Sequence[Resolution], now: datetime) -> int:
        """Add results and return how many; those that have one already are passed over.

        Raises:
            ConflictError: A forecast is not in the ledger.
        """
        ...

    def resolutions_of(
        self, ticker: str | None = None, horizon: int | None = None, limit: int = 1000
    ) -> tuple[ResolvedForecast, ...]:
        """Return resolved and void results, newest target first, of a ticker and horizon or all."""
        ...

    def resolutions_for(self, forecast_id: int) -> tuple[Resolution, ...]:
        """Return a forecast's results by rising horizon."""
        ...

    def track_totals(self, ticker: str | None = None) -> tuple[TrackTotals, ...]:
        """Return counts and sums by rising horizon, of a ticker or all."""
        ...

    def pit_histogram(
        self, ticker: str | None = None, horizon: int | None = None, bins: int = 20
    ) -> tuple[int, ...]:
        """Return how many resolved results fell into each of `bins` equal parts of 0..1."""
        ...

    def came_true(self, horizons: Sequence[int], since: datetime) -> tuple[CameTrue, ...]:
        """Return forecast messages whose forecast was resolved at a horizon since an instant.

        Only live, unpaused places that want replies. Enqueue each under (message, horizon): what
        a crash cut off is found again, and nothing is sent twice.
        """
        ...
