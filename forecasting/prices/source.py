"""What every price source promises. The sources themselves are one file each beside this one."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from forecasting.values import Bars


class PriceSource(Protocol):
    """Daily histories by ticker; may block on network or disk, so never called on an event loop."""

    @property
    def name(self) -> str:
        """The source's name as in `PRICE_SOURCE`; goes into every forecast."""
        ...

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        """Return all closed sessions of a ticker, adjusted for splits and dividends as of `now`.

        Args:
            ticker: In Yahoo's notation, parsed.
            now: Aware UTC instant; no bar of a session that closes after it is returned.
            known: What a cache holds. A source that can fetch a part of a history asks only for
                what follows it, and for everything when an adjustment since changed the past.

        Raises:
            PriceError: One of its children, never a foreign error.
        """
        ...

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        """Return tickers that `text` may have meant, best first; empty where there is no search."""
        ...


@runtime_checkable
class Repairing(Protocol):
    """A source that can look at its own newest prices again, in another way."""

    def repaired(self, ticker: str, now: datetime) -> Bars:
        """Return the last two years with what the service's own repair changed.

        Raises:
            PriceError: It cannot be had.
        """
        ...
