"""The Bot API over HTTP: who may call, what goes wrong on order, which function answers."""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from localchat.bot_api import images
from localchat.bot_api.call_record import Recorded, Recorder
from localchat.bot_api.faults import Fault, Faults
from localchat.bot_api.flood_limits import FloodControl
from localchat.bot_api.methods.calls import Call
from localchat.bot_api.methods.registry import HANDLERS
from localchat.bot_api.parameter_tables import METHODS
from localchat.bot_api.parameters import Upload, check
from localchat.bot_api.polling import Polling
from localchat.bot_api.request_body import decode
from localchat.bot_api.webhook import Webhook
from localchat.errors import ApiError, conflict, too_many_requests
from localchat.state.world_state import World

_NAMES = {name.lower(): name for name in METHODS}
_COUNTED = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendMediaGroup",
    }
)


class BotApi:
    """The Bot API of one bot."""

    def __init__(
        self, world: World, token: str, recorder: Recorder, monotonic: Callable[[], float]
    ) -> None:
        self._world = world
        self._token = token
        self._recorder = recorder
        self._monotonic = monotonic
        self._busy: set[asyncio.Transport] = set()
        self.polling = Polling(world.updates)
        self.webhook = Webhook(world)
        self.flood = FloodControl(monotonic)
        self.faults = Faults(self._hang_up)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the API and of downloads."""
        return [
            web.route("*", "/bot{token}/{method}", self._answer),
            web.get("/file/bot{token}/{kind}/{file_id}", self._download),
        ]

    def _hang_up(self) -> None:
        for transport in self._busy:
            transport.abort()
        self.polling.interrupt()

    def _is_ours(self, request: web.Request) -> bool:
        return hmac.compare_digest(request.match_info["token"].encode(), self._token.encode())

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        transport = request.transport
        if transport is None or self.faults.is_down:
            return _hang_up(request)
        self._busy.add(transport)
        try:
            return await self._serve(request)
        finally:
            self._busy.discard(transport)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if not self._is_ours(request):
            return _refuse(ApiError(401, "Unauthorized"))
        called = request.match_info["method"]
        method = _NAMES.get(called.lower(), called)
        begun = self._monotonic()
        try:
            raw, files = await decode(request)
        except ApiError as err:
            return _refuse(err)
        call = Recorded(method, raw, files, begun)
        fault = self.faults.take(method, call.chat_id)
        if fault and fault.trouble == "drop":
            return _hang_up(request)
        call = await self._done(call, fault)
        self._recorder.add(call)
        if fault and fault.trouble == "lose_reply":
            await asyncio.sleep(fault.seconds)
            return _hang_up(request)
        if call.refusal is not None:
            return _refuse(call.refusal)
        return web.json_response({"ok": True, "result": call.result})

    async def _done(self, call: Recorded, fault: Fault | None) -> Recorded:
        """Do what a call asks, or what the fault makes of it."""
        result: Any = None
        refusal: ApiError | None = None
        try:
            await _suffer(fault)
            result = await self._perform(call.method, call.raw, call.files)
        except ApiError as err:
            refusal = err
        return replace(
            call,
            seconds=self._monotonic() - call.at,
            result=result,
            refusal=refusal,
            fault=fault.trouble if fault else None,
        )

    async def _perform(
        self, method: str, raw: Mapping[str, Any], files: Mapping[str, Upload]
    ) -> Any:
        if method not in METHODS:
            raise ApiError(404, "Not Found")
        params = check(method, raw, files)
        match method:
            case "getUpdates":
                if self.webhook.is_set:
                    raise conflict(
                        "can't use getUpdates method while webhook is active; use deleteWebhook "
                        "to delete the webhook first"
                    )
                return await self.polling.get_updates(params)
            case "setWebhook":
                self.polling.interrupt()
                return await self.webhook.set(params)
            case "deleteWebhook":
                return await self.webhook.delete(params)
            case "getWebhookInfo":
                return self.webhook.info()
        self._check_flood(method, params)
        return HANDLERS[method](self._world, Call(method, params, files))

    def _check_flood(self, method: str, params: Mapping[str, Any]) -> None:
        chat_id = params.get("chat_id")
        if method in _COUNTED and isinstance(chat_id, int):
            messages, paid = len(params.get("media", [None])), params.get("allow_paid_broadcast")
            seconds = self.flood.wait(chat_id, messages, paid=bool(paid))
        elif method.startswith("editMessage") and isinstance(chat_id, int):
            seconds = self.flood.wait_to_edit(chat_id)
        else:
            return
        if seconds is not None:
            raise too_many_requests(seconds)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if not self._is_ours(request):
            raise web.HTTPUnauthorized
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None or request.match_info["kind"] != f"{stored.kind}s":
            raise web.HTTPNotFound
        data = self._world.blobs.get(stored.blob)
        original = stored.kind == "document" or images.measure(data) == (
            stored.width,
            stored.height,
        )
        body = data if original else images.scaled(data, stored.width, stored.height)
        return web.Response(body=body, content_type="application/octet-stream")


async def _suffer(fault: Fault | None) -> None:
    if fault and fault.trouble == "delay":
        await asyncio.sleep(fault.seconds)
    if fault and fault.trouble == "error" and fault.error is not None:
        raise fault.error


def _refuse(refusal: ApiError) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.code)


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
