"""Delivery over real HTTP, and what can go wrong on the way: nothing lost, nothing doubled."""

import asyncio
from datetime import time, timedelta

import pytest

from bot.background.outbox.posts import PictureRef, Post
from bot.words.language import Html
from localchat.errors import ApiError, too_many_requests
from storage.records.chats import Place
from storage.records.inbox import Arrival, Claim, Leaving
from storage.records.work import OutboxItem
from tests.journeys.product import running_bot
from tests.journeys.unattended import letters, product, state, texts
from tests.localchat.telegram_bot import client


async def test_a_429_storm_delays_but_loses_and_doubles_nothing(chat, tmp_path):
    """Telegram refuses some requests with a wait; all messages arrive, each once."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 12)
        chat.faults.fail("sendMessage", too_many_requests(1), times=2)
        chat.faults.fail("sendMessage", too_many_requests(1), times=2, skip=5)
        assert (await bot.work.tick()).sent == 12
    assert [texts(chat, person) for person in people] == [["news"]] * 12


async def test_a_message_whose_reply_was_cut_off_is_found_and_not_sent_twice(chat, tmp_path):
    """The connection breaks after Telegram took the message: an edit that changes nothing tells."""
    chat.expects_refusals = True
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 3)
        chat.faults.lose_reply("sendMessage", chat_id=people[1].id)
        assert (await bot.work.tick()).sent == 3
        assert (await bot.work.tick()).sent == 0
        assert [state(bot, person) for person in people] == ["sent"] * 3
    assert [len(texts(chat, person)) for person in people] == [1, 1, 1]


async def test_a_dropped_request_is_sent_again(chat, tmp_path):
    """The connection breaks before anything happened: the next run brings the message."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 3)
        chat.faults.drop("sendMessage", chat_id=people[1].id)
        await bot.work.tick()
        await bot.work.tick()
    assert [len(texts(chat, person)) for person in people] == [1, 1, 1]


async def test_while_the_server_is_down_few_are_tried_and_all_arrive_later(chat, tmp_path):
    """An outage does not burn through the list; when it ends, everybody gets theirs once."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 20)
        chat.faults.go_down()
        tally = await bot.work.tick()
        assert tally.sent == 0
        assert tally.postponed <= 14
        chat.faults.come_back()
        await bot.work.tick()
    assert [texts(chat, person) for person in people] == [["news"]] * 20


async def test_what_is_out_of_date_is_not_sent(chat, tmp_path):
    """Yesterday's digest does not arrive after a long outage."""
    async with product(chat, tmp_path) as bot:
        (person,) = letters(bot, chat, 1, expires=bot.clock.now() + timedelta(hours=1))
        bot.clock.move_to(bot.clock.now() + timedelta(hours=2))
        await bot.work.tick()
        assert state(bot, person) == "dead"
    assert texts(chat, person) == []


async def test_a_forgotten_picture_is_drawn_and_uploaded_again(chat, tmp_path):
    """Telegram refuses a known file id once: the album goes out with fresh uploads."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        await bot.at(2021, 12, 15, 8)
        bot.subscribe(chat.ben, "TSLA", digest_at=time(9))
        chat.faults.fail("sendPhoto", ApiError(400, "Bad Request: wrong file identifier"))
        await bot.at(2021, 12, 15, 9)
    assert len(texts(chat, chat.ben)) == 1
    assert sum(len(call.files) for call in chat.calls) == 2


async def test_without_its_picture_the_words_still_arrive(chat, tmp_path):
    """A picture of a forecast that is not in the ledger cannot be drawn."""
    async with product(chat, tmp_path) as bot:
        ref = PictureRef("fan", (999,), 20, "light", "en")
        (person,) = letters(bot, chat, 1, pictures=(ref,))
        await bot.work.tick()
    assert texts(chat, person) == ["news"]


async def test_a_crash_leaves_nothing_behind_but_what_was_under_way(chat, tmp_path):
    """Rows claimed or being sent by a process that ended are sent by the next one."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 6)
        now = bot.clock.now()
        claimed = bot.store.claim_due(now, 4, now + timedelta(minutes=10), "dead/-/1/0")
        assert bot.store.mark_sending(claimed[0].id, "dead/-/1/0", now)
        assert (await bot.work.tick()).sent == 2
        bot.store.save_note("schedule-last-holder", "dead/-/1/0")
        assert await bot.work.renew_lease()
        assert (await bot.work.tick()).sent == 4
    assert [texts(chat, person) for person in people] == [["news"]] * 6


