"""A person's and a place's data: handed out as files, read back, and erased."""

from dataclasses import dataclass

from bot.answers.exports import as_csv, as_json
from bot.clock import Clock
from bot.worker import Worker
from storage.privacy import PrivacyStore
from storage.records import Place
from storage.work import Erased


@dataclass(frozen=True, slots=True)
class ExportFiles:
    """A place's data as two files, and how much is in them."""

    csv: bytes
    json: bytes
    subscriptions: int
    forecasts: int


class PrivacyDesk:
    """Hands out and erases data."""

    def __init__(self, store: PrivacyStore, worker: Worker, clock: Clock) -> None:
        self._store = store
        self._worker = worker
        self._clock = clock

    async def export(self, place: Place) -> ExportFiles:
        """Return everything kept of a place."""
        return await self._worker.wait(self._files, place)

    async def forget(self, user_id: int) -> Erased:
        """Erase a person's data and return what was erased."""
        return await self._worker.wait(self._store.forget_user, user_id, self._clock.now())

    def _files(self, place: Place) -> ExportFiles:
        export = self._store.export_place(place)
        return ExportFiles(
            as_csv(export),
            as_json(export, self._clock.now()),
            len(export.subscriptions),
            len(export.forecasts),
        )
