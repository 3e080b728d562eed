"""When what could not be sent is tried again: later and later, in the order it was due."""

from datetime import datetime, timedelta

import pytest

from bot.background.outbox.delivery import Delivered
from bot.background.outbox.due_rows import DueRows
from bot.background.outbox.posts import Post
from bot.words.language import Html
from localchat.errors import too_many_requests
from storage.records.chats import Place
from storage.records.work import OutboxItem
from tests.journeys.unattended import WEDNESDAY, MovedClock, product, texts

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
WAITS = (15, 30, 60, 120, 240, 480, 900, 900, 900)
"""Seconds after the first, second, ... failure: doubled, and a quarter of an hour at most."""


@pytest.fixture
def clock():
    return MovedClock(WEDNESDAY)


async def expired(row):
    raise AssertionError(row)


def put(bot, person, key="a", due: datetime = WEDNESDAY, words="news"):
    """Put a message for somebody into the outbox."""
    person.say("hello")
    bot.store.see_chat(person.id)
    item = OutboxItem(Place(person.id), "digest", key, due, Post(Html(words)).encode())
    assert bot.store.enqueue([item], due) == 1


async def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(chat, tmp_path, clock):
    """A second too early nothing is tried; at its time the message is, and at last it arrives."""
    async with product(chat, tmp_path, clock) as bot:
        put(bot, chat.ann)
        chat.faults.drop("sendMessage", times=len(WAITS))
        for wait in WAITS:
            assert await bot.work.tick() == Delivered(postponed=1)
            clock.move_to(clock.now() + timedelta(seconds=wait) - SECOND)
            assert await bot.work.tick() == Delivered()
            clock.move_to(clock.now() + SECOND)
        assert await bot.work.tick() == Delivered(sent=1)
    assert texts(chat, chat.ann) == ["news"]


async def test_a_failure_of_one_message_does_not_make_another_wait(chat, tmp_path, clock):
    """The wait is the message's own: what is due meanwhile, in the same chat too, is sent."""
    async with product(chat, tmp_path, clock) as bot:
        put(bot, chat.ann, "a", words="first")
        chat.faults.drop("sendMessage")
        assert await bot.work.tick() == Delivered(postponed=1)
        put(bot, chat.ann, "b", words="second")
        assert await bot.work.tick() == Delivered(sent=1)
        clock.move_to(WEDNESDAY + 15 * SECOND)
        assert await bot.work.tick() == Delivered(sent=1)
    assert texts(chat, chat.ann) == ["second", "first"]


async def test_after_an_outage_what_was_due_first_is_sent_first(chat, tmp_path, clock):
    """Three messages to one person, put in out of order, arrive in the order they were due."""
    async with product(chat, tmp_path, clock) as bot:
        for key, minutes in (("late", 2), ("early", 0), ("middle", 1)):
            put(bot, chat.ann, key, WEDNESDAY + minutes * MINUTE, key)
        clock.move_to(WEDNESDAY + 5 * MINUTE)
        assert await bot.work.tick() == Delivered(sent=3)
    assert texts(chat, chat.ann) == ["early", "middle", "late"]


async def test_three_failures_in_a_row_end_the_run(chat, tmp_path, clock):
    """Then it is the way that fails, not the message: no more than those in hand are tried."""
    async with product(chat, tmp_path, clock) as bot:
        for number in range(30):
            put(bot, chat.person(900 + number, "P"))
        chat.faults.drop("sendMessage", times=30)
        first = await bot.work.tick()
        assert (first.sent, first.dead) == (0, 0)
        # Twelve hands: three have failed, and each of the others may hold one already.
        assert 3 <= first.postponed <= 14
        untouched = bot.store.backlog(clock.now()).due
        assert untouched == 30 - first.postponed
        assert bot.store.backlog(clock.now()).sending == 0


async def test_a_success_between_failures_keeps_the_run_going(chat, tmp_path, clock):
    """Failures that are not in a row are the messages' own, and all the others are sent."""
    async with product(chat, tmp_path, clock) as bot:
        people = [chat.person(900 + number, "P") for number in range(24)]
        for person in people:
            put(bot, person)
        for person in people[::6]:
            chat.faults.drop("sendMessage", chat_id=person.id)
        assert await bot.work.tick() == Delivered(sent=20, postponed=4)


async def test_a_claim_lasts_ten_minutes_and_no_second_longer(chat, tmp_path, clock):
    """A process that hangs with a message in hand keeps others from it only so long."""
    async with product(chat, tmp_path, clock) as bot:
        put(bot, chat.ann)
        hung = DueRows(bot.awaitable, lambda _chat, _weight: 0.0, clock, "elsewhere/-/1/0", expired)
        assert await hung.take() is not None
        clock.move_to(WEDNESDAY + 10 * MINUTE - SECOND)
        assert await bot.work.tick() == Delivered()
        clock.move_to(WEDNESDAY + 10 * MINUTE)
        assert await bot.work.tick() == Delivered(sent=1)
    assert texts(chat, chat.ann) == ["news"]


async def test_a_chat_that_must_be_waited_for_long_is_tried_again_and_not_given_up(
    chat, tmp_path, clock
):
    """Telegram asks for ten minutes: nobody waits so long in line, but the message is not lost."""
    async with product(chat, tmp_path, clock) as bot:
        put(bot, chat.ann)
        chat.faults.fail("sendMessage", too_many_requests(600))
        assert await bot.work.tick() == Delivered(postponed=1)
        clock.move_to(WEDNESDAY + 15 * SECOND)
        assert bot.store.backlog(clock.now()).due == 1


async def test_more_messages_than_one_claim_takes_are_all_handed_out(chat, tmp_path, clock):
    """Sixty are claimed at once; the 61st to the 130th follow in the same run."""
    async with product(chat, tmp_path, clock) as bot:
        payload = Post(Html("news")).encode()
        items = [OutboxItem(Place(n), "digest", "a", WEDNESDAY, payload) for n in range(1, 131)]
        assert bot.store.enqueue(items, WEDNESDAY) == 130
        due_rows = DueRows(bot.awaitable, lambda _chat, _weight: 0.0, clock, "own", expired)
        handed = []
        while (claimed := await due_rows.take()) is not None:
            handed.append(claimed[0].item.place.chat_id)
            due_rows.done(claimed[0])
    assert handed == list(range(1, 131))
