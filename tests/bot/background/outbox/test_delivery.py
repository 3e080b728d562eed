"""What becomes of each message of a run, by what its sending came to, in a real database."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.awaitable_store import AwaitableStore
from bot.background.outbox.delivery import Delivered, OutboxDelivery, at_next_run
from bot.background.outbox.missed import MissedPosts
from bot.background.outbox.posts import Post
from bot.background.outbox.refusals import LOST_CHATS, Refusals
from bot.clock import ReplayClock
from bot.errors import (
    ChatGoneError,
    ChatSilencedError,
    MaybeSentError,
    NotSentError,
    StalePictureError,
)
from bot.words.language import Html, load_words
from bot.worker import Worker
from storage.errors import CannotWriteError
from storage.records.chats import Place
from storage.records.work import OutboxItem
from storage.store import open_store

NOW = datetime(2026, 3, 4, 8, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
OWN, OTHER = "own/-/1/0", "other/-/2/0"


@dataclass
class Way:
    """A way out that does what it is told; `script` holds, by chat, what goes wrong next.

    Attributes:
        preparing: Called, by chat, while a message is prepared and not yet marked.
        gate: Holds up every sending until it is set.
    """

    script: dict[int, list[Exception]] = field(default_factory=dict)
    preparing: dict[str, Callable[[], None]] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    flying: list[int] = field(default_factory=list)
    gate: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    per_second: float = 29.0
    last_flight: float = 0.0

    def wait_of(self, chat_id, weight=1):
        """Return that no chat must be waited for."""
        return 0.0

    @asynccontextmanager
    async def ready(self, post):
        """Prepare nothing; give what sends."""

        async def send(place):
            self.begun.set()
            self.flying.append(self.flying[-1] + 1 if self.flying else 1)
            if self.gate is not None:
                await self.gate.wait()
            else:
                await asyncio.sleep(0.002)
            self.flying.append(self.flying[-1] - 1)
            if wrong := self.script.get(place.chat_id):
                raise wrong.pop(0)
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


async def test_what_was_taken_is_sent_and_never_again(outbox):
    """Three messages leave, each once and one after the other; a second run finds nothing."""
    outbox.put(1, 2, 3)
    assert await outbox.run() == Delivered(sent=3)
    assert await outbox.run() == Delivered()
    assert sorted(outbox.way.sent) == [1, 2, 3]
    assert max(outbox.way.flying) == 1
    assert [outbox.row(chat).state for chat in (1, 2, 3)] == ["sent"] * 3


@pytest.mark.parametrize(
    ("error", "tally", "state", "waits"),
    [
        (MaybeSentError("no answer", cut_off=False), Delivered(unconfirmed=1), "sent", None),
        (MaybeSentError("no way", cut_off=True), Delivered(postponed=1), "pending", 15 * SECOND),
        (NotSentError("no way", hopeless=False), Delivered(postponed=1), "pending", 15 * SECOND),
        (NotSentError("too long", hopeless=True), Delivered(dead=1), "dead", None),
        (ChatSilencedError(1, "no way"), Delivered(postponed=1), "pending", HOUR),
        (ValueError("no way"), Delivered(postponed=1), "pending", 15 * SECOND),
    ],
)
async def test_each_failure_has_its_own_end(outbox, error, tally, state, waits):
    """Taken and slow counts as sent; broken waits 15 s; silenced an hour; hopeless is given up."""
    outbox.put(1)
    outbox.way.script[1] = [error]
    assert await outbox.run() == tally
    row = outbox.row(1)
    assert (row.state, row.attempts) == (state, 1)
    if waits is not None:
        assert (outbox.due_at(waits - SECOND), outbox.due_at(waits)) == (0, 1)
        assert "no way" in row.reason


async def test_a_gone_chat_is_noted_for_the_operators(outbox):
    """Whoever blocked the bot is counted once, in the list of that day."""
    outbox.put(1)
    outbox.way.script[1] = [ChatGoneError(1)]
    assert await outbox.run() == Delivered(dead=1)
    assert outbox.store.finished_items(LOST_CHATS, "2026-03-04") == {"1": "gone"}


async def test_a_forgotten_picture_is_sent_anew_in_the_same_run(outbox):
    """Telegram forgot an upload: the message is made again at once, not in 15 s."""
    outbox.put(1)
    outbox.way.script[1] = [StalePictureError()]
    assert await outbox.run() == Delivered(sent=1)
    assert (outbox.row(1).state, outbox.row(1).attempts) == ("sent", 2)


async def test_after_24_hours_of_silence_a_message_is_given_up(outbox):
    """The 24th try is the last: the message is dead, and the chat has a note of what it missed."""
    outbox.put(1)
    outbox.way.script[1] = [ChatSilencedError(1, "slow mode") for _ in range(30)]
    for hours in range(30):
        outbox.clock.move_to(NOW + hours * HOUR)
        if outbox.row(1).state == "dead":
            break
        tally = await outbox.run()
    assert (outbox.row(1).attempts, tally) == (25, Delivered(dead=1))
    assert outbox.store.find_pending(Place(1), "missed") is not None


async def test_faults_of_ours_never_end_a_run(outbox):
    """Five messages that cannot be made keep nobody from theirs."""
    outbox.put(*range(1, 21))
    outbox.way.script = {chat: [ValueError("fault")] for chat in range(1, 6)}
    assert await outbox.run() == Delivered(sent=15, postponed=5)
    assert outbox.store.backlog(NOW).sending == 0


async def test_a_replay_tries_again_in_its_next_run(make):
    """Its clock stands still: what failed is due at once, and not within the run that failed."""
    outbox = make(Way(), backoff=at_next_run)
    outbox.put(1)
    outbox.way.script[1] = [NotSentError("no way", hopeless=False)]
    assert await outbox.run() == Delivered(postponed=1)
    assert await outbox.run() == Delivered(sent=1)


async def test_what_another_has_taken_meanwhile_is_left_to_it(outbox):
    """A claim that was lost while the picture was drawn: nothing is sent, and nothing counted."""
    outbox.put(1, 2)

    def lose():
        outbox.store.release(OWN)
        outbox.store.claim_due(NOW, 10, NOW + HOUR, OTHER)

    outbox.way.preparing["1"] = lose
    tally = await outbox.run()
    assert 1 not in outbox.way.sent
    assert tally.sent == len(outbox.way.sent)
    assert (tally.postponed, tally.dead, outbox.row(1).state) == (0, 0, "pending")


async def test_what_a_crash_left_under_way_is_sent_again(outbox):
    """A row in `sending` under our own name, from before, and after a take-over another's."""
    for chat, owner in ((1, OWN), (2, OTHER)):
        outbox.put(chat)
        (row,) = outbox.store.claim_due(NOW, 1, NOW + HOUR, owner)
        assert outbox.store.mark_sending(row.id, owner, NOW)
    assert await outbox.run() == Delivered(sent=1)
    await outbox.delivery.take_over(OTHER)
    assert await outbox.run() == Delivered(sent=1)
    assert outbox.way.sent == [1, 2]


