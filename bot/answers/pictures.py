"""Pictures of forecasts: drawn once, uploaded once, then named by what Telegram calls them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import astuple, dataclass, replace
from typing import Literal, TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache

from bot.answers.forecasts import Answer
from bot.answers.surroundings import Surroundings, fan_name
from bot.awaitable_store import AwaitableStore
from bot.clock import Clock
from bot.errors import StalePictureError
from bot.worker import SingleFlight, Worker
from forecasting.charts.fan import About, draw_fan
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ChartTexts
from storage.records.work import PhotoKey

ThemeName = Literal["light", "dark"]
T = TypeVar("T")
Wanted = tuple[PhotoKey, Callable[[], Awaitable[bytes]]]
"""What makes a picture the same picture, and what draws it."""
_MOST_REMEMBERED = 4096
_UPLOAD_SECONDS = 0.5
"""How long those who want the same picture wait for who is first to upload it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to send: the name of an uploaded one, or PNG bytes to upload."""

    key: PhotoKey
    content: str | bytes

    @property
    def uploaded(self) -> bool:
        """Whether Telegram has it already."""
        return isinstance(self.content, str)


class PictureDesk:
    """Hands out pictures so that each is drawn and uploaded once, however many want it."""

    def __init__(
        self,
        photos: AwaitableStore,
        worker: Worker,
        clock: Clock,
        texts: Callable[[str], ChartTexts],
        bot_id: Callable[[], int],
        surroundings: Surroundings,
    ) -> None:
        self._surroundings = surroundings
        self._photos = photos
        self._worker = worker
        self._clock = clock
        self._texts = texts
        self._bot_id = bot_id
        self._turns: WeakValueDictionary[PhotoKey, asyncio.Lock] = WeakValueDictionary()
        self._flights = SingleFlight()
        self._drawn: dict[PhotoKey, Picture] = {}
        self._uploading: dict[PhotoKey, asyncio.Event] = {}
        self._file_ids: LRUCache[PhotoKey, str] = LRUCache(_MOST_REMEMBERED)

    async def with_fan(
        self,
        answer: Answer,
        sessions: int,
        theme: ThemeName,
        language: str,
        use: Callable[[Picture], Awaitable[T]],
    ) -> T:
        """Use the picture of a forecast; who is first to want it uploads while others wait."""
        about = (await self._surroundings.of(answer)).about
        key, draw = self._fan(answer, sessions, theme, language, about)
        return await self.using(key, draw, use)

    @asynccontextmanager
    async def fan_at_hand(
        self, answer: Answer, sessions: int, theme: ThemeName, language: str
    ) -> AsyncIterator[None]:
        """Have the picture of a forecast drawn before its message has its turn.

        A turn is one of those that Telegram lets a bot have in a second, and not to be spent on
        drawing, or on waiting until somebody else has uploaded the same picture.
        """
        about = (await self._surroundings.of(answer)).about
        key, draw = self._fan(answer, sessions, theme, language, about)
        async with self._at_hand(key, draw):
            yield

    @asynccontextmanager
    async def _at_hand(
        self, key: PhotoKey, draw: Callable[[], Awaitable[bytes]]
    ) -> AsyncIterator[None]:
        first = self._uploading.get(key)
        if first is None:
            picture = await self._found_or_drawn(key, draw)
            first = self._uploading.get(key)
            if not picture.uploaded and first is None:
                async with self._first_to_upload(picture):
                    yield
                return
        if first is not None:
            # Not for long: its chat may have to wait for minutes.
            with suppress(TimeoutError):
                await asyncio.wait_for(first.wait(), _UPLOAD_SECONDS)
        yield

    @asynccontextmanager
    async def _first_to_upload(self, picture: Picture) -> AsyncIterator[None]:
        self._drawn[picture.key], self._uploading[picture.key] = picture, asyncio.Event()
        try:
            yield
        finally:
            del self._drawn[picture.key]
            self._uploading.pop(picture.key).set()

    async def with_fans(
        self,
        answers: Sequence[Answer],
        sessions: int,
        theme: ThemeName,
        language: str,
        use: Callable[[tuple[Picture, ...]], Awaitable[T]],
    ) -> T:
        """Use the pictures of several forecasts, all on one rung of the scale of per cent."""
        beside = [(await self._surroundings.of(answer)).about for answer in answers]
        rung = max(about.rung for about in beside)
        wanted = [
            self._fan(answer, sessions, theme, language, replace(about, rung=rung))
            for answer, about in zip(answers, beside, strict=True)
        ]
        try:
            async with self.lend_all(wanted) as pictures:
                return await use(pictures)
        except StalePictureError:
            async with self.lend_all(wanted) as pictures:
                return await use(pictures)

    def _fan(
        self, answer: Answer, sessions: int, theme: ThemeName, language: str, about: About
    ) -> Wanted:
        name = fan_name(about, answer.sessions_old)
        key = PhotoKey(self._bot_id(), answer.issued.id, name, sessions, theme, language)

        async def draw() -> bytes:
            return await self._worker.finish(
                draw_fan,
                answer.bars,
                answer.issued.forecast,
                sessions=sessions,
                theme=Theme(theme),
                texts=self._texts(language),
                sessions_old=answer.sessions_old,
                about=about,
            )

        return key, draw

    async def with_drawing(
        self,
        name: str,
        theme: ThemeName,
        language: str,
        draw: Callable[[Theme, ChartTexts], bytes],
        use: Callable[[Picture], Awaitable[T]],
    ) -> T:
        """Use a picture that is not of one forecast; its name changes whenever it would."""
        key = PhotoKey(self._bot_id(), 0, name, 0, theme, language)

        async def drawing() -> bytes:
            return await self._worker.finish(draw, Theme(theme), self._texts(language))

        return await self.using(key, drawing, use)

    async def using(
        self,
        key: PhotoKey,
        draw: Callable[[], Awaitable[bytes]],
        use: Callable[[Picture], Awaitable[T]],
    ) -> T:
        """Use any picture by its key, and once more, drawn anew, if Telegram has forgotten it."""
        try:
            async with self.lend(key, draw) as picture:
                return await use(picture)
        except StalePictureError:
            async with self.lend(key, draw) as picture:
                return await use(picture)

    @asynccontextmanager
    async def lend_all(self, wanted: Sequence[Wanted]) -> AsyncIterator[tuple[Picture, ...]]:
        """Lend the pictures of an album, in its order; one that is in it twice is lent once."""
        lent = {}
        async with AsyncExitStack() as stack:
            # Always in one order, so that two albums cannot wait for each other's pictures.
            for key, draw in sorted(dict(wanted).items(), key=lambda pair: astuple(pair[0])):
                lent[key] = await stack.enter_async_context(self.lend(key, draw))
            yield tuple(lent[key] for key, _ in wanted)

    @asynccontextmanager
    async def lend(
        self, key: PhotoKey, draw: Callable[[], Awaitable[bytes]]
    ) -> AsyncIterator[Picture]:
        """Lend any picture by its key; `draw` is called only where nobody has uploaded it yet."""
        if (known := self._file_ids.get(key)) is not None:
            yield Picture(key, known)
            return
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            drawn = None if key in self._file_ids else self._drawn.get(key)
            picture = drawn or await self._found_or_drawn(key, draw)
            if not picture.uploaded:
                yield picture
                return
        yield picture

    async def _found_or_drawn(self, key: PhotoKey, draw: Callable[[], Awaitable[bytes]]) -> Picture:
        """Return what Telegram has or what is drawn now, for all who want it at the same time."""

        async def look() -> Picture:
            return Picture(key, await self._find(key) or await draw())

        found: Picture = await self._flights.run(key, look)
        return found

    async def uploaded(self, key: PhotoKey, file_id: str) -> None:
        """Remember what Telegram calls a picture."""
        if self._file_ids.get(key) == file_id:
            return
        self._file_ids[key] = file_id
        if key in self._uploading:
            self._uploading[key].set()
        await self._photos.save_photo(key, file_id, self._clock.now())

    async def refused(self, key: PhotoKey, file_id: str) -> None:
        """Forget a picture that Telegram no longer knows."""
        self.forget(file_id)
        await self._photos.drop_photo(key, file_id)

    def forget(self, file_id: str) -> None:
        """Look a picture up again: another process has found that Telegram does not know it."""
        for key in [key for key, known in self._file_ids.items() if known == file_id]:
            del self._file_ids[key]

    async def _find(self, key: PhotoKey) -> str | None:
        file_id = self._file_ids.get(key)
        if file_id is None:
            file_id = await self._photos.find_photo(key)
            if file_id is not None:
                self._file_ids[key] = file_id
        return file_id
