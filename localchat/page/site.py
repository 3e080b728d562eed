"""The chat page: its files, what it shows at first, and its stream of events."""

from importlib import resources
from typing import Any

from aiohttp import web

from localchat.bot_api import images
from localchat.page import page_json
from localchat.page.event_stream import EventLog
from localchat.page.hooks import PageOptions
from localchat.page.page_api import Acts
from localchat.page.replaying import Replaying
from localchat.page.user_actions import People
from localchat.state.scene import set_scene
from localchat.state.values import Chat, Message
from localchat.state.world_state import World

_PORTION = 40
_STEPS = {1, 5}
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Page:
    """Everything a browser asks for."""

    def __init__(self, world: World, people: People, options: PageOptions) -> None:
        set_scene(world, options.topic)
        self._world = world
        self._examples = options.examples
        self._events = EventLog(world)
        self._replaying = Replaying(world, options, self._events)
        self._acts = Acts(world, people)
        folder = resources.files("localchat.page") / "assets"
        self._assets = {
            entry.name: entry.read_bytes()
            for entry in folder.iterdir()
            if entry.name.rpartition(".")[2] in _TYPES
        }

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page and its API."""
        return [
            web.get("/", self._index),
            web.get("/assets/{name}", self._asset),
            web.get("/files/{file_id}", self._file),
            web.get("/api/state", self._state),
            web.get("/api/messages", self._older),
            web.get("/api/events", self._stream),
            web.post("/api/step", self._step),
            web.post("/api/train", self._train),
            web.post("/api/reset", self._reset),
            *self._acts.routes(),
        ]

    async def stop(self) -> None:
        """Send all pages away."""
        self._events.close()
        await self._replaying.stop()

    async def _index(self, request: web.Request) -> web.Response:
        del request
        return self._served("index.html")

    async def _asset(self, request: web.Request) -> web.Response:
        return self._served(request.match_info["name"])

    def _served(self, name: str) -> web.Response:
        body = self._assets.get(name)
        if body is None:
            raise web.HTTPNotFound
        kind = _TYPES[name.rpartition(".")[2]]
        headers = {**_SAFETY, "Cache-Control": "no-cache"}
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        data = self._world.blobs.get(stored.blob)
        headers = {**_SAFETY, "Cache-Control": "private, max-age=31536000, immutable"}
        kind = images.media_type(data) if stored.kind == "photo" else "application/octet-stream"
        if stored.kind == "document":
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=data, content_type=kind, headers=headers)

    async def _state(self, request: web.Request) -> web.Response:
        del request
        world = self._world
        state = {
            "last": self._events.last,
            "bot": {"id": world.bot.id, "name": world.bot.first_name, "user": world.bot.username},
            "people": page_json.people(world),
            "chats": [page_json.chat(chat) for chat in world.chats.values()],
            "rooms": [self._room(chat, thread) for chat, thread in self._rooms()],
            "menus": page_json.menus(world),
            "examples": self._examples,
            "status": self._replaying.status(),
        }
        return web.json_response(state, headers={"Cache-Control": "no-store"})

    def _rooms(self) -> list[tuple[Chat, int | None]]:
        return [
            (chat, thread)
            for chat in self._world.chats.values()
            if chat.migrated_to is None
            for thread in (None, *(topic.id for topic in chat.topics))
        ]

    def _room(self, chat: Chat, thread: int | None, before: int | None = None) -> dict[str, Any]:
        """The newest messages of a chat or topic, older than `before`."""
        fitting: list[Message] = [
            m
            for m in self._world.history(chat.id)
            if m.thread_id == thread and (before is None or m.id < before)
        ]
        return {
            "chat": chat.id,
            "thread": thread,
            "messages": [page_json.message(self._world, m) for m in fitting[-_PORTION:]],
            "more": len(fitting) > _PORTION,
        }

    async def _older(self, request: web.Request) -> web.Response:
        try:
            chat = self._world.chats[int(request.query["chat"])]
            before = int(request.query["before"])
            thread = int(request.query["thread"]) if request.query.get("thread") else None
        except (KeyError, ValueError) as err:
            raise web.HTTPBadRequest from err
        return web.json_response(self._room(chat, thread, before))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        known = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        if not known.isdecimal():
            raise web.HTTPBadRequest
        headers = {**_SAFETY, "Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        try:
            async for frame in self._events.listen(int(known)):
                await response.write(frame)
        except ConnectionResetError:
            # The page was closed; there is nobody left to tell.
            return response
        return response

    async def _step(self, request: web.Request) -> web.Response:
        sessions = request.query.get("sessions", "")
        if not sessions.isdecimal() or int(sessions) not in _STEPS:
            raise web.HTTPBadRequest
        self._replaying.step(int(sessions))
        return web.json_response(self._replaying.status(), status=202)

    async def _train(self, request: web.Request) -> web.Response:
        del request
        self._replaying.train()
        return web.json_response(self._replaying.status(), status=202)

    async def _reset(self, request: web.Request) -> web.Response:
        del request
        self._replaying.reset()
        return web.json_response(self._replaying.status(), status=202)
