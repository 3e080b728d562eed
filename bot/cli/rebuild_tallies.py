"""`python -m bot rebuild-tallies`: compares the running totals with all results, mends them."""

import sys

from bot.settings import Settings
from storage.errors import StorageError
from storage.records.tallies import Difference, monday_of
from storage.store import open_kept


def rebuild_tallies(settings: Settings) -> int:
    """Count all results anew, say what differed and set it right, beside a bot that may run.

    Returns:
        0 where the totals were right, 1 where some were not and are now, 2 where the database
        cannot be used.
    """
    try:
        store = open_kept(settings.database)
        try:
            done = store.rebuild_tallies(_show)
        finally:
            store.close()
    except StorageError as err:
        print(err, file=sys.stderr)  # noqa: T201 - this is a command of the terminal
        return 2
    for difference in done.differences:
        print(_line(difference))  # noqa: T201
    if done.wrong > len(done.differences):
        print(f"... and {done.wrong - len(done.differences):,} more")  # noqa: T201
    if done.wrong:
        print(f"{done.wrong:,} of {done.rows:,} rows of totals differed and are set right.")  # noqa: T201
        return 1
    print(f"{done.rows:,} rows of totals, all as the results are.")  # noqa: T201
    return 0


def _show(done: int, of: int) -> None:
    if sys.stderr.isatty() and of:
        end = "\n" if done >= of else ""
        print(f"\r{done:,} of {of:,} tickers {100 * done / of:3.0f} %", end=end, file=sys.stderr)  # noqa: T201


def _line(found: Difference) -> str:
    was, now = found.stored.by_name, found.counted.by_name
    changed = (f"{name} {was[name]:g}, is {now[name]:g}" for name in was if was[name] != now[name])
    which = f" ({found.slice})" if found.slice else ""
    return (
        f"{found.ticker or 'all tickers'}, {found.horizon} ahead, "
        f"week of {monday_of(found.week)}{which}: was {'; '.join(changed)}"
    )
