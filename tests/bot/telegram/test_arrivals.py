"""Searches for a message whose answer was cut off: which numbers Telegram is asked about."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from telegram import Chat, Message
from telegram.error import BadRequest

from bot.telegram.arrivals import Arrivals
from storage.records.inbox import Taken
from tests.virtual_time import run

ANN, BEN = 700, 701


def message(chat_id, number):
    """A message of a private chat."""
    return Message(number, datetime(2026, 1, 2, tzinfo=UTC), Chat(chat_id, "private"))


class Telegram:
    """Has no message of the bot but these; each question takes a quarter of a second."""

    def __init__(self, *there):
        self.there = there
        self.asked: list[int] = []

    async def edit_message_reply_markup(self, chat_id, message_id, reply_markup):
        self.asked.append(message_id)
        await asyncio.sleep(0.25)
        there = (chat_id, message_id) in self.there
        raise BadRequest("Message is not modified" if there else "Message to edit not found")


def searched(telegram, before, *, sent=(), seen=()):
    """What is found in Ann's chat, where others are `sent` at some seconds after the cut."""
    no_store: Any = None
    arrivals = Arrivals(telegram, no_store)
    for chat_id, number in seen:
        arrivals.saw(chat_id, number)

    async def send(at, number):
        await asyncio.sleep(at)
        arrivals.sent(message(BEN, number), asyncio.get_running_loop().time())

    async def search():
        sending = [asyncio.ensure_future(send(*one)) for one in sent]
        found = await arrivals.find(ANN, before, None)
        await asyncio.gather(*sending)
        return found

    return run(search())


def test_what_left_later_ends_a_search_for_what_never_arrived():
    """The next message that leaves has the next number: so nothing else is between."""
    telegram = Telegram()
    assert searched(telegram, (90, 100), sent=[(1.1, 101)]) is None
    # Four in the second in which it may still be carried out, and the one under way as it ends.
    assert telegram.asked == [101, 102, 103, 104, 105]


def test_what_arrived_is_found_among_what_left_later():
    """It came before the first of them, which has the number behind it."""
    telegram = Telegram((ANN, 101))
    assert searched(telegram, (90, 100), sent=[(1.1, 102)]) == 101


def test_where_all_is_quiet_as_many_numbers_are_asked_about_as_may_have_come_unseen():
    """Sixteen, and one for the search itself."""
    telegram = Telegram()
    assert searched(telegram, (90, 100)) is None
    assert telegram.asked == list(range(101, 118))


def test_where_each_chat_counts_by_itself_the_next_of_the_chat_is_found():
    """Two chats with one number show it; what others send says nothing then."""
    telegram = Telegram((ANN, 8))
    seen = [(BEN, 7), (ANN, 7), (BEN, 40)]
    assert searched(telegram, (7, 40), seen=seen, sent=[(1.1, 41)]) == 8
    assert telegram.asked == [8]


def found_later(*, patiently):
    """What is found of a message that left for Ann's chat, where an answer of 5 s is on its way."""

    class Rows:
        async def taken_numbers(self, bot_id, chat_id, after):
            answered = asyncio.get_running_loop().time() >= 5
            return Taken(frozenset({102} if answered else ()), None if answered else 100)

    store: Any = Rows()
    telegram: Any = Telegram((ANN, 101), (ANN, 102))
    telegram.id = 1
    arrivals = Arrivals(telegram, store)
    return run(arrivals.find_later(ANN, (90, 100), None, patiently=patiently))


def test_a_post_is_looked_for_when_the_answer_on_its_way_has_arrived():
    """Until then nobody can tell the two apart; who holds the chat's turn cannot wait for that."""
    assert found_later(patiently=True) == 101
    assert found_later(patiently=False) is None
