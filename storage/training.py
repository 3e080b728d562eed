"""What each night's training decided."""

from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from storage.records.work import TrainingResult
from storage.store_part import StorePart
from storage.tables import work

_NAMES = tuple(f.name for f in fields(TrainingResult))
_RESULTS = select(*(work.training_results.c[name] for name in _NAMES))


class TrainingStore(StorePart):
    """What became of each ticker in each night."""

    def save_training_result(self, result: TrainingResult) -> None:
        """Keep what became of a ticker in a night, in place of an earlier try that night."""
        values = asdict(result)
        statement = self._db.insert(work.training_results).values(values)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["ticker", "night"], set_=values)
            )

    def training_results(self, ticker: str, limit: int = 10) -> tuple[TrainingResult, ...]:
        """Return a ticker's nights, newest first."""
        results = work.training_results.c
        query = _RESULTS.where(results.ticker == ticker).order_by(results.night.desc())
        return self._found(query.limit(limit))

    def training_night(self, night: date) -> tuple[TrainingResult, ...]:
        """Return all tickers' results of a night, by ticker."""
        results = work.training_results.c
        return self._found(_RESULTS.where(results.night == night).order_by(results.ticker))

    def _found(self, query: Select[Any]) -> tuple[TrainingResult, ...]:
        with self._db.reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(TrainingResult(**row) for row in rows)
