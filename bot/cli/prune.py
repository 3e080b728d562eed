"""`python -m bot prune [--dry-run]`: archives old forecasts and ends what is kept no longer."""

import sys
from datetime import datetime

from bot.settings import Settings
from storage.errors import StorageError
from storage.pruning import FORECASTS, NAMES
from storage.store import Store, open_kept


def prune(settings: Settings, now: datetime, *, dry_run: bool, shrink: bool) -> int:
    """Say what has ended and end it, in small parts beside a bot that may run.

    Args:
        settings: Of this installation.
        now: Aware.
        dry_run: Change nothing.
        shrink: Give the bytes back to the file system afterwards: SQLite alone, the bot stopped.

    Returns:
        0 where it ended well, 2 where the database cannot be used.
    """
    try:
        store = open_kept(settings.database)
        try:
            _say(store, now, dry_run=dry_run)
            if not dry_run:
                _end(store, now)
            if shrink and not dry_run:
                store.database.shrink()
        finally:
            store.close()
    except StorageError as err:
        print(err, file=sys.stderr)  # noqa: T201 - this is a command of the terminal
        return 2
    return 0


def _say(store: Store, now: datetime, *, dry_run: bool) -> None:
    found = store.prunable(now)
    for entry in found:
        what = f"{entry.name}, to the archive" if entry.name == FORECASTS else entry.name
        print(f"{what}: {entry.rows:,} rows, about {_bytes(entry.bytes_freed)}")  # noqa: T201
    total = _bytes(sum(entry.bytes_freed for entry in found))
    print(f"{'Would free' if dry_run else 'Frees'} about {total}." if found else "Nothing is old.")  # noqa: T201


def _end(store: Store, now: datetime) -> None:
    for name in NAMES:
        ended = 0
        while some := store.prune(name, now):
            ended += some
            if sys.stderr.isatty():
                print(f"\r{name}: {ended:,}", end="", file=sys.stderr)  # noqa: T201
        if ended:
            back = "\r" if sys.stderr.isatty() else ""
            print(f"{back}{name}: {ended:,} done")  # noqa: T201


def _bytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} KB"
