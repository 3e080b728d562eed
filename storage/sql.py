"""`SqlStore`: all groups of `Store` over one database."""

from storage.caches import SqlMarket
from storage.inbox import InboxStore
from storage.jobs import SqlJobs
from storage.leases import SqlLeases
from storage.ledger import SqlLedger
from storage.ledger_proof import SqlChain
from storage.models import SqlModels
from storage.outbox import SqlOutbox
from storage.privacy import SqlPrivacy
from storage.resolutions import SqlResolutions
from storage.track import SqlTrack
from storage.training import SqlTraining


class SqlStore(
    SqlPrivacy,
    SqlLedger,
    SqlChain,
    SqlResolutions,
    SqlTrack,
    SqlMarket,
    SqlOutbox,
    InboxStore,
    SqlModels,
    SqlTraining,
    SqlJobs,
    SqlLeases,
):
    """Keeps everything `Store` promises over SQLite or PostgreSQL."""

    def close(self) -> None:
        """Give all connections back."""
        self._db.close()
