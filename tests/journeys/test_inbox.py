"""What people ask survives crashes, comes in order, once, and no chat silences another."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from localchat.errors import ApiError
from storage.records.chats import Place
from tests.journeys.product import process, running_bot

STARTS_WITHIN = 90.0


def answers(chat, person):
    return [m for m in chat.of_bot(person) if m.text or m.photo]


@pytest.mark.slow
async def test_killed_with_questions_in_hand_it_answers_all_after_the_start(chat, tmp_path):
    """Five people ask, `kill -9`: each is answered once by the next process."""
    people = [chat.person(900 + n, f"P{n}") for n in range(5)]
    async with process(chat, tmp_path) as running:
        await chat.answer_to(chat.ann.say("/help"), seconds=STARTS_WITHIN)
        chat.faults.delay("sendMessage", 30, times=None)
        polls = len(chat.calls.of("getUpdates"))
        for person in people:
            person.say("/help")
        # Telegram is told that they were taken by the poll after the one that brought them.
        await chat.wait(lambda: len(chat.world.updates) == 0 or None)
        assert len(chat.calls.of("getUpdates")) > polls
        running.kill()
    chat.faults.clear()
    async with process(chat, tmp_path):
        for person in people:
            await chat.next_message(person, seconds=STARTS_WITHIN)
        await asyncio.sleep(1)
    # The killed process had its requests on the way; Telegram carried none of them out.
    assert [len(answers(chat, person)) for person in people] == [1] * 5


@pytest.mark.slow
async def test_killed_while_answers_arrive_it_doubles_none_of_them(chat, tmp_path):
    """Nine answers reach Telegram and three do not as `kill -9` comes: each person has one."""
    chat.expects_refusals = True
    people = [chat.person(900 + n, f"P{n}") for n in range(12)]
    group = chat.basic_group("Friends", *people[:2])
    async with process(chat, tmp_path) as running:
        await chat.photo_for(chat.ann.say("/predict TSLA"), seconds=STARTS_WITHIN)
        chat.faults.lose_reply("sendMessage", times=3, seconds=30)
        chat.faults.lose_reply("sendPhoto", times=6, seconds=30)
        chat.faults.fail("sendMessage", ApiError(502, "Bad Gateway"), times=None)
        for person in people[:6]:
            person.say("/predict TSLA")
        for person in people[6:]:
            person.say("/help")
        people[0].say("/settings@tickercast_bot", group)
        await chat.wait(lambda: len(chat.of_bot()) >= 1 + 9 or None)
        await asyncio.sleep(0.3)
        running.kill()
    chat.faults.clear()
    async with process(chat, tmp_path):
        await chat.next_message(group, seconds=STARTS_WITHIN)
        for person in people:
            await chat.next_message(person, seconds=STARTS_WITHIN)
        await chat.answer_to(chat.ann.say("/disclaimer"))
    assert [len(answers(chat, person)) for person in people] == [1] * 12
    assert len(answers(chat, group)) == 1


async def test_what_was_not_answered_before_the_stop_is_answered_after_the_start(chat, tmp_path):
    """Nothing of it is lost, nothing that was answered comes twice."""
    async with running_bot(chat, tmp_path):
        await chat.answer_to(chat.ben.say("/help"))
        chat.faults.fail("sendMessage", ApiError(502, "Bad Gateway"), times=None)
        chat.ann.say("/help")
        await chat.said("sendMessage", count=3)
    chat.faults.clear()
    assert answers(chat, chat.ann) == []
    async with running_bot(chat, tmp_path):
        await chat.next_message(chat.ann)
        await asyncio.sleep(0.5)
    assert (len(answers(chat, chat.ann)), len(answers(chat, chat.ben))) == (1, 1)


async def test_a_list_ends_as_its_last_word_says(chat, tmp_path):
    """Subscribe, then unsubscribe, from a backlog: nobody stays subscribed."""
    people = [chat.person(900 + n, f"P{n}") for n in range(10)]
    for person in people:
        person.say("/subscribe TSLA")
        person.say("/unsubscribe TSLA")
    async with running_bot(chat, tmp_path) as bot:
        for person in people:
            await chat.wait(lambda p=person: answers(chat, p)[2:] or None, 30)
        lists = [await bot.store.subscriptions(Place(person.id)) for person in people]
    assert lists == [()] * 10


async def test_a_crash_turns_no_two_changes_around(chat, tmp_path):
    """The first one's answer was still on its way, the second was answered: the second counts."""
    async with running_bot(chat, tmp_path):
        await chat.answer_to(chat.ann.say("/help"))
        chat.faults.fail("sendMessage", ApiError(502, "Bad Gateway"), times=9)
        chat.ben.say("/subscribe TSLA")
        await chat.said("sendMessage", count=10)
        second = chat.ben.say("/unsubscribe TSLA")
        off = await chat.next_message(chat.ben)
        assert off.id > second.id
        assert off.text.startswith("Off the list")
        chat.faults.fail("sendMessage", ApiError(502, "Bad Gateway"), times=None)
    chat.faults.clear()
    async with running_bot(chat, tmp_path) as bot:
        chat.ben.say("/subscriptions")
        await chat.wait(lambda: answers(chat, chat.ben)[-1].text.startswith("No subscr") or None)
        assert await bot.store.subscriptions(Place(chat.ben.id)) == ()
    # Answered before the crash, the second one is not answered once more.
    heads = [message.text[:3] for message in answers(chat, chat.ben)]
    assert heads.count("Off") == 1


