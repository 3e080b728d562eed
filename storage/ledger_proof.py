"""The proof over the ledger: links, the walk along the chain, published heads.

What the chain shows and what it cannot show is told in `hash_chain`, which does the arithmetic.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

from sqlalchemy import RowMapping, Select, select

from storage.hash_chain import ChainWalk, LedgerRow
from storage.ledger import LEDGER_LOCK
from storage.ledger_rows import ledger_row, ledger_rows
from storage.records.ledger import ChainLink, ChainReport, DailyHead
from storage.store_part import CHUNK, StorePart
from storage.tables import ledger

_LINK = (ledger.forecasts.c.id, ledger.forecasts.c.previous_hash, ledger.forecasts.c.row_hash)
_HEADS = select(ledger.daily_heads)


class LedgerProofStore(StorePart):
    """The proof that no forecast was changed, dropped or slipped in."""

    def head(self) -> ChainLink | None:
        """Return the chain's newest link, None for an empty ledger."""
        with self._db.reading() as connection:
            row = connection.execute(_newest_link()).mappings().first()
        return _link(row) if row else None

    def chain(self, first: int, last: int) -> tuple[ChainLink, ...]:
        """Return the links with ids from `first` to `last`, both included."""
        query = select(*_LINK).where(ledger.forecasts.c.id.between(first, last))
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(ledger.forecasts.c.id)).mappings()
            return tuple(_link(row) for row in rows)

    def verify_chain(
        self, since: ChainLink | None = None, passed: Callable[[int], None] = lambda _: None
    ) -> ChainReport:
        """Walk along the chain in batches, recompute every hash, check the published heads.

        Args:
            since: A row that an earlier walk has reached; None to begin at the first.
            passed: Told the number of the row reached, after each batch.
        """
        with self._db.reading() as connection:
            walk = ChainWalk((DailyHead(*row) for row in connection.execute(_HEADS)), since)
        # A row with an id before 1 was slipped in.
        last = since.id if since is not None else -(2**63)
        # Reading and unpacking go on while the rows before are hashed: both leave the interpreter.
        with ThreadPoolExecutor(1) as reader:
            rows = self._rows_after(last)
            while rows:
                ahead = reader.submit(self._rows_after, rows[-1].id)
                if not walk.pass_rows(rows):
                    break
                passed(rows[-1].id)
                rows = ahead.result()
        return walk.report()

    def _rows_after(self, last: int) -> list[LedgerRow]:
        # One short transaction a batch: a long one would keep SQLite's log from shrinking.
        query = ledger_rows().where(ledger.forecasts.c.id > last)
        with self._db.reading() as connection:
            query = query.order_by(ledger.forecasts.c.id).limit(CHUNK)
            return list(map(ledger_row, connection.execute(query).all()))

    def last_published(self) -> ChainLink | None:
        """Return the row of the newest published head, as the table has it now; None for none."""
        heads = ledger.daily_heads.c
        newest = select(heads.forecast_id).order_by(heads.forecast_id.desc()).limit(1)
        query = select(*_LINK).where(ledger.forecasts.c.id == newest.scalar_subquery())
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _link(row) if row else None

    def publish_head(self, day: date, now: datetime) -> DailyHead | None:
        """Record the chain's head as the day's and return it; the first record of a day stays.

        Returns:
            None while the ledger is empty.
        """
        with self._db.writing() as connection:
            self._db.queue_up(connection, LEDGER_LOCK)
            known = connection.execute(_HEADS.where(ledger.daily_heads.c.day == day)).first()
            if known:
                return DailyHead(*known)
            newest = connection.execute(_newest_link()).first()
            if newest is None:
                return None
            head = DailyHead(day, newest.id, newest.row_hash, now)
            row = {"day": day, "forecast_id": head.id, "row_hash": head.row_hash}
            connection.execute(ledger.daily_heads.insert(), row | {"published_at": now})
            return head

    def head_covering(self, forecast_id: int) -> DailyHead | None:
        """Return the first published head at or after a forecast, None when there is none yet."""
        heads = ledger.daily_heads.c
        query = _HEADS.where(heads.forecast_id >= forecast_id)
        with self._db.reading() as connection:
            row = connection.execute(query.order_by(heads.forecast_id, heads.day).limit(1)).first()
        return DailyHead(*row) if row else None

    def daily_heads(self, limit: int) -> tuple[DailyHead, ...]:
        """Return the published heads, newest first."""
        query = _HEADS.order_by(ledger.daily_heads.c.day.desc()).limit(limit)
        with self._db.reading() as connection:
            return tuple(DailyHead(*row) for row in connection.execute(query))


def _newest_link() -> Select[tuple[int, str, str]]:
    return select(*_LINK).order_by(ledger.forecasts.c.id.desc()).limit(1)


def _link(row: RowMapping) -> ChainLink:
    return ChainLink(**row)
