"""Counts the running totals anew and sets right what differs, beside a bot that runs.

Theory of operation. A ticker's totals and the results they stand for are read in one snapshot.
Every writer changes both in one transaction, so that within a snapshot a difference is a fault,
whoever writes meanwhile. A wrong row is set right only if it still holds what the snapshot had;
where it does not, a writer was faster, and the ticker is counted again. No lock is held while
counting, and no more than one ticker is in memory. The totals of all are compared with the
tickers' at the end.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Executable, Select, and_, delete, func, select, update

from storage.archived_sums import archived_sums_of
from storage.database import Database
from storage.errors import DatabaseBusyError
from storage.records.tallies import ALL, SUMMED, Difference, Recount, Sums
from storage.store_part import StorePart, chunks
from storage.tables import ledger
from storage.tables.tallies import tallies
from storage.tallies import KEY, of_all, of_ticker, sums_of_row

Key = tuple[int, int, str]
"""Horizon, week and slice."""
_TRIES = 20
_AT_ONCE = 100
_NEAR = 1e-6
_TOLD = 100


class RecountStore(StorePart):
    """Compares the running totals with all results."""

    def rebuild_tallies(self, passed: Callable[[int, int], None] = lambda *_: None) -> Recount:
        """Count all results anew and set right the totals that differ; may take minutes.

        Args:
            passed: Told how many tickers are done, and of how many, after each.

        Returns:
            How many rows of totals there are, how many differed, and the first of them.

        Raises:
            DatabaseBusyError: A ticker's totals were written anew each time they were counted.
        """
        owners, told, wrong = self._owners(), list[Difference](), 0
        for number, ticker in enumerate((*owners, ALL)):
            found = self._mend(ticker)
            wrong += len(found)
            told += found[: _TOLD - len(told)]
            passed(number, len(owners))
        with self._db.reading() as connection:
            rows = connection.execute(select(func.count()).select_from(tallies)).scalar_one()
        return Recount(rows, wrong, tuple(told))

    def _owners(self) -> tuple[str, ...]:
        issued = select(ledger.forecasts.c.ticker).distinct()
        counted = select(tallies.c.ticker).where(tallies.c.ticker != ALL).distinct()
        with self._db.reading() as connection:
            return tuple(sorted(connection.execute(issued.union(counted)).scalars()))

    def _mend(self, ticker: str) -> list[Difference]:
        mended: list[Difference] = []
        for _ in range(_TRIES):
            stored, counted = self._snapshot(ticker)
            wrong = [key for key in sorted({*stored, *counted}) if _differs(stored, counted, key)]
            for part in chunks(wrong, _AT_ONCE):
                if not self._set_right(ticker, part, stored, counted):
                    break
                mended += _differences(ticker, part, stored, counted)
            else:
                return mended
        raise DatabaseBusyError(f"totals of {ticker or 'all'} are being written")

    def _snapshot(self, ticker: str) -> tuple[dict[Key, Sums], dict[Key, Sums]]:
        """Return the sums that are stored and those that there are."""
        held = select(*(tallies.c[name] for name in (*KEY[1:], *SUMMED)))
        with self._db.reading() as connection:
            stored = _by_key(connection, held.where(tallies.c.ticker == ticker))
            if ticker == ALL:
                return stored, _by_key(connection, of_all())
            counted = _by_key(connection, of_ticker(self._db, ticker))
            for key, sums in archived_sums_of(connection, ticker).items():
                counted[key] = counted.get(key, Sums()).plus(sums)
        return stored, counted

    def _set_right(
        self, ticker: str, keys: Iterable[Key], stored: dict[Key, Sums], counted: dict[Key, Sums]
    ) -> bool:
        """Write some sums if what is stored is still what was read; say whether it was."""
        changes = [
            _change(self._db, (ticker, *key), stored.get(key), counted.get(key)) for key in keys
        ]
        try:
            with self._db.writing() as connection:
                for change in changes:
                    _change_one(connection, change)
        except _ChangedMeanwhile:
            return False
        return True


class _ChangedMeanwhile(Exception):  # noqa: N818 - undoes a transaction, nobody sees it
    """What is stored is no longer what was read."""


def _change_one(connection: Connection, change: Executable) -> None:
    if connection.execute(change).first() is None:
        raise _ChangedMeanwhile


def _differences(
    ticker: str, keys: Iterable[Key], stored: dict[Key, Sums], counted: dict[Key, Sums]
) -> list[Difference]:
    """Return what was wrong; a row that held nothing and goes was not."""
    pairs = [(key, stored.get(key, Sums()), counted.get(key, Sums())) for key in keys]
    return [Difference(ticker, *key, was, now) for key, was, now in pairs if was != now]


def _change(
    db: Database, key: tuple[str, int, int, str], was: Sums | None, now: Sums | None
) -> Executable:
    """Return the statement that changes one row, and returns it, if it still is what it was."""
    changed = tallies.c.horizon
    named = dict(zip(KEY, key, strict=True))
    if was is None:
        adding = db.insert(tallies).values(named | (now or Sums()).by_name)
        return adding.on_conflict_do_nothing().returning(changed)
    known = (named | was.by_name).items()
    same = and_(*(tallies.c[name] == value for name, value in known))
    if now is None:
        return delete(tallies).where(same).returning(changed)
    return update(tallies).where(same).values(now.by_name).returning(changed)


def _by_key(connection: Connection, query: Select[Any]) -> dict[Key, Sums]:
    rows = connection.execute(query)
    return {(row[0], row[1], row[2]): sums_of_row(row[3:]) for row in rows}


def _differs(stored: dict[Key, Sums], counted: dict[Key, Sums], key: Key) -> bool:
    was, now = stored.get(key), counted.get(key)
    if was is None or now is None:
        return True
    pairs = zip(was.by_name.values(), now.by_name.values(), strict=True)
    return not all(math.isclose(a, b, rel_tol=_NEAR, abs_tol=_NEAR) for a, b in pairs)
