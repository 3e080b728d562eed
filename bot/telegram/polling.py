"""Fetches updates from Telegram; whether it still hears anything can be watched."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode

from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import DeafError, TokenRefusedError
from bot.telegram.errors import is_silence
from bot.telegram.request_kinds import seconds_of
from bot.telegram.update_kinds import ALLOWED_UPDATES
from storage.errors import StorageError

log = logging.getLogger(__name__)

Take = Callable[[Sequence[Update]], Awaitable[None]]
LONG_POLL_SECONDS = 25
SILENT_SECONDS = 90.0
_LONGEST_PAUSE = 30.0
_NUMBER = re.compile(rb'"update_id"\s*:\s*(\d+)')


class Poller:
    """Asks for updates until it is stopped.

    An update counts as taken only when `take` has returned: then the next request tells Telegram
    so. What was taken and not confirmed comes again, and is known by its number.
    """

    def __init__(self, bot: Bot, take: Take, *, silent_seconds: float = SILENT_SECONDS) -> None:
        """Make a poller; nothing is asked before `start`.

        Args:
            bot: The client.
            take: Keeps updates.
            silent_seconds: After so long without any word from Telegram it begins anew.
        """
        self._bot = bot
        self._take = take
        self._silent_seconds = silent_seconds
        self._offset: int | None = None
        self._heard_at = 0.0
        self._trouble = ""
        self._polling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to ask."""
        self._heard_at = asyncio.get_running_loop().time()
        self._polling = asyncio.get_running_loop().create_task(self._poll())

    async def stop(self) -> None:
        """Ask no more; what was taken stays taken."""
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    @property
    def silent_for(self) -> float:
        """Seconds since Telegram, or the network, last said anything."""
        if self._polling is None:
            return 0.0
        return asyncio.get_running_loop().time() - self._heard_at

    async def watch(self) -> None:
        """Return never; begin anew when Telegram falls silent.

        Raises:
            TokenRefusedError: The token is not valid any more.
            DeafError: Beginning anew has not helped.
        """
        begun_anew = False
        while True:
            await self._until_silent()
            if begun_anew:
                raise DeafError(self._silent_seconds)
            log.error("poller-silent seconds=%.0f begun=anew", self.silent_for)
            await self.stop()
            self.start()
            heard_at = self._heard_at
            await asyncio.sleep(self._silent_seconds)
            begun_anew = self._heard_at == heard_at

    async def _until_silent(self) -> None:
        while (left := self._silent_seconds - self.silent_for) > 0:
            polling = self._polling
            if polling is None:
                await asyncio.sleep(left)
                continue
            await asyncio.wait([polling], timeout=left)
            if polling.done() and polling is self._polling:
                polling.result()  # raises what ended it

    async def _poll(self) -> None:
        pause = 0.0
        while True:
            try:
                await self._once()
            except InvalidToken as err:
                raise TokenRefusedError from err
            except (TelegramError, StorageError) as err:
                pause = self._note(err, pause)
                await asyncio.sleep(pause)
            else:
                pause = 0.0
                self._recovered()

    async def _once(self) -> None:
        try:
            updates: Sequence[Update] = await self._bot.get_updates(
                offset=self._offset, timeout=LONG_POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
            )
        except TelegramError:
            raise
        except Exception as err:  # noqa: BLE001 - whatever the library stumbles over
            # One update must not keep all others from being read.
            log.warning("updates-not-read from=%s reason=%r", self._offset, type(err).__name__)
            updates = await self._next_one()
        self._heard_at = asyncio.get_running_loop().time()
        await self._take(updates)
        if updates:
            # Not the last one's: they may come in any order.
            self._offset = max(update.update_id for update in updates) + 1

    async def _next_one(self) -> list[Update]:
        """Fetch the first that waits; pass over it if it cannot be read: it would stop the rest."""
        query = urlencode({"offset": self._offset or 0, "limit": 1})
        answer = await self._bot.request.retrieve(f"{self._bot.base_url}/getUpdates?{query}")
        try:
            return [Update.de_json(data, self._bot) for data in json.loads(answer)["result"]]
        except Exception as err:  # noqa: BLE001 - as above
            number = _NUMBER.search(answer)
            log.warning("update-passed-over reason=%r", type(err).__name__)
            return [Update(int(number[1]))] if number else []

    def _note(self, error: TelegramError | StorageError, pause: float) -> float:
        """Write one line when a trouble begins; return how long to wait."""
        if not is_silence(error):
            self._heard_at = asyncio.get_running_loop().time()
        name = _name_of(error)
        if name != self._trouble:
            self._trouble = name
            log.warning("%s reason=%r", name, str(error))
        if isinstance(error, RetryAfter):
            return seconds_of(error) + 0.5
        return min(_LONGEST_PAUSE, max(0.5, 2 * pause))

    def _recovered(self) -> None:
        if self._trouble:
            log.info("polling-again after=%s", self._trouble)
            self._trouble = ""


def _name_of(error: TelegramError | StorageError) -> str:
    if isinstance(error, Conflict):
        return "second-poller"
    if isinstance(error, StorageError):
        return "updates-not-kept"
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return "telegram-unreachable"
    return "polling-refused"
