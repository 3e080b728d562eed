"""The price cache: what was fetched and need not be fetched again."""

import hashlib
import logging
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, select

from forecasting.values import Bars
from storage.bars_blob import pack_bars, unpack_bars
from storage.records.work import CachedBars
from storage.store_part import StorePart
from storage.tables import work

logger = logging.getLogger(__name__)


class PriceCacheStore(StorePart):
    """Histories by (source, ticker), and what a source said it does not have."""

    def load_bars(self, source: str, ticker: str) -> CachedBars | None:
        """Return the kept bars; None where there are none or they fail their digest."""
        kept = work.price_bars
        query = select(kept).where(kept.c.source == source, kept.c.ticker == ticker)
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        if row["digest"] != _digest(row):
            logger.warning("price_cache_damaged source=%s ticker=%s", source, ticker)
            return None
        return CachedBars(_bars(row), row["checked_at"])

    def kept_bars(self) -> tuple[tuple[str, str], ...]:
        """Return source and ticker of all kept bars, by ticker."""
        kept = work.price_bars.c
        with self._db.reading() as connection:
            rows = connection.execute(select(kept.source, kept.ticker).order_by(kept.ticker))
            return tuple((source, ticker) for source, ticker in rows)

    def save_bars(self, source: str, bars: Bars, checked_at: datetime) -> None:
        """Keep bars in place of earlier ones, and forget that their ticker was unknown."""
        key = {"source": source, "ticker": bars.ticker}
        values: dict[str, Any] = {
            "exchange": bars.exchange,
            "currency": bars.currency,
            "bars_source": bars.source,
            "note": bars.note,
            "bars": pack_bars(bars),
        }
        values |= {"digest": _digest(key | values), "checked_at": checked_at}
        statement = self._db.insert(work.price_bars).values(key | values)
        unknown = work.unknown_tickers
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_=values)
            )
            connection.execute(
                delete(unknown).where(unknown.c.source == source, unknown.c.ticker == bars.ticker)
            )

    def load_unknown(self, source: str, ticker: str) -> datetime | None:
        """Return until when a source need not be asked about an unknown ticker, or None."""
        unknown = work.unknown_tickers.c
        query = select(unknown.until).where(unknown.source == source, unknown.ticker == ticker)
        with self._db.reading() as connection:
            return connection.execute(query).scalar()

    def save_unknown(self, source: str, ticker: str, until: datetime) -> None:
        """Note that a source does not know a ticker."""
        key = {"source": source, "ticker": ticker}
        statement = self._db.insert(work.unknown_tickers).values(key | {"until": until})
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_={"until": until})
            )


def _digest(row: RowMapping | dict[str, Any]) -> str:
    names = ("source", "ticker", "exchange", "currency", "bars_source", "note")
    sha = hashlib.sha256("\0".join(row[name] for name in names).encode())
    sha.update(row["bars"])
    return sha.hexdigest()


def _bars(row: RowMapping) -> Bars:
    return unpack_bars(
        row["bars"],
        ticker=row["ticker"],
        currency=row["currency"],
        source=row["bars_source"],
        exchange=row["exchange"],
        note=row["note"],
    )
