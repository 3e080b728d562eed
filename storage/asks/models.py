"""Trained models and what each night's training decided."""

from datetime import date, datetime
from typing import Protocol

from storage.work import ModelEntry, NewModel, StoredModel, TrainingResult


class ModelStore(Protocol):
    """Models by (version, ticker); the ticker of the base is empty."""

    def save_model(self, model: NewModel, now: datetime) -> None:
        """Keep a model as a candidate; the same version of the same ticker is replaced.

        Raises:
            ConflictError: That version is or was a champion.
        """
        ...

    def promote(self, version: str, ticker: str, now: datetime) -> str | None:
        """Make a model its ticker's champion and retire the one before, in one transaction.

        Returns:
            The version that was champion, None if there was none.

        Raises:
            UnknownModelError: No such model is kept.
        """
        ...

    def rollback(self, ticker: str, now: datetime) -> str | None:
        """Reject a ticker's champion and make the one before it champion again.

        Returns:
            The version that serves now; None when none is left, so that the base serves.
        """
        ...

    def reject(self, version: str, ticker: str, now: datetime) -> None:
        """Note that a candidate lost."""
        ...

    def champion(self, ticker: str) -> StoredModel | None:
        """Return the serving model of a ticker with its bytes, None where there is none.

        Raises:
            DamagedModelError: The bytes are not those that were saved.
        """
        ...

    def find_model(self, version: str, ticker: str) -> StoredModel | None:
        """Return any kept model with its bytes, or None.

        Raises:
            DamagedModelError: The bytes are not those that were saved.
        """
        ...

    def champions(self) -> tuple[ModelEntry, ...]:
        """Return all serving models without their bytes, by ticker."""
        ...

    def models_of(self, ticker: str) -> tuple[ModelEntry, ...]:
        """Return a ticker's kept models without their bytes, newest first."""
        ...

    def prune_models(self, keep: int) -> int:
        """Delete rejected models, and retired ones beyond the `keep` newest of each ticker."""
        ...

    def save_training_result(self, result: TrainingResult, now: datetime) -> None:
        """Keep what became of a ticker in a night, in place of an earlier try that night."""
        ...

    def training_results(self, ticker: str, limit: int = 10) -> tuple[TrainingResult, ...]:
        """Return a ticker's nights, newest first."""
        ...

    def training_night(self, night: date) -> tuple[TrainingResult, ...]:
        """Return all tickers' results of a night, by ticker."""
        ...
