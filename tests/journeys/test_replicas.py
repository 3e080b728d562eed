"""Two processes behind one webhook and one PostgreSQL answer as one would."""

import asyncio
import signal
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime

import pytest

from bot.background.outbox.posts import Post
from bot.words.language import Html
from localchat.bot_api.flood_limits import FloodLimits
from storage.records.chats import Place
from storage.records.work import OutboxItem
from storage.store import open_store
from tests.journeys.product import environment, start_process
from tests.journeys.replicas import RoundRobin
from tests.journeys.test_ways import free_port
from tests.storage.databases import postgres

__all__ = ["postgres"]

pytestmark = pytest.mark.slow
STARTS_WITHIN = 90.0


@asynccontextmanager
async def replicas(chat, tmp_path, database_url, count=2):
    """Run several `python -m bot` behind a proxy that goes round."""
    ports = [free_port() for _ in range(count)]
    proxy = RoundRobin(free_port(), ports)
    await proxy.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(proxy.stop)
        running = []
        for number, port in enumerate(ports):
            told = proxy.environment(port) | {"DATABASE_URL": database_url}
            env = environment(chat, tmp_path) | told | {"DATA_DIR": str(tmp_path / f"d{number}")}
            bot = await start_process(env, tmp_path / f"log{number}")
            stack.push_async_callback(ended, bot)
            running.append(bot)
        for number in range(count):
            await until(lambda n=number: "started bot=" in (tmp_path / f"log{n}").read_text())
        yield running


async def ended(bot):
    """End a process, politely if it still runs."""
    if bot.poll() is None:
        bot.send_signal(signal.SIGTERM)
    await asyncio.to_thread(bot.wait, 30)


async def until(holds, seconds=STARTS_WITHIN):
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - a file of another process tells of no change
            await asyncio.sleep(0.05)


def answers(chat, person):
    return [m for m in chat.of_bot(person) if m.text]


async def test_two_share_the_limits_the_lines_and_the_questions_of_one_that_dies(
    chat, tmp_path, postgres
):
    """Telegram's limits kept strictly: no 429, nobody forgotten, nobody told twice, in order."""
    people = [chat.person(20_000 + n, f"P{n}") for n in range(45)]
    readers, database = people[-4:], postgres.new_database(migrated=True)
    write_to(readers, database)
    for reader in readers:
        # Of the post and the answer, the second arrives and its sender never hears of it.
        chat.faults.lose_reply("sendMessage", chat_id=reader.id, skip=1, seconds=30)
    async with replicas(chat, tmp_path, database) as (first, _):
        chat.server.api.flood.limits = FloodLimits(
            chat_burst=20
        )  # as Telegram lets answers through
        for person in people:
            person.say("/disclaimer")
        for _ in range(4):
            chat.ben.say("/help")
            chat.ben.say("/disclaimer")
        await chat.wait(lambda: len(answers(chat, chat.ben)) == 8 or None, STARTS_WITHIN)
        await chat.wait(lambda: all(answers(chat, p) for p in people) or None, STARTS_WITHIN)
        helped, disclaimed = answers(chat, chat.ben)[::2], answers(chat, chat.ben)[1::2]
        assert len({m.text for m in helped}) == len({m.text for m in disclaimed}) == 1
        logs = [(tmp_path / f"log{n}").read_text() for n in range(2)]
        assert min(log.count(" done chat=") for log in logs) > 10

        # What the first has in hand when it dies never arrives, or has arrived already.
        await chat.wait(lambda: sum(posts(chat, p) for p in readers) > 2 or None)
        chat.faults.delay("sendMessage", 90, times=None)
        asked = {person: person.say("/help") for person in people[:8]}
        await chat.wait(lambda: len(chat.world.updates) == 0 or None)
        first.kill()
        chat.faults.clear()
        await chat.wait(lambda: all(newer(chat, *each) for each in asked.items()) or None, 60)
        await until(lambda: told_to(database) == len(readers))
    assert [posts(chat, person) for person in readers] == [1] * 4
    assert Counter(len(answers(chat, person)) for person in people) == {1: 33, 2: 12}
    assert not [call for call in chat.calls if call.refusal and call.refusal.code == 429]


def newer(chat, person, question):
    return [m for m in answers(chat, person) if m.id > question.id]


def write_to(readers, database):
    """Put a post for each into the outbox."""
    now = datetime.now(UTC)
    payload = Post(Html("a post")).encode()
    with closing(open_store(database)) as store:
        store.enqueue([OutboxItem(Place(r.id), "digest", "d", now, payload) for r in readers], now)


def told_to(database):
    """How many posts are known to have arrived."""
    with closing(open_store(database)) as store:
        return store.backlog(datetime.now(UTC)).sent


def posts(chat, person):
    return sum(m.text == "a post" for m in answers(chat, person))
