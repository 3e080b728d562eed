"""`$TSLA` in a group's talk: silent until an admin turns it on, then one line an hour at most."""

import asyncio

import pytest

from storage.records.chats import Place
from tests.journeys.product import running_bot


@pytest.fixture
async def bot(chat, tmp_path):
    async with running_bot(chat, tmp_path) as running:
        yield running


async def test_cashtags_are_answered_once_an_admin_wants_that(bot, chat):
    """A member may not turn it on; a topic has its own hour; what is not at hand stays unsaid."""
    talk = chat.server.people.change_bot(chat.carl.user, chat.market_talk, "administrator")
    await chat.photo_for(chat.ann.say("/predict TSLA"))
    chat.ann.say("$TSLA to the moon", talk)
    refused = await chat.answer_to(chat.ann.say("/settings cashtags on", talk))
    assert "admin" in refused.text
    told = await chat.answer_to(chat.carl.say("/settings cashtags on", talk))
    assert "at most once an hour" in told.text
    assert "with privacy mode off" in told.text
    assert bot.store.blocking.settings(Place(talk.id)).cashtags
    said = chat.ann.say("I like $tsla at $300, and $AAPL", talk)
    line = await chat.answer_to(said)
    assert line.text.startswith("Tesla (TSLA) by Jan 31, 2022: $")
    assert "Not investment advice. #F1" in line.text
    assert (line.reply_to, "AAPL" in line.text) == (said.id, False)
    before = len(chat.of_bot(talk))
    chat.ben.say("$TSLA again", talk)
    other = await chat.answer_to(chat.ben.say("$TSLA here", talk, topic=chat.tesla))
    assert "Tesla (TSLA)" in other.text
    await asyncio.sleep(0.2)
    assert len(chat.of_bot(talk)) == before + 1
