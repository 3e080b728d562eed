"""`python -m bot backup TO` and `restore FROM`: the whole installation's state in one file."""

import sys
from pathlib import Path

from bot.settings import Settings
from storage.backup import back_up, checksum_of, restore
from storage.errors import StorageError


def backup(settings: Settings, target: Path) -> int:
    """Write a backup while the bot runs; return the exit status."""
    try:
        chain = back_up(settings.database, target)
    except (StorageError, OSError) as err:
        print(f"no backup was made: {err}", file=sys.stderr)  # noqa: T201 - for the terminal
        return 1
    print(f"{target}: ledger of {chain.rows} rows, the chain holds; {checksum_of(target)}")  # noqa: T201
    return 0


def bring_back(settings: Settings, source: Path) -> int:
    """Fill this installation's empty database from a backup; return the exit status."""
    try:
        report = restore(source, settings.database)
    except (StorageError, OSError) as err:
        print(f"nothing was restored: {err}", file=sys.stderr)  # noqa: T201
        return 1
    print(report)  # noqa: T201
    return 0 if report.chain.holds else 1
