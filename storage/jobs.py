"""Which scheduled work ran and how far it came."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import RowMapping, Select, and_, select, update

from storage.records.work import JobRun
from storage.store_part import StorePart
from storage.tables import work

_R = work.job_runs.c
_NAMES = tuple(f.name for f in fields(JobRun))


class JobStore(StorePart):
    """Runs by (name, key), and their finished items."""

    def start_job(self, name: str, key: str, now: datetime, exchange: str = "") -> bool:
        """Begin a run, of an exchange's night or of all; False when it was done before.

        One that crashed or failed begins again and keeps its items. That only one process runs it
        is the lease's business.
        """
        row = {
            "name": name,
            "key": key,
            "exchange": exchange,
            "state": "running",
            "attempts": 1,
            "started_at": now,
            "detail": "",
        }
        again = {
            "state": "running",
            "started_at": now,
            "finished_at": None,
            "attempts": _R.attempts + 1,
        }
        statement = self._db.insert(work.job_runs).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=["name", "key"], set_=again, where=_R.state != "done"
        )
        with self._db.writing() as connection:
            return connection.execute(statement.returning(_R.name)).first() is not None

    def finish_job(self, name: str, key: str, now: datetime, *, ok: bool, detail: str = "") -> None:
        """Note how a run ended."""
        ended = {"state": "done" if ok else "failed", "finished_at": now, "detail": detail}
        with self._db.writing() as connection:
            this = and_(_R.name == name, _R.key == key)
            connection.execute(update(work.job_runs).where(this).values(ended))

    def find_job(self, name: str, key: str) -> JobRun | None:
        """Return a run, or None."""
        return self._first(_runs().where(_R.name == name, _R.key == key))

    def job_runs(
        self,
        name: str | tuple[str, ...] | None = None,
        exchange: str | None = None,
        limit: int = 20,
    ) -> tuple[JobRun, ...]:
        """Return runs, newest start first, of a job, some or all, and an exchange or all."""
        names = (name,) if isinstance(name, str) else name
        query = _runs() if names is None else _runs().where(_R.name.in_(names))
        query = query if exchange is None else query.where(_R.exchange == exchange)
        query = query.order_by(_R.started_at.desc(), _R.name, _R.key).limit(limit)
        with self._db.reading() as connection:
            return tuple(map(_job, connection.execute(query).mappings()))

    def finish_item(self, name: str, key: str, item: str, outcome: str, now: datetime) -> None:
        """Note that one item of a run, such as a ticker, needs no second try."""
        this = {"name": name, "key": key, "item": item}
        values = {"outcome": outcome, "finished_at": now}
        statement = self._db.insert(work.job_items).values(this | values)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(this), set_=values)
            )

    def finished_items(self, name: str, key: str) -> dict[str, str]:
        """Return the items of a run that are finished, with their outcomes."""
        items = work.job_items.c
        query = select(items.item, items.outcome).where(items.name == name, items.key == key)
        with self._db.reading() as connection:
            return dict(connection.execute(query.order_by(items.item)).all())

    def _first(self, query: Select[tuple[object, ...]]) -> JobRun | None:
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _job(row) if row else None


def _runs() -> Select[tuple[object, ...]]:
    return select(*(_R[name] for name in _NAMES))


def _job(row: RowMapping) -> JobRun:
    return JobRun(**row)
