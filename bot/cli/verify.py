"""`python -m bot verify`: walks along the chain of the ledger and says whether it holds."""

import sys

from bot.settings import Settings
from bot.words.language import load_words
from bot.words.verification import chain_text
from storage.errors import StorageError
from storage.records.ledger import ChainLink
from storage.store import Store, open_kept

_NOTE = "chain-verified"


def verify(settings: Settings, *, everything: bool = False) -> int:
    """Check each row of the ledger against its hash, and every published head.

    A walk begins at the newest published head that an earlier walk has reached, as long as that row
    is still the same.

    Args:
        settings: Of this installation.
        everything: Begin at the first row.

    Returns:
        0 where the chain holds, 1 where it is broken, 2 where the database cannot be read.
    """
    try:
        store = open_kept(settings.database)
        try:
            since = None if everything else _reached(store)
            last = head.id if (head := store.head()) else 0
            report = store.verify_chain(since, lambda row: _show(row, last))
            corrections_hold = store.corrections_hold()
            if report.holds:
                _note(store)
            calls_hold = store.league_records_hold()
        finally:
            store.close()
    except StorageError as err:
        print(err)  # noqa: T201 - this is a command of the terminal
        return 2
    if since is not None:
        print(f"Rows up to #F{since.id} held in an earlier walk; --all begins at the first.")  # noqa: T201
    print(chain_text(load_words(), report))  # noqa: T201
    if not corrections_hold:
        print("The chain of corrections is BROKEN.")  # noqa: T201
    if not calls_hold:
        print("The chain of the league's calls is BROKEN.")  # noqa: T201
    return 0 if report.holds and corrections_hold and calls_hold else 1


def _reached(store: Store) -> ChainLink | None:
    """Return the row up to which an earlier walk found everything whole, if it is still that."""
    known = (store.load_note(_NOTE) or "").split()
    if len(known) != 2:
        return None
    found = store.chain(int(known[0]), int(known[0]))
    return found[0] if found and found[0].row_hash == known[1] else None


def _note(store: Store) -> None:
    published = store.last_published()
    if published is not None:
        store.save_note(_NOTE, f"{published.id} {published.row_hash}")


def _show(row: int, last: int) -> None:
    if sys.stderr.isatty() and last:
        end = "\n" if row >= last else ""
        print(f"\r{row:,} of {last:,} rows {100 * row / last:3.0f} %", end=end, file=sys.stderr)  # noqa: T201
