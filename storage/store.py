"""Everything the product remembers, in one name: `Store`. Its groups of methods are one file each.

`open_store` is the door. Every method of a store may block and may raise `DatabaseUnreachableError`
or `DatabaseBusyError`; it is one transaction and may be called from any thread, but never on an
event loop. Every method that needs the time is given it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from storage.baskets import BasketStore
from storage.corrections import CorrectionStore
from storage.database import Database, must_exist
from storage.due_work import DueWorkStore
from storage.errors import DatabaseBusyError, DatabaseUnreachableError
from storage.inbox import InboxStore
from storage.jobs import JobStore
from storage.league import LeagueStore
from storage.league_results import LeagueResultStore
from storage.leases import LeaseStore
from storage.ledger import LedgerStore
from storage.ledger_proof import LedgerProofStore
from storage.message_numbers import MessageNumberStore
from storage.models import ModelStore
from storage.notes import NoteStore
from storage.outbox import OutboxStore
from storage.outbox_counts import OutboxCountStore
from storage.photos import PhotoStore
from storage.price_cache import PriceCacheStore
from storage.privacy import PrivacyStore
from storage.pruning import PruneStore
from storage.recount import RecountStore
from storage.resolutions import ResolutionStore
from storage.schema import migrate
from storage.shared_states import SharedStateStore
from storage.tallies import TallyStore
from storage.track import TrackStore
from storage.training import TrainingStore


class Store(
    PrivacyStore,  # over the groups that keep personal data: chats, messages, lists, alerts
    LedgerStore,
    LedgerProofStore,
    ResolutionStore,
    CorrectionStore,
    PruneStore,
    TallyStore,
    RecountStore,
    TrackStore,
    BasketStore,
    LeagueStore,
    LeagueResultStore,
    PhotoStore,
    PriceCacheStore,
    OutboxStore,
    OutboxCountStore,
    InboxStore,
    MessageNumberStore,
    ModelStore,
    TrainingStore,
    JobStore,
    DueWorkStore,
    LeaseStore,
    NoteStore,
    SharedStateStore,
):
    """All groups over one database, SQLite or PostgreSQL."""

    @property
    def database(self) -> Database:
        """The database beneath, for what goes past the store: moves between releases, repairs."""
        return self._db

    def seeing(self) -> AbstractContextManager[None]:
        """Let all that this thread reads of this store meanwhile be of one state."""
        return self._db.seeing()

    def write_together(self, writes: Sequence[Callable[[], None]]) -> list[Exception | None]:
        """Carry out writes of this store in one transaction; where one fails, each by itself.

        Returns:
            What each raised, None where it is kept.

        Raises:
            DatabaseBusyError, DatabaseUnreachableError: None is kept.
        """
        if len(writes) > 1:
            try:
                with self._db.together():
                    for write in writes:
                        write()
            except (DatabaseBusyError, DatabaseUnreachableError):
                raise
            except Exception:  # noqa: BLE001, S110 - raised again below by whose it is
                pass
            else:
                return [None] * len(writes)
        return [_error_of(write) for write in writes]

    def close(self) -> None:
        """Give all connections back; the store must not be used afterwards."""
        self._db.close()


def open_store(url: str) -> Store:
    """Open a database, bring its schema up to date and return the store over it.

    Args:
        url: SQLAlchemy address, such as `sqlite:////var/lib/tickercast/tickercast.sqlite3` or
            `postgresql+psycopg://user:password@host/name`. A SQLite file is made if missing.

    Raises:
        UnusableDatabaseUrlError: The address names no database this product can use.
        DatabaseUnreachableError: The database cannot be opened.
        DatabaseTooNewError: A newer release has migrated it.
    """
    database = Database(url)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return Store(database)


def open_kept(url: str) -> Store:
    """Open a database that is there already, as `open_store` does.

    For commands that look at what is kept: in the wrong folder they would praise an empty ledger.

    Raises:
        DatabaseUnreachableError: There is no such file, or else as `open_store` does.
    """
    must_exist(url)
    return open_store(url)


def _error_of(write: Callable[[], None]) -> Exception | None:
    try:
        write()
    except Exception as err:  # noqa: BLE001 - whoever waits for it raises it
        return err
    return None
