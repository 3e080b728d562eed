"""Handing updates to the bot's webhook, on this machine only, until it takes them."""

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from localchat.bot_api import bot_api_json
from localchat.errors import bad_request
from localchat.state.world_state import World

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_ANSWER_SECONDS = 20


@dataclass(frozen=True, slots=True)
class _Hook:
    url: str
    secret: str | None
    max_connections: int


class Webhook:
    """The state of `setWebhook`, and the task that delivers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hook: _Hook | None = None
        self._task: asyncio.Task[None] | None = None
        self._error: tuple[int, str] | None = None

    @property
    def is_set(self) -> bool:
        """That updates go to a webhook, so that nobody may poll."""
        return self._hook is not None

    async def set(self, params: Mapping[str, Any]) -> bool:
        """Deliver to a URL from now on; an empty URL ends it.

        Raises:
            ApiError: 400, not a loopback URL, or a malformed secret.
        """
        secret = params.get("secret_token")
        if secret is not None and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        await self.stop()
        updates = self._world.updates
        updates.allow(params.get("allowed_updates"))
        if params.get("drop_pending_updates"):
            updates.drop()
        if params["url"]:
            _check_loopback(params["url"])
            self._hook = _Hook(params["url"], secret, params.get("max_connections", 40))
            self._task = asyncio.create_task(self._deliver(self._hook))
        return True

    async def delete(self, params: Mapping[str, Any]) -> bool:
        """End the deliveries."""
        return await self.set({**params, "url": ""})

    def info(self) -> dict[str, Any]:
        """Return a WebhookInfo object."""
        updates = self._world.updates
        body: dict[str, Any] = {
            "url": self._hook.url if self._hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates),
        }
        if self._hook:
            body["max_connections"] = self._hook.max_connections
        if self._error:
            body["last_error_date"], body["last_error_message"] = self._error
        if updates.allowed is not None:
            body["allowed_updates"] = sorted(updates.allowed)
        return body

    async def stop(self) -> None:
        """End the deliveries; what was not taken waits."""
        self._hook = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _deliver(self, hook: _Hook) -> None:
        timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
        pause = _FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                await self._world.updates.arrived.wait()
                for update in self._world.updates.pending(limit=1):
                    if await self._post(session, hook, bot_api_json.update(update)):
                        self._world.updates.confirm(update.id)
                        pause = _FIRST_PAUSE
                    else:
                        await asyncio.sleep(pause)
                        pause = min(2 * pause, _LONGEST_PAUSE)

    async def _post(
        self, session: aiohttp.ClientSession, hook: _Hook, body: dict[str, Any]
    ) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=body, headers=headers) as answer:
                if answer.ok:
                    return True
                reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as err:
            reason = f"Connection failed: {type(err).__name__}"
        self._error = (self._world.timestamp(), reason)
        return False


def _check_loopback(url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if parts.scheme not in {"http", "https"} or not local:
        raise bad_request("bad webhook: the local chat delivers to this machine only")
