"""Messages that a chat does not let in: what becomes of them, of the list, and of the others."""

from datetime import timedelta

from bot.background.outbox.posts import Post
from bot.words.language import Html
from localchat.errors import ApiError, forbidden
from localchat.state.membership import Membership
from storage.records.chats import Place
from storage.records.work import OutboxItem
from tests.journeys.unattended import letters, product, state, texts


async def test_a_blocked_chat_is_unsubscribed_and_the_others_get_theirs(chat, tmp_path):
    """403 ends that chat's subscriptions; the night's summary will count it."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 5)
        place = bot.subscribe(people[1], "TSLA")
        people[1].block()
        tally = await bot.work.tick()
        assert (tally.sent, tally.dead) == (4, 1)
        assert bot.store.subscriptions(place) == ()
        day = bot.clock.now().date().isoformat()
        assert bot.store.finished_items("lost-chats", day) == {str(people[1].id): "gone"}


async def test_who_lets_nothing_in_is_tried_hourly_for_a_day_and_then_told_what_it_missed(
    chat, tmp_path
):
    """A group forbids writing: its news waits, the operators see it, the group hears what it was."""
    chat.expects_refusals = True
    forbidden_here = ApiError(400, "Bad Request: CHAT_WRITE_FORBIDDEN")
    async with product(chat, tmp_path, paced=False) as bot:
        silent, other = letters(bot, chat, 2)
        chat.faults.fail("sendMessage", forbidden_here, times=None, chat_id=silent.id)
        first = await bot.work.tick()
        assert (first.sent, first.postponed, first.dead) == (1, 1, 0)
        day = bot.clock.now().date().isoformat()
        assert bot.store.finished_items("silenced-chats", day) == {str(silent.id): "silenced"}
        for _ in range(24):
            bot.clock.move_to(bot.clock.now() + timedelta(hours=1))
            await bot.work.tick()
        assert state(bot, silent) == "dead"
        for _ in range(30):
            bot.clock.move_to(bot.clock.now() + timedelta(hours=1))
            assert (await bot.work.tick()).dead == 0
        chat.faults.clear()
        bot.clock.move_to(bot.clock.now() + timedelta(hours=1))
        assert (await bot.work.tick()).sent == 1
    heard = "I could not write here for a while. Not sent were:\nnews"
    assert (texts(chat, silent), texts(chat, other)) == ([heard], ["news"])


async def test_what_a_silenced_chat_missed_is_one_message_and_names_each(chat, tmp_path):
    """Two messages that are of no use after some hours: one line each."""
    chat.expects_refusals = True
    async with product(chat, tmp_path) as bot:
        over = bot.clock.now() + timedelta(hours=2)
        (silent,) = letters(bot, chat, 1, expires=over)
        letters(bot, chat, 1, key="b", expires=over)
        error = ApiError(400, "Bad Request: have no rights to send a message")
        chat.faults.fail("sendMessage", error, times=None, chat_id=silent.id)
        for _ in range(4):
            await bot.work.tick()
            bot.clock.move_to(bot.clock.now() + timedelta(hours=1))
        chat.faults.clear()
        await bot.work.tick()
    heard = "I could not write here for a while. Not sent were:\nnews\nnews"
    assert texts(chat, silent) == [heard]


async def test_what_a_closed_topic_does_not_let_in_comes_to_the_group(chat, tmp_path):
    """A recap or digest of its list, once, in General."""
    chat.expects_refusals = True
    async with product(chat, tmp_path) as bot:
        talk, now = chat.market_talk, bot.clock.now()
        bot.store.see_chat(talk.id)
        chat.faults.fail("sendMessage", ApiError(400, "Bad Request: TOPIC_CLOSED"))
        place = Place(talk.id, chat.tesla.id)
        recap = OutboxItem(place, "recap", "a", now, Post(Html("the week")).encode())
        assert bot.store.enqueue([recap], now) == 1
        assert (await bot.work.tick()).sent == 1
        assert (await bot.work.tick()).sent == 0
    assert [(m.text, m.thread_id) for m in chat.of_bot(talk)] == [("the week", None)]


async def test_a_group_that_moved_is_followed(chat, tmp_path):
    """The message arrives under the new id, once, and so will the next."""
    chat.expects_refusals = True
    async with product(chat, tmp_path) as bot:
        group = chat.basic_group("Savers", chat.carl, chat.ann)
        bot.store.see_chat(group.id)
        bot.store.subscribe(Place(group.id), ("TSLA",), chat.carl.id, bot.clock.now())
        bot.set(Place(group.id), zone="UTC")
        moved = Membership(chat.world).migrate(group)
        await bot.at(2021, 12, 15, 8)
        await bot.at(2021, 12, 16, 8)
        assert bot.store.subscriptions(Place(moved.id))
    assert len(texts(chat, moved)) == 2


async def test_a_refused_message_is_given_up_and_stops_nobody(chat, tmp_path):
    """What Telegram will never take (here: broken markup) is not tried for ever."""
    async with product(chat, tmp_path) as bot:
        chat.expects_refusals = True
        people = letters(bot, chat, 3)
        broken = Post(Html("<b>never closed")).encode()
        now = bot.clock.now()
        bot.store.enqueue([OutboxItem(Place(people[0].id), "alert", "x", now, broken)], now)
        bot.store.enqueue([OutboxItem(Place(people[1].id), "alert", "y", now, "{}")], now)
        tally = await bot.work.tick()
        assert (tally.sent, tally.dead) == (3, 1)
        assert bot.store.find_outbox(Place(people[0].id), "alert", "x").state == "dead"
        assert bot.store.find_outbox(Place(people[1].id), "alert", "y").state == "dead"


async def test_a_forbidden_group_is_let_go(chat, tmp_path):
    """Kicked from a group: its rows die with it, and the run goes on."""
    async with product(chat, tmp_path) as bot:
        people = letters(bot, chat, 2)
        chat.faults.fail("sendMessage", forbidden("bot was kicked"), chat_id=people[0].id)
        tally = await bot.work.tick()
        assert (tally.sent, tally.dead) == (1, 1)
