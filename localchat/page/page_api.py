"""The page's API for what people do: each act is one small JSON body."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from localchat.bot_api.parameters import Upload
from localchat.errors import ApiError, PersonError
from localchat.page import page_json
from localchat.page.user_actions import People
from localchat.state.values import Message
from localchat.state.world_state import World

T = TypeVar("T")
LARGEST_FILE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Say:
    """Write a text."""

    user: int
    chat: int
    text: str
    thread: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Change one's own text."""

    user: int
    chat: int
    message: int
    text: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete one's own message."""

    user: int
    chat: int
    message: int


@dataclass(frozen=True, slots=True)
class Press:
    """Press the inline button at a row and column."""

    user: int
    chat: int
    message: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Type a query behind the bot's name."""

    user: int
    query: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Send an inline result."""

    user: int
    chat: int
    query: str
    result: str
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Let a person's Telegram be in a language."""

    user: int
    language: str


@dataclass(frozen=True, slots=True)
class SendFile:
    """Send a file; the request's body is its bytes, the address has the rest."""

    user: int
    chat: int
    name: str
    thread: int | None = None


class Acts:
    """Lets the page act for people."""

    def __init__(self, world: World, people: People) -> None:
        self._world = world
        self._people = people

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of all acts."""
        return [
            _route("say", Say, self._say),
            _route("edit", Edit, self._edit),
            _route("remove", Remove, self._remove),
            _route("press", Press, self._press),
            _route("ask", Ask, self._ask),
            _route("choose", Choose, self._choose),
            _route("language", ChooseLanguage, self._language),
            web.post("/api/send-file", self._send_file),
        ]

    def _say(self, act: Say) -> Any:
        user, chat = self._world.users[act.user], self._world.chats[act.chat]
        target = self._message(act.chat, act.reply_to) if act.reply_to else None
        said = self._people.say(user, chat, act.text, topic=act.thread, reply_to=target)
        return page_json.message(self._world, said)

    def _edit(self, act: Edit) -> Any:
        message = self._own(act.user, act.chat, act.message)
        return page_json.message(self._world, self._people.edit(message, act.text))

    def _remove(self, act: Remove) -> Any:
        self._people.delete(self._own(act.user, act.chat, act.message))
        return {}

    def _press(self, act: Press) -> Any:
        message = self._message(act.chat, act.message)
        button = message.keyboard[act.row][act.column]
        return page_json.query(self._people.press(self._world.users[act.user], message, button))

    def _ask(self, act: Ask) -> Any:
        query = self._people.inline(self._world.users[act.user], act.query)
        return page_json.inline(self._world, query)

    def _choose(self, act: Choose) -> Any:
        query, chat = self._world.inline_queries[act.query], self._world.chats[act.chat]
        sent = self._people.choose(query, act.result, chat, topic=act.thread)
        return page_json.message(self._world, sent)

    def _language(self, act: ChooseLanguage) -> Any:
        self._people.speak(self._world.users[act.user], act.language)
        return {}

    async def _send_file(self, request: web.Request) -> web.Response:
        act = _parsed(SendFile, dict(request.query))
        data = bytearray()
        async for chunk in request.content.iter_any():
            data += chunk
            if len(data) > LARGEST_FILE:
                raise web.HTTPRequestEntityTooLarge(LARGEST_FILE, len(data))
        upload = Upload(act.name, request.content_type, bytes(data))

        def send(_: SendFile) -> Any:
            user, chat = self._world.users[act.user], self._world.chats[act.chat]
            sent = self._people.send_file(user, chat, upload, topic=act.thread)
            return page_json.message(self._world, sent)

        return _answered(send, act)

    def _message(self, chat_id: int, message_id: int) -> Message:
        found = self._world.find(chat_id, message_id)
        if found is None:
            raise KeyError(message_id)
        return found

    def _own(self, user_id: int, chat_id: int, message_id: int) -> Message:
        message = self._message(chat_id, message_id)
        if message.sender_id != user_id:
            raise PersonError("people change their own messages only")
        return message


def _parsed(kind: type[T], body: Any) -> T:
    try:
        return TypeAdapter(kind).validate_python(body)
    except ValidationError as err:
        raise web.HTTPBadRequest(text=f"not a {kind.__name__}") from err


def _answered(do: Callable[[T], Any], act: T) -> web.Response:
    try:
        return web.json_response(do(act))
    except (PersonError, ApiError) as err:
        raise web.HTTPConflict(text=str(err)) from err
    except (KeyError, IndexError) as err:
        raise web.HTTPNotFound(text="that is not there any more") from err


def _route(name: str, kind: type[T], do: Callable[[T], Any]) -> web.RouteDef:
    async def handle(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            body = await request.json()
        except ValueError as err:
            raise web.HTTPBadRequest(text="not JSON") from err
        return _answered(do, _parsed(kind, body))

    handler: Callable[[web.Request], Awaitable[web.Response]] = handle
    return web.post(f"/api/{name}", handler)
