"""Trained models: candidates, champions, and the way back."""

import hashlib
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, select, update

from storage.errors import ConflictError, DamagedModelError, UnknownModelError
from storage.records.work import ModelEntry, NewModel, StoredModel
from storage.store_part import StorePart
from storage.tables import work

PROMOTED = "models"
"""The bulletin that another model serves."""
_M = work.models.c
_ENTRY = tuple(f.name for f in fields(ModelEntry))
# A fixed number: who is champion is decided by one transaction after another.
_CHAMPION_LOCK = 7_241_905_319


class ModelStore(StorePart):
    """Models by (version, ticker); the ticker of the base is empty."""

    def save_model(self, model: NewModel, now: datetime) -> None:
        """Keep a model as a candidate; the same version of the same ticker is replaced.

        Raises:
            ConflictError: That version is or was a champion.
        """
        key = {"ticker": model.ticker, "version": model.version}
        values = {
            "status": "candidate",
            "card": model.card,
            "onnx": model.onnx,
            "keras": model.keras,
            "digest": _digest(model.onnx, model.keras, model.card),
            "created_at": now,
            "promoted_at": None,
        }
        statement = (
            self._db.insert(work.models)
            .values(key | values)
            .on_conflict_do_update(
                index_elements=list(key),
                set_=values,
                where=_M.status.in_(["candidate", "rejected"]),
            )
        )
        with self._db.writing() as connection:
            if connection.execute(statement.returning(_M.version)).first() is None:
                raise ConflictError(f"model {model.version!r} of {model.ticker!r} has served")

    def promote(self, version: str, ticker: str, now: datetime) -> str | None:
        """Make a model its ticker's champion and retire the one before, in one transaction.

        Returns:
            The version that was champion, None if there was none.

        Raises:
            UnknownModelError: No such model is kept.
        """
        with self._db.writing() as connection:
            self._db.queue_up(connection, _CHAMPION_LOCK)
            before = _champion_version(connection, ticker)
            _set_status(connection, before, ticker, status="retired")
            promoted = {"status": "champion", "promoted_at": now}
            if not _set_status(connection, version, ticker, **promoted):
                raise UnknownModelError(version, ticker)
            self._db.tell(connection, PROMOTED)
        return before

    def rollback(self, ticker: str, now: datetime) -> str | None:
        """Reject a ticker's champion and make the one before it champion again.

        Returns:
            The version that serves now; None when none is left, so that the base serves.
        """
        with self._db.writing() as connection:
            self._db.queue_up(connection, _CHAMPION_LOCK)
            before = _champion_version(connection, ticker)
            _set_status(connection, before, ticker, status="rejected")
            retired = select(_M.version).where(_M.ticker == ticker, _M.status == "retired")
            newest = retired.order_by(_M.promoted_at.desc(), _M.version.desc()).limit(1)
            heir = connection.execute(newest).scalar()
            _set_status(connection, heir, ticker, status="champion", promoted_at=now)
            self._db.tell(connection, PROMOTED)
        return heir

    def champion(self, ticker: str) -> StoredModel | None:
        """Return the serving model of a ticker with its bytes, None where there is none.

        Raises:
            DamagedModelError: The bytes are not those that were saved.
        """
        return self._stored(and_(_M.ticker == ticker, _M.status == "champion"))

    def champions(self) -> tuple[ModelEntry, ...]:
        """Return all serving models without their bytes, by ticker."""
        return self._entries(_M.status == "champion", _M.ticker)

    def serving(self) -> dict[str, str]:
        """Return the version that serves each ticker that has a model; the base is under ""."""
        query = select(_M.ticker, _M.version).where(_M.status == "champion")
        with self._db.reading() as connection:
            return {row.ticker: row.version for row in connection.execute(query)}

    def models_of(self, ticker: str) -> tuple[ModelEntry, ...]:
        """Return a ticker's kept models without their bytes, newest first."""
        return self._entries(_M.ticker == ticker, _M.created_at.desc(), _M.version.desc())

    def prune_models(self, keep: int) -> int:
        """Delete rejected models, and retired ones beyond the `keep` newest of each ticker."""
        place = func.row_number().over(partition_by=_M.ticker, order_by=_M.promoted_at.desc())
        ranked = select(_M.ticker, _M.version, place.label("place"))
        retired = ranked.where(_M.status == "retired").subquery("retired")
        too_old = and_(retired.c.ticker == _M.ticker, retired.c.version == _M.version)
        old = select(retired.c.version).where(too_old, retired.c.place > keep).exists()
        statement = delete(work.models).where((_M.status == "rejected") | old)
        with self._db.writing() as connection:
            return connection.execute(statement).rowcount

    def _stored(self, condition: ColumnElement[bool]) -> StoredModel | None:
        with self._db.reading() as connection:
            row = connection.execute(select(work.models).where(condition)).mappings().first()
        if row is None:
            return None
        if row["digest"] != _digest(row["onnx"], row["keras"], row["card"]):
            raise DamagedModelError(row["version"], row["ticker"])
        return StoredModel(_entry(row), row["onnx"], row["keras"])

    def _entries(
        self, condition: ColumnElement[bool], *order: ColumnElement[Any]
    ) -> tuple[ModelEntry, ...]:
        query = select(*(_M[name] for name in _ENTRY)).where(condition).order_by(*order)
        with self._db.reading() as connection:
            return tuple(map(_entry, connection.execute(query).mappings()))


def _is(version: str, ticker: str) -> ColumnElement[bool]:
    return and_(_M.version == version, _M.ticker == ticker)


def _champion_version(connection: Connection, ticker: str) -> str | None:
    query = select(_M.version).where(_M.ticker == ticker, _M.status == "champion")
    return connection.execute(query).scalar()


def _set_status(connection: Connection, version: str | None, ticker: str, **values: object) -> bool:
    if version is None:
        return False
    statement = update(work.models).where(_is(version, ticker)).values(**values)
    return connection.execute(statement).rowcount == 1


def _digest(onnx: bytes, keras: bytes | None, card: str) -> str:
    sha = hashlib.sha256()
    for part in (onnx, keras or b"", card.encode()):
        sha.update(hashlib.sha256(part).digest())
    return sha.hexdigest()


def _entry(row: RowMapping) -> ModelEntry:
    return ModelEntry(**{name: row[name] for name in _ENTRY})
