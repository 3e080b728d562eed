"""Pictures that Telegram already has and that need not be uploaded again."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from storage.records.work import PhotoKey
from storage.store_part import StorePart
from storage.tables import work

FORGOTTEN = "photo"
"""The bulletin that Telegram does not know a `file_id` any more."""


class PhotoStore(StorePart):
    """Telegram's `file_id` of each uploaded picture."""

    def find_photo(self, key: PhotoKey) -> str | None:
        """Return the `file_id` of an uploaded picture, or None."""
        with self._db.reading() as connection:
            query = select(work.photos.c.file_id).where(*_is(key))
            return connection.execute(query).scalar()

    def newest_fan(
        self, bot_id: int, forecast_id: int, sessions: int, theme: str, language: str
    ) -> str | None:
        """Return the `file_id` of the fan of a forecast that was uploaded last, or None."""
        photos = work.photos.c
        chosen = [
            photos.bot_id == bot_id,
            photos.forecast_id == forecast_id,
            photos.kind.startswith("fan-", autoescape=True),
            photos.sessions == sessions,
            photos.theme == theme,
            photos.language == language,
        ]
        query = select(photos.file_id).where(*chosen).order_by(photos.saved_at.desc()).limit(1)
        with self._db.reading() as connection:
            return connection.execute(query).scalar()

    def save_photo(self, key: PhotoKey, file_id: str, now: datetime) -> None:
        """Keep the `file_id` of an uploaded picture, in place of an earlier one."""
        values = {"file_id": file_id, "saved_at": now}
        statement = self._db.insert(work.photos).values(asdict(key) | values)
        with self._db.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(asdict(key)), set_=values)
            )

    def drop_photo(self, key: PhotoKey, file_id: str) -> None:
        """Forget a picture that Telegram no longer accepts; not the one it has by now."""
        old = delete(work.photos).where(*_is(key), work.photos.c.file_id == file_id)
        with self._db.writing() as connection:
            connection.execute(old)
            self._db.tell(connection, f"{FORGOTTEN} {file_id}")


def _is(key: PhotoKey) -> list[ColumnElement[bool]]:
    return [work.photos.c[name] == value for name, value in asdict(key).items()]
