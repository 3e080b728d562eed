"""An outbox in a real database, with a way out that does what a test tells it."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.delivery import OutboxDelivery
from bot.background.outbox.missed import MissedPosts
from bot.background.outbox.posts import Post
from bot.background.outbox.refusals import Refusals
from bot.clock import ReplayClock
from bot.words.language import Html, load_words
from bot.worker import Worker
from storage.records.chats import Place
from storage.records.work import OutboxItem
from storage.store import open_store

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
OWN = "own/-/1/0"


@dataclass
class Way:
    """A way out that does what it is told; `script` holds, by chat, what goes wrong next.

    Attributes:
        turns: What goes wrong, or None, with the next sendings, whatever their chats.
        preparing: Called, by chat, while a message is prepared and not yet marked.
        gate: Holds up every sending until it is set.
        finds: Whether what was sent could be found again after a crash.
        looked_for: After which messages, by chat, one was looked for.
    """

    script: dict[int, list[Exception]] = field(default_factory=dict)
    preparing: dict[str, Callable[[], None]] = field(default_factory=dict)
    turns: list[Exception | None] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    flying: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    per_second: float = 29.0
    last_flight: float = 0.0
    finds: bool = True
    looked_for: dict[int, tuple[int, int]] = field(default_factory=dict)

    def newest(self, chat_id):
        """Return the numbers of the newest messages, from the chat's own."""
        return (chat_id, 100 * chat_id)

    def finds_in(self, chat_id):
        """Return whether a message could be found by them."""
        return self.finds

    def wait_of(self, chat_id, weight=1):
        """Return that no chat must be waited for."""
        return 0.0

    @asynccontextmanager
    async def ready(self, post):
        """Prepare nothing; give what sends."""

        async def send(place, after):
            if after is not None:
                self.looked_for[place.chat_id] = after
            self.begun.set()
            self.flying.append(self.flying[-1] + 1 if self.flying else 1)
            if self.gate is not None:
                await self.gate.wait()
            else:
                await asyncio.sleep(0.002)
            self.flying.append(self.flying[-1] - 1)
            if wrong := self.script.get(place.chat_id):
                raise wrong.pop(0)
            if self.turns and (turn := self.turns.pop(0)):
                raise turn
            self.sent.append(place.chat_id)
            return (1,)

        key = post.html.without_markup()
        if key in self.preparing:
            self.preparing[key]()
        yield send


class Outbox:
    """A database with messages of chats 1 to n, and a delivery over it."""

    def __init__(self, store, way):
        self.store, self.clock, self.way, self.worker = store, ReplayClock(NOW), way, Worker()
        self.waiting = AwaitableStore(store, self.worker)

    def delivering(self, **options):
        """Return the outbox with a delivery made with `options`."""
        missed = MissedPosts(self.waiting, self.clock, lambda _: load_words())
        refusals = Refusals(self.waiting, self.clock, missed)
        way, clock = self.way, self.clock
        self.delivery = OutboxDelivery(self.waiting, way, way, clock, OWN, refusals, **options)
        return self

    def put(self, *chats, key="a"):
        """Put one message for each chat into the outbox."""
        for chat in chats:
            self.store.see_chat(chat)
            post = Post(Html(str(chat)))
            item = OutboxItem(Place(chat), "digest", key, NOW, post.encode())
            assert self.store.enqueue([item], NOW) == 1

    def row(self, chat, key="a"):
        """Return what stands in the outbox of a chat's message."""
        return self.store.find_outbox(Place(chat), "digest", key)

    def due_at(self, later):
        """Return how many messages are due some time from now."""
        return self.store.due(NOW + later)[0]

    async def run(self):
        """Deliver what is due."""
        return await self.delivery.deliver_due()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """Return an empty database; each test has a copy, which is quicker than making it."""
    path = tmp_path_factory.mktemp("outbox") / "outbox.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def make(migrated, tmp_path):
    """Return what makes an outbox with a way out."""
    with ExitStack() as stack:

        def made(way, **options):
            path = shutil.copy(migrated, tmp_path / "outbox.db")
            outbox = Outbox(stack.enter_context(closing(open_store(f"sqlite:///{path}"))), way)
            stack.callback(outbox.worker.close)
            return outbox.delivering(**options)

        yield made


@pytest.fixture
def outbox(make):
    return make(Way())