async def test_what_had_arrived_before_a_crash_is_found_and_not_sent_again(chat, tmp_path):
    """Five were under way: three had arrived, two had not, of which one was answered since."""
    chat.expects_refusals = True
    async with product(chat, tmp_path) as bot, client(chat) as telegram:
        people = letters(bot, chat, 5)
        now, newest = bot.clock.now(), 0
        for row in bot.store.claim_due(now, 5, now + timedelta(minutes=10), "dead/-/1/0"):
            reader = row.item.place.chat_id
            newest = max(newest, *(m.id for m in chat.world.history(reader)))
            assert bot.store.mark_sending(row.id, "dead/-/1/0", now, (0, newest))
            if reader not in (people[3].id, people[4].id):
                newest = (await telegram.send_message(reader, "news")).message_id
        answered = await telegram.send_message(people[4].id, "by another process")
        bot_id = chat.world.bot.id
        asked = Arrival(1, people[4].id, people[4].id, "{}", now)
        bot.store.take_in(bot_id, [asked], Claim("other", now))
        left = Leaving(1, (), (0, answered.message_id - 1))
        bot.store.note_answers(bot_id, [left], [(1, (answered.message_id,))], now)
        bot.store.save_note("schedule-last-holder", "dead/-/1/0")
        assert await bot.work.renew_lease()
        assert (await bot.work.tick()).sent == 5
    assert [texts(chat, person) for person in people[:4]] == [["news"]] * 4
    assert texts(chat, people[4]) == ["by another process", "news"]


async def test_a_slow_chat_lets_others_pass(chat, tmp_path):
    """Six messages to one person take their seconds; twenty others do not wait for them."""
    async with product(chat, tmp_path) as bot:
        now, payload = bot.clock.now(), Post(Html("news")).encode()
        (slow,) = letters(bot, chat, 1)
        bot.store.enqueue(
            [OutboxItem(Place(slow.id), "alert", str(n), now, payload) for n in range(5)], now
        )
        others = [chat.person(500 + n, "O") for n in range(20)]
        for person in others:
            person.say("hello")
        bot.store.enqueue(
            [OutboxItem(Place(p.id), "digest", "a", now, payload) for p in others], now
        )
        await bot.work.tick()
        calls = [call.chat_id for call in chat.calls.of("sendMessage")]
    assert calls.count(slow.id) == 6
    assert calls[-2:] == [slow.id, slow.id]


async def test_stopping_finishes_the_message_under_way_and_keeps_the_rest(chat, tmp_path):
    """A clean stop in mid-broadcast: nothing doubled, the rest is sent after the start."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 30)
        running = asyncio.ensure_future(bot.work.tick())
        await chat.said("sendMessage", count=5)
        await bot.work.stop()
        assert (await running).sent < 30
    async with product(chat, tmp_path) as bot:
        await bot.work.tick()
    assert [texts(chat, person) for person in people] == [["news"]] * 30


@pytest.mark.slow
async def test_an_answer_that_does_not_come_counts_as_sent(chat, tmp_path):
    """Telegram took the message and is silent until the client gives up: not sent twice."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 3)
        chat.faults.lose_reply("sendMessage", chat_id=people[0].id, seconds=25)
        assert (await bot.work.tick()).unconfirmed == 1
        await bot.work.tick()
    assert [texts(chat, person) for person in people] == [["news"]] * 3


async def test_only_broadcasts_may_cost_stars(chat, tmp_path):
    """An answer never says that it may be paid for; without the setting nothing does."""
    for paid in (0, 100):
        chat.calls.clear()
        folder = tmp_path / str(paid)
        async with running_bot(chat, folder, paid_broadcast_per_second=paid) as bot:
            await chat.answer_to(chat.ann.say("/help"))
            now, payload = bot.clock.now(), Post(Html("your digest")).encode()
            item = OutboxItem(Place(chat.ann.id), "digest", "x", now, payload)
            await bot.store.enqueue([item], now)
            await bot.work.delivery.deliver_due()
        sent = {
            c.raw["text"]: c.raw.get("allow_paid_broadcast") for c in chat.calls.of("sendMessage")
        }
        assert sent.pop("your digest") == ("true" if paid else None)
        assert set(sent.values()) == {None}
