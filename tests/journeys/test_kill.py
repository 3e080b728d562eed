"""The bot as a process of its own is killed in mid-broadcast, and started twice by mistake."""

import asyncio
import random
import signal
from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.background.outbox.posts import PictureRef, Post
from bot.words.language import Html
from storage.records.chats import Place
from storage.records.work import OutboxItem
from storage.store import open_store
from tests.journeys.product import process, settings_for
from tests.journeys.unattended import product

pytestmark = pytest.mark.slow
STARTS_WITHIN = 90.0


async def fill_outbox(chat, tmp_path, chats):
    """Issue one forecast and put a message with its picture into the outbox for each chat."""
    async with product(chat, tmp_path) as bot:
        answer = await bot.forecasts.answer("TSLA")
        ref = PictureRef("fan", (answer.issued.id,), 20, "light", "en")
        people = [chat.person(10_000 + n, f"P{n}") for n in range(chats)]
        for person in people:
            person.say("hello")
            bot.store.see_chat(person.id)
        now = datetime.now(UTC)
        payload = Post(Html("your digest"), pictures=(ref,)).encode()
        items = [OutboxItem(Place(p.id), "digest", "today", now, payload) for p in people]
        assert bot.store.enqueue(items, now) == chats
    chat.world.updates.drop()
    return people


def received(chat, people):
    """How many digests each person got."""
    return [len([m for m in chat.of_bot(person) if m.photo]) for person in people]


async def kill_while_sending(chat, tmp_path, after_seconds):
    """Start the bot, kill it some time after its first message of this run; True if it sent."""
    before = len(chat.calls.of("sendPhoto"))
    async with process(chat, tmp_path) as running:
        await chat.said("sendPhoto", count=before + 1, seconds=STARTS_WITHIN)
        await asyncio.sleep(after_seconds)
        running.kill()


async def test_killed_at_random_moments_nobody_misses_and_one_a_kill_may_double(chat, tmp_path):
    """Every chat has its digest in the end; at most the message under way is doubled per kill."""
    rng = random.Random(4)
    people, kills = await fill_outbox(chat, tmp_path, 60), 4
    for _ in range(kills):
        await kill_while_sending(chat, tmp_path, rng.uniform(0.05, 0.5))
    async with process(chat, tmp_path):
        await chat.wait(lambda: min(received(chat, people)) >= 1 or None, STARTS_WITHIN)
        await asyncio.sleep(1)
    counts = received(chat, people)
    assert min(counts) == 1
    assert sum(counts) - len(people) <= kills
    assert sum(len(call.files) for call in chat.calls) <= 1 + kills


async def test_the_second_process_says_so_and_takes_over_when_the_first_is_killed(chat, tmp_path):
    """Two bots on one database: one runs the schedule, nobody gets anything twice."""
    people = await fill_outbox(chat, tmp_path, 40)
    log = tmp_path / "log"
    async with process(chat, tmp_path) as first:
        await chat.said("sendPhoto", count=3, seconds=STARTS_WITHIN)
        async with process(chat, tmp_path, LOG_LEVEL="INFO"):
            await until(lambda: "another-instance-runs-the-schedule" in log.read_text())
            first.kill()
            await chat.wait(lambda: min(received(chat, people)) >= 1 or None, STARTS_WITHIN)
            await until(lambda: log.read_text().count("schedule-taken") == 2)
    assert Counter(received(chat, people)) in ({1: 40}, {1: 39, 2: 1})
    store = open_store(settings_for(chat, tmp_path).database)
    assert store.backlog(datetime.now(UTC)).sent == 40
    store.close()


async def test_asked_to_stop_while_telegram_is_silent_it_ends_cleanly(chat, tmp_path):
    """No answer comes to its last request: it is not waited for, and the log ends plainly."""
    async with process(chat, tmp_path) as running:
        await chat.answer_to(chat.ann.say("/help"), seconds=STARTS_WITHIN)
        chat.faults.delay("getUpdates", 20.0, times=None)
        running.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(running.wait, 15) == 0
    log = (tmp_path / "log").read_text()
    assert log.rstrip().endswith("stopped")
    assert "Traceback" not in log


async def until(holds, seconds=STARTS_WITHIN):
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - a file of another process tells of no change
            await asyncio.sleep(0.1)
