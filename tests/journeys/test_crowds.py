"""A busy group: equal questions are one, nobody else waits, and too much is said once."""

import asyncio

import pytest

from tests.journeys.product import running_bot

AT = "@tickercast_bot"


def crowd(chat, size):
    people = [chat.person(3000 + number, f"M{number}") for number in range(size)]
    return people, chat.basic_group("Crowd", chat.carl, *people)


async def test_what_a_group_asks_beyond_its_minute_is_put_together(chat, tmp_path):
    """60 members ask the same: some are answered one by one, all others by one answer."""
    chat.limit()
    chat.expects_refusals = True
    people, group = crowd(chat, 60)
    async with running_bot(chat, tmp_path):
        await chat.photo_for(chat.ann.say("/predict TSLA"))
        chat.world.updates.drop()
        for person in people:
            person.say(f"/predict{AT} TSLA", group)
        await chat.wait(lambda: len(chat.of_bot(group)) >= 3 or None, 20)
        start = asyncio.get_running_loop().time()
        await chat.photo_for(chat.ben.say("/predict TSLA"), seconds=5)
        assert asyncio.get_running_loop().time() - start < 2
        joined = await chat.next_message(
            group, where=lambda m: "Asked by" in (m.text or ""), seconds=70
        )
        await asyncio.sleep(1)
        shown = [m for m in chat.of_bot(group) if m.photo]
    assert joined.reply_to is not None
    count = int(joined.text.rsplit("Asked by ", 1)[1].split()[0])
    assert count + len(shown) - 1 == 60


async def test_who_floods_is_told_once_and_then_left_in_silence(chat, tmp_path):
    """A hundred commands by one person: thirty answers, one line."""
    async with running_bot(chat, tmp_path):
        for _ in range(100):
            chat.ann.say("/disclaimer")
        told = await chat.next_message(
            chat.ann, where=lambda m: "a lot at once" in m.text, seconds=30
        )
        assert told
        await chat.answer_to(chat.ben.say("/help"))
        await asyncio.sleep(0.5)
        texts = [m.text for m in chat.of_bot(chat.ann)]
    assert (len(texts), sum("a lot at once" in text for text in texts)) == (31, 1)


@pytest.mark.slow
async def test_a_group_with_a_long_line_is_told_so_once(chat, tmp_path):
    """Forty different questions: the group hears within seconds that answers take minutes."""
    chat.limit()
    chat.expects_refusals = True
    people, group = crowd(chat, 45)
    async with running_bot(chat, tmp_path):
        for number, person in enumerate(people):
            person.say(f"/verify{AT} {number + 1}", group)
        told = await chat.next_message(group, where=lambda m: "20 messages" in m.text, seconds=90)
        await asyncio.sleep(1)
        said = [m.text for m in chat.of_bot(group)]
    assert told
    assert sum("20 messages" in text for text in said) == 1
