"""`SqlStore`: all groups of `Store` over one database."""

from storage.database import Database
from storage.sql_chain import SqlChain
from storage.sql_jobs import SqlJobs
from storage.sql_leases import SqlLeases
from storage.sql_ledger import SqlLedger
from storage.sql_market import SqlMarket
from storage.sql_models import SqlModels
from storage.sql_outbox import SqlOutbox
from storage.sql_privacy import SqlPrivacy
from storage.sql_resolutions import SqlResolutions
from storage.sql_track import SqlTrack
from storage.sql_training import SqlTraining


class SqlStore(
    SqlPrivacy,
    SqlLedger,
    SqlChain,
    SqlResolutions,
    SqlTrack,
    SqlMarket,
    SqlOutbox,
    SqlModels,
    SqlTraining,
    SqlJobs,
    SqlLeases,
):
    """Keeps everything `Store` promises over SQLite or PostgreSQL."""

    @property
    def database(self) -> Database:
        """The database beneath, for what goes past the store: moves between releases, repairs."""
        return self._db

    def close(self) -> None:
        """Give all connections back."""
        self._db.close()
