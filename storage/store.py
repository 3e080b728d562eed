"""What storage promises, in one name: `Store`. Its groups are one file each in `storage/asks`.

`storage.engine.open_store` returns one that keeps these promises over SQLite or PostgreSQL. Every
method may block and may raise `DatabaseUnreachableError` or `DatabaseBusyError`; it is one
transaction and may be called from any thread, but never on an event loop.
"""

from typing import Protocol

from storage.asks.alerts import AlertStore
from storage.asks.chats import ChatStore
from storage.asks.inbox import InboxStore
from storage.asks.jobs import JobStore
from storage.asks.ledger import LedgerStore
from storage.asks.market import PhotoStore, PriceCacheStore
from storage.asks.models import ModelStore
from storage.asks.outbox import OutboxStore
from storage.asks.privacy import PrivacyStore
from storage.asks.resolutions import ResolutionStore
from storage.asks.subscriptions import SubscriptionStore


class Store(
    ChatStore,
    SubscriptionStore,
    AlertStore,
    LedgerStore,
    ResolutionStore,
    PhotoStore,
    PriceCacheStore,
    OutboxStore,
    InboxStore,
    ModelStore,
    JobStore,
    PrivacyStore,
    Protocol,
):
    """Everything the product remembers."""

    def close(self) -> None:
        """Give all connections back; the store must not be used afterwards."""
        ...
