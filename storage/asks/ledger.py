"""Every forecast ever given: append only, each row chained to the one before by its hash."""

from datetime import date, datetime
from typing import Protocol

from forecasting.values import Forecast
from storage.records import ChainLink, ChainReport, DailyHead, Issued


class LedgerStore(Protocol):
    """Forecasts and the proof that none was changed, dropped or slipped in."""

    def issue(self, forecast: Forecast, now: datetime) -> Issued:
        """Write a forecast down before anyone sees it.

        Returns:
            Its row; the earlier one, `new` False, where (ticker, as_of, model_version,
            data_digest) was issued before: same question, same answer.
        """
        ...

    def find_forecast(self, forecast_id: int) -> Issued | None:
        """Return a forecast by its id, or None."""
        ...

    def latest_issued(
        self, ticker: str, as_of: date, model_version: str, data_digest: str
    ) -> Issued | None:
        """Return the answer this question got before, or None."""
        ...

    def forecasts_of(
        self, ticker: str, limit: int, until: date | None = None
    ) -> tuple[Issued, ...]:
        """Return a ticker's forecasts, newest first, with an as-of not after `until`."""
        ...

    def head(self) -> ChainLink | None:
        """Return the chain's newest link, None for an empty ledger."""
        ...

    def chain(self, first: int, last: int) -> tuple[ChainLink, ...]:
        """Return the links with ids from `first` to `last`, both included."""
        ...

    def verify_chain(self) -> ChainReport:
        """Walk the whole chain in batches, recompute every hash, check the published heads."""
        ...

    def publish_head(self, day: date, now: datetime) -> DailyHead | None:
        """Record the chain's head as the day's and return it; the first record of a day stays.

        Returns:
            None while the ledger is empty.
        """
        ...

    def head_covering(self, forecast_id: int) -> DailyHead | None:
        """Return the first published head at or after a forecast, None when there is none yet."""
        ...

    def daily_heads(self, limit: int) -> tuple[DailyHead, ...]:
        """Return the published heads, newest first."""
        ...