async def test_an_update_delivered_twice_is_answered_once(chat, tmp_path):
    """In one run and in the next; Telegram repeats what it is not sure of."""
    chat.ann.say("/help")
    (update,) = chat.world.updates.pending()
    async with running_bot(chat, tmp_path):
        await chat.next_message(chat.ann)
        chat.world.updates.repeat(update)
        await chat.answer_to(chat.ben.say("/help"))
    async with running_bot(chat, tmp_path):
        chat.world.updates.repeat(update)
        await chat.answer_to(chat.ben.say("/disclaimer"))
        await asyncio.sleep(0.3)
    assert len(answers(chat, chat.ann)) == 1


async def test_a_flooding_group_keeps_no_stranger_waiting(chat, tmp_path):
    """300 commands of one member, within Telegram's limits: a question in private is answered."""
    chat.limit()
    group = chat.basic_group("Flood", chat.carl, chat.ben)
    async with running_bot(chat, tmp_path):
        await chat.photo_for(chat.ann.say("/predict TSLA"))
        for _ in range(300):
            chat.ben.say("/help@tickercast_bot", group)
        await asyncio.sleep(1)
        await chat.photo_for(chat.ann.say("/predict AAPL"), seconds=10)
        await chat.photo_for(chat.carl.say("/predict TSLA"), seconds=10)
    chat.expects_refusals = True


async def test_a_press_is_answered_although_the_group_has_used_its_minute(chat, tmp_path):
    """The wheel on the button stops at once, and the picture changes."""
    chat.limit()
    crowd = [chat.person(2000 + number, "M") for number in range(40)]
    group = chat.basic_group("Busy", chat.carl, chat.ann, *crowd)
    chat.expects_refusals = True
    async with running_bot(chat, tmp_path):
        shown = await chat.photo_for(chat.ann.say("/predict@tickercast_bot TSLA", group))
        for number in range(40):
            chat.person(2000 + number, "M").say("/help@tickercast_bot", group)
        await asyncio.sleep(1)
        start = asyncio.get_running_loop().time()
        await chat.notice(chat.ann.press(shown, "5 sessions"))
        assert asyncio.get_running_loop().time() - start < 2
        await chat.edit_of(shown, seconds=5)


async def test_an_answer_that_telegram_refuses_for_a_while_comes_when_it_is_back(chat, tmp_path):
    """5xx for some seconds after a question; no second question is needed."""
    async with running_bot(chat, tmp_path):
        chat.faults.fail("sendPhoto", ApiError(500, "Internal Server Error"), times=7)
        shown = await chat.photo_for(chat.ann.say("/predict TSLA"), seconds=30)
        assert shown.photo
        await asyncio.sleep(0.3)
    assert len(answers(chat, chat.ann)) == 1