async def test_stopping_waits_for_what_is_under_way_and_begins_nothing(outbox):
    """One message is on its way: it arrives, the others are free for the next process at once."""
    outbox.put(1, 2, 3)
    outbox.way.gate = asyncio.Event()
    running = asyncio.create_task(outbox.run())
    await outbox.way.begun.wait()
    stopping = asyncio.create_task(outbox.delivery.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    outbox.way.gate.set()
    await stopping
    tally = await running
    # What was in hand when it stopped, at most one for each hand, may still be finished.
    assert tally.sent == len(outbox.way.sent) >= 1
    assert await outbox.run() == Delivered()
    left = outbox.store.claim_due(NOW, 10, NOW + HOUR, OTHER)
    assert len(left) == 3 - tally.sent


async def test_a_delivery_that_was_stopped_before_it_began_sends_nothing(outbox):
    """A process that ends takes no message along."""
    outbox.put(1)
    await outbox.delivery.stop()
    assert await outbox.run() == Delivered()
    assert outbox.row(1).state == "pending"


async def test_a_database_that_fails_ends_the_run_with_its_own_error(outbox):
    """Whoever asked is told of the database, and what was claimed is free for the next run."""
    outbox.put(*range(1, 31))
    outbox.way.script = {chat: [CannotWriteError("full")] for chat in range(1, 31)}
    with pytest.raises(CannotWriteError):
        await outbox.run()
    assert outbox.way.sent == []
    rest = outbox.store.claim_due(NOW, 60, NOW + HOUR, OTHER)
    assert len(rest) == 30 - outbox.store.backlog(NOW).sending


async def test_a_slow_way_opens_more_lanes(make):
    """29 a second at 0.2 s each are six on their way; that is known after thirty messages."""
    outbox = make(Way(last_flight=0.2))
    outbox.put(*range(1, 31))
    await outbox.run()
    assert max(outbox.way.flying) == 1
    outbox.put(*range(1, 31), key="b")
    await outbox.run()
    assert 2 <= max(outbox.way.flying) <= 8
