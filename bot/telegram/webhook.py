"""Takes updates that Telegram posts: the secret first, then a small body, then a row, then 200."""

import hmac
import json
import logging
import operator
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot, Update

from bot.errors import UnusableSettingError
from bot.telegram.update_kinds import ALLOWED_UPDATES
from bot.telegram.webhook_address import WebhookAddress
from storage.errors import StorageError

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
"""An update has some kilobytes; the library's own server would take 100 MB from anybody."""
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_STOP_SECONDS = 2.0
Take = Callable[[Sequence[Update]], Awaitable[None]]


class WebhookFront:
    """A server with one path."""

    def __init__(self, bot: Bot, address: WebhookAddress, take: Take) -> None:
        """Make a server that does not listen yet.

        Args:
            bot: The client.
            address: Where it listens.
            take: Keeps updates; Telegram is told so only when it has returned.
        """
        self._bot = bot
        self._address = address
        self._take = take
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; `announce` tells Telegram so.

        Raises:
            UnusableSettingError: The address is taken, or not this machine's.
        """
        app = web.Application(client_max_size=MOST_BYTES)
        path = urlsplit(self._address.url).path or "/"
        app.add_routes([web.post(path, self._posted)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        listen = self._address.listen
        try:
            await web.TCPSite(self._runner, *listen).start()
        except OSError as err:
            raise UnusableSettingError("LISTEN", "{}:{}".format(*listen), err) from err

    async def announce(self) -> None:
        """Ask Telegram to post updates here."""
        await self._bot.set_webhook(
            self._address.url,
            secret_token=self._address.secret,
            allowed_updates=ALLOWED_UPDATES,
        )

    async def stop(self) -> None:
        """Listen no more; what is not taken is posted again later."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _posted(self, request: web.Request) -> web.Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(
            given.encode("utf-8", "surrogateescape"), self._address.secret.encode()
        ):
            # Before a byte of the body is read: who does not know the secret costs nothing.
            return _refuse(HTTPStatus.FORBIDDEN)
        if (request.content_length or 0) > MOST_BYTES:
            return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        update = self._read(await request.read())
        if update is None:
            # Telegram would repeat for ever what was not taken, and it would not get any better.
            return web.Response()
        try:
            await self._take((update,))
        except StorageError as err:
            log.warning("updates-not-kept reason=%r", str(err))
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response()

    def _read(self, body: bytes) -> Update | None:
        try:
            update = Update.de_json(json.loads(body), self._bot)
            # The library takes anything for a number.
            operator.index(update.update_id).to_bytes(8, signed=True)
        except Exception as err:  # noqa: BLE001 - whatever the library stumbles over
            log.warning("update-not-read bytes=%s reason=%r", len(body), type(err).__name__)
            return None
        return update


def _refuse(status: HTTPStatus) -> web.Response:
    response = web.Response(status=status)
    response.force_close()
    return response
