"""The `chat` fixture: a Telegram on this machine, the people in it, and ways to wait for the bot.

A bot under test gets `chat.url` as `TELEGRAM_API_URL` and `chat.token`; it may run on the same
event loop or in a process of its own. Every request it makes is recorded in `chat.calls`, and
checked at the end against Telegram's manual where that is at hand. Every sentence that the bot says
in this process is checked to be in the catalogue.
"""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from localchat.bot_api.call_record import Recorded, Recorder
from localchat.bot_api.faults import Faults
from localchat.bot_api.flood_limits import FloodLimits
from localchat.server import Clocks, LocalChat
from localchat.state.values import (
    CallbackQuery,
    Chat,
    InlineQuery,
    Member,
    Message,
    User,
)
from localchat.state.world_state import World
from tests.journeys import spec
from tests.journeys.catalogue import uncatalogued
from tests.journeys.people import Person

TOKEN = "4200001234:no_secret_but_a_test"
ANN_ID, BEN_ID, CARL_ID = 700_000_001, 700_000_002, 700_000_003
SECONDS = 10.0
_HARMLESS = ("not modified", "query is too old", "not found")

T = TypeVar("T")


@dataclass
class ChatClock:
    """The time that messages are dated with; set `now` to live on another day."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class ChatDriver:
    """One Telegram for one test."""

    def __init__(self, server: LocalChat, clock: ChatClock) -> None:
        self.server = server
        self.clock = clock
        self.token = TOKEN
        self.expects_refusals = False
        self.ann = self.person(ANN_ID, "Ann", "ann_example")
        self.ben = self.person(BEN_ID, "Ben", "ben_example")
        self.carl = self.person(CARL_ID, "Carl", "carl_example")
        members = (
            Member(CARL_ID, "creator"),
            Member(ANN_ID, "member"),
            Member(BEN_ID, "member"),
        )
        self._group_id = self.world.add_group("Market talk", members, forum=True).id
        self.tesla = self.world.add_topic(self.market_talk, "Tesla")

    @property
    def url(self) -> str:
        """What goes into `TELEGRAM_API_URL`."""
        return self.server.url

    @property
    def world(self) -> World:
        """The state, to look at or to change without the bot being told."""
        return self.server.world

    @property
    def calls(self) -> Recorder:
        """Every request of the bot."""
        return self.server.calls

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        return self.server.api.faults

    @property
    def market_talk(self) -> Chat:
        """The forum group of all three; Carl owns it; Ann and Ben are plain members."""
        return self.world.chats[self._group_id]

    def limit(self, limits: FloodLimits | None = None) -> None:
        """Switch Telegram's flood limits on."""
        self.server.api.flood.limits = limits or FloodLimits()

    def person(
        self, user_id: int, name: str, username: str | None = None, language: str = "en"
    ) -> Person:
        """Let somebody exist who has not written to the bot yet."""
        user = User(user_id, name, username, language_code=language)
        return Person(self.server, self.world.add_user(user))

    def basic_group(self, title: str, *people: Person) -> Chat:
        """Let a plain group exist, the first person its owner."""
        members = tuple(
            Member(p.id, "member" if index else "creator") for index, p in enumerate(people)
        )
        return self.world.add_group(title, members, basic=True)

    def channel(self, title: str, *people: Person, username: str | None = None) -> Chat:
        """Let a channel exist without the bot, the first person its owner, the others admins."""
        members = tuple(
            Member(p.id, "administrator" if index else "creator") for index, p in enumerate(people)
        )
        return self.world.add_channel(title, members, username=username)

    def of_bot(self, place: "Chat | Person | None" = None) -> list[Message]:
        """The bot's messages that are still there, oldest first, in one chat or in all."""
        ids, bot = [place.id] if place else list(self.world.chats), self.world.bot.id
        return [m for key in ids for m in self.world.history(key) if m.sender_id == bot]

    def photo(self, message: Message) -> bytes:
        """The bytes of a message's photo as the bot uploaded them."""
        return self.world.blobs.get(self.world.files[message.photo[-1]].blob)

    def buttons(self, message: Message) -> list[str]:
        """The texts of a message's inline buttons, as it is now."""
        current = self.world.messages[message.chat_id][message.id]
        return [button.text for row in current.keyboard for button in row]

    async def wait(self, find: Callable[[], T | None], seconds: float = SECONDS) -> T:
        """Wait until `find` returns something; it is asked at every change of the world."""
        return await self.server.wait_for(find, seconds)

    async def next_message(
        self,
        place: "Chat | Person | None",
        *,
        after: Message | None = None,
        where: Callable[[Message], bool] = lambda _: True,
        seconds: float = SECONDS,
    ) -> Message:
        """The bot's first message of a chat that fits, behind another where one is given."""
        last = after.id if after else 0

        def find() -> Message | None:
            fitting = (m for m in self.of_bot(place) if m.id > last and where(m))
            return next(fitting, None)

        return await self.wait(find, seconds)

    async def answer_to(
        self,
        asked: Message,
        *,
        where: Callable[[Message], bool] = lambda _: True,
        seconds: float = SECONDS,
    ) -> Message:
        """The bot's first message behind a person's, in the same chat and topic."""
        return await self.next_message(
            self.world.chats[asked.chat_id],
            after=asked,
            where=lambda m: m.thread_id == asked.thread_id and where(m),
            seconds=seconds,
        )

    async def photo_for(self, asked: Message, *, seconds: float = SECONDS) -> Message:
        """The bot's first photo behind a person's message, in the same chat and topic."""
        return await self.answer_to(asked, where=lambda m: bool(m.photo), seconds=seconds)

    async def edit_of(self, message: Message, *, seconds: float = SECONDS) -> Message:
        """The message once it differs from the one given."""

        def find() -> Message | None:
            current = self.world.messages[message.chat_id][message.id]
            return current if current != message and not current.deleted else None

        return await self.wait(find, seconds)

    async def removal_of(self, message: Message, *, seconds: float = SECONDS) -> None:
        """Wait until the bot has deleted a message."""
        await self.wait(
            lambda: True if self.world.find(message.chat_id, message.id) is None else None, seconds
        )

    async def notice(self, query: CallbackQuery, *, seconds: float = SECONDS) -> CallbackQuery:
        """The button press once the bot has answered it; `text` is the notice shown."""

        def find() -> CallbackQuery | None:
            current = self.world.queries[query.id]
            return current if current.answered else None

        return await self.wait(find, seconds)

    async def results(self, query: InlineQuery, *, seconds: float = SECONDS) -> InlineQuery:
        """The inline query once the bot has answered it."""

        def find() -> InlineQuery | None:
            current = self.world.inline_queries[query.id]
            return current if current.answered else None

        return await self.wait(find, seconds)

    async def said(
        self, method: str, *, count: int = 1, seconds: float = SECONDS
    ) -> list[Recorded]:
        """The requests of a method, once there are so many."""

        def find() -> list[Recorded] | None:
            calls = self.calls.of(method)
            return calls if len(calls) >= count else None

        return await self.wait(find, seconds)

    def unanswered(self) -> list[CallbackQuery]:
        """Button presses that still turn in the person's client."""
        return [query for query in self.world.queries.values() if not query.answered]

    def refused(self) -> list[Recorded]:
        """Requests refused with 400 for what the bot sent, not on order and not by a race."""
        return [
            call
            for call in self.calls
            if call.refusal
            and call.refusal.code == 400
            and call.fault != "error"
            and not any(words in call.refusal.description for words in _HARMLESS)
        ]


@pytest.fixture
def chat_clock() -> ChatClock:
    """The clock that the chat's messages are dated with."""
    return ChatClock()


@pytest.fixture
async def chat(chat_clock: ChatClock) -> AsyncIterator[ChatDriver]:
    """A Telegram on a free port, with Ann, Ben and Carl, empty, all requests recorded."""

    def now() -> datetime:
        return chat_clock.now()

    clocks = Clocks(now, time.monotonic)
    server = LocalChat(None, TOKEN, clocks, record=True)
    await server.start()
    driver = ChatDriver(server, chat_clock)
    with uncatalogued() as missing:
        yield driver
    await server.stop()
    assert missing == [], f"people were told what no translator could see: {missing}"
    assert [
        fault for call in driver.calls for fault in spec.violations(call) if not call.refusal
    ] == []
    if not driver.expects_refusals:
        assert [(call.method, call.refusal) for call in driver.refused()] == []
