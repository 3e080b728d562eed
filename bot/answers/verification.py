"""Proves that a forecast is as it was issued: its hash, and the chain to a published head."""

from bot.errors import ForecastGoneError
from bot.values import Proof
from storage.hash_chain import row_hash
from storage.records.ledger import ChainLink, DailyHead, Issued
from storage.store import Store

_BATCH = 2_000


def prove(store: Store, forecast_id: int) -> Proof:
    """Return the proof of one forecast; may block.

    Raises:
        ForecastGoneError: The ledger holds no such forecast.
    """
    issued = store.find_forecast(forecast_id)
    if issued is None:
        raise ForecastGoneError(forecast_id)
    text = issued.forecast.canonical()
    published = store.head_covering(forecast_id)
    end = store.head()
    if published is not None:
        end = ChainLink(published.id, "", published.row_hash)
    if end is None:
        raise ForecastGoneError(forecast_id)
    return Proof(
        issued=issued,
        own_hash=row_hash(issued.previous_hash, issued.id, issued.issued_at, text),
        links=end.id - forecast_id + 1,
        end=end,
        published=published,
        chain_holds=_holds(store, issued, end),
        results=store.resolutions_for(forecast_id),
        corrections=store.corrections_for(forecast_id),
    )


def heads(store: Store, limit: int = 5) -> tuple[DailyHead, ...]:
    """Return the heads that were published last, newest first."""
    return store.daily_heads(limit)


def _holds(store: Store, issued: Issued, end: ChainLink) -> bool:
    expected_id, previous = issued.id, issued.previous_hash
    while expected_id <= end.id:
        links = store.chain(expected_id, min(end.id, expected_id + _BATCH - 1))
        if not links:
            return False
        for link in links:
            if (link.id, link.previous_hash) != (expected_id, previous):
                return False
            expected_id, previous = link.id + 1, link.row_hash
    return previous == end.row_hash