@pytest.mark.parametrize("cut", ["lose_reply", "drop"])
async def test_an_answer_that_is_cut_off_comes_once(chat, tmp_path, cut):
    """Carried out or not before the connection broke: the person has one answer."""
    chat.expects_refusals = True
    async with running_bot(chat, tmp_path):
        await chat.answer_to(chat.ben.say("/help"))
        getattr(chat.faults, cut)("sendMessage", times=1)
        chat.ann.say("/help")
        await chat.next_message(chat.ann, seconds=20)
        getattr(chat.faults, cut)("sendPhoto", times=1)
        await chat.photo_for(chat.ann.say("/predict TSLA"), seconds=20)
        await asyncio.sleep(2)
    assert len(answers(chat, chat.ann)) == 2


async def test_an_answer_whose_line_stays_down_for_a_while_comes_once(chat, tmp_path):
    """Telegram carried it out, then says nothing for seconds: it is asked until it can say."""
    chat.expects_refusals = True
    async with running_bot(chat, tmp_path):
        await chat.answer_to(chat.ben.say("/help"))
        chat.faults.lose_reply("sendMessage")
        chat.faults.fail("editMessageReplyMarkup", ApiError(502, "Bad Gateway"), times=3)
        chat.ann.say("/help")
        await chat.said("editMessageReplyMarkup", count=4)
        await asyncio.sleep(1.5)
    assert len(answers(chat, chat.ann)) == 1


async def test_of_many_answers_cut_off_at_once_each_comes_once(chat, tmp_path):
    """Thirty people's answers lose their way back together; which number is whose is found out."""
    chat.expects_refusals = True
    people = [chat.person(900 + n, f"P{n}") for n in range(30)]
    async with running_bot(chat, tmp_path):
        await chat.answer_to(chat.ben.say("/help"))
        chat.faults.lose_reply("sendMessage", times=30)
        for person in people:
            person.say("/disclaimer")
        for person in people:
            await chat.next_message(person, seconds=20)
        await asyncio.sleep(2)
    assert [len(answers(chat, person)) for person in people] == [1] * 30


async def test_old_questions_get_one_line_and_old_lists_are_carried_out(chat, tmp_path):
    """After a downtime: no answers into a conversation that has moved on."""
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    chat.clock.now = lambda: an_hour_ago
    for text in ("/predict TSLA", "/help", "/subscribe TSLA"):
        chat.ann.say(text)
    chat.ben.say("hello?", chat.market_talk, topic=chat.tesla)
    chat.clock.now = lambda: datetime.now(UTC)
    async with running_bot(chat, tmp_path) as bot:
        await chat.next_message(chat.ann, where=lambda m: "I was away" in m.text)
        await chat.next_message(chat.ann, where=lambda m: "TSLA" in m.text)
        await asyncio.sleep(0.3)
        assert len(await bot.store.subscriptions(Place(chat.ann.id))) == 1
    assert sum("I was away" in m.text for m in chat.of_bot(chat.ann)) == 1
    assert not any(m.photo for m in chat.of_bot(chat.ann))
    assert answers(chat, chat.market_talk) == []


@pytest.mark.slow
async def test_a_revoked_token_ends_the_process_with_a_plain_line(chat, tmp_path):
    """Exit status 3, one line, no traceback."""
    async with process(chat, tmp_path) as running:
        await chat.answer_to(chat.ann.say("/help"), seconds=STARTS_WITHIN)
        chat.faults.fail("getUpdates", ApiError(401, "Unauthorized"), times=None)
        chat.server.api.polling.interrupt()
        assert await asyncio.to_thread(running.wait, 40) == 3
    log = (tmp_path / "log").read_text()
    assert "ended reason='Telegram refuses the token'" in log
    assert "Traceback" not in log
