"""A person's and a place's data: handed out as files, read back, and erased."""

from dataclasses import dataclass

from bot.answers.exports import as_csv, as_json
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from storage.records.chats import Erased, Place
from storage.store import Store


@dataclass(frozen=True, slots=True)
class ExportFiles:
    """A place's data as two files, and how much is in them."""

    csv: bytes
    json: bytes
    subscriptions: int
    forecasts: int


class PrivacyDesk:
    """Hands out and erases data."""

    def __init__(self, store: AwaitableStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def export(self, place: Place) -> ExportFiles:
        """Return everything kept of a place."""
        return await self._store.run(self._files, place)

    async def forget(self, user_id: int) -> Erased:
        """Erase a person's data and return what was erased."""
        return await self._store.forget_user(user_id)

    def _files(self, store: Store, place: Place) -> ExportFiles:
        export = store.export_place(place)
        return ExportFiles(
            as_csv(export),
            as_json(export, self._clock.now()),
            len(export.subscriptions),
            len(export.forecasts),
        )
