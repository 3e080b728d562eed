"""A poller that hears nothing though its line is open: begun anew once, then given up, in seconds.

The times are the test's own; the product waits for 90 seconds where these wait for parts of one.
"""

import asyncio
import logging

import pytest
from telegram import Update

from bot.cli.run import NO_TELEGRAM, run
from bot.errors import DeafError
from bot.telegram import polling
from bot.telegram.client import build_bot
from bot.telegram.polling import Poller
from tests.journeys.product import settings_for

SILENT = 0.4


class Taken(list[Update]):
    """What the poller has handed on."""

    def __init__(self):
        super().__init__()
        self.some = asyncio.Event()

    async def take(self, updates):
        self.extend(updates)
        if updates:
            self.some.set()


async def test_a_silent_poller_begins_anew_and_hears_again(chat, caplog):
    """The first poll is never answered, the second is: what was asked arrives, once."""
    chat.faults.delay("getUpdates", 60, times=1)
    taken = Taken()
    async with build_bot(chat.url, chat.token) as bot:
        poller = Poller(bot, taken.take, silent_seconds=SILENT)
        poller.start()
        watching = asyncio.ensure_future(poller.watch())
        with caplog.at_level(logging.ERROR):
            chat.ann.say("/help")
            await asyncio.wait_for(taken.some.wait(), 10)
        assert [record.getMessage().split()[0] for record in caplog.records] == ["poller-silent"]
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await poller.stop()
    assert len(taken) == 1


async def test_a_poller_that_stays_silent_gives_up(chat):
    """So that the supervisor starts the process anew; it has begun anew once before."""
    chat.faults.delay("getUpdates", 60, times=None)
    async with build_bot(chat.url, chat.token) as bot:
        poller = Poller(bot, Taken().take, silent_seconds=SILENT)
        poller.start()
        start = asyncio.get_running_loop().time()
        with pytest.raises(DeafError):
            await asyncio.wait_for(poller.watch(), 10)
        assert 2 * SILENT <= asyncio.get_running_loop().time() - start < 5
        await poller.stop()


async def test_a_line_that_is_down_is_no_silence(chat):
    """Telegram refuses every connection: the poller goes on trying, since a new one would not help."""
    async with build_bot(chat.url, chat.token) as bot:
        poller = Poller(bot, Taken().take, silent_seconds=1.5)
        chat.faults.go_down()
        poller.start()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(poller.watch(), 4)
        await poller.stop()


async def test_an_update_that_cannot_be_read_keeps_none_from_being_heard(chat):
    """A date beyond all calendars stands before a question: the question is taken all the same."""
    ann = {"id": chat.ann.id, "type": "private", "first_name": "Ann"}
    chat.world.updates.add("message", {"message_id": 1, "date": 10**18, "chat": ann})
    chat.ann.say("/help")
    taken = Taken()
    async with build_bot(chat.url, chat.token) as bot:
        poller = Poller(bot, taken.take, silent_seconds=SILENT)
        poller.start()
        await chat.wait(lambda: len(taken) > 1 or None)
        await poller.stop()
    assert [update.message and update.message.text for update in taken] == [None, "/help"]


async def test_the_process_ends_with_a_status_of_its_own(chat, tmp_path, monkeypatch):
    """Exit status 3, as after a revoked token: the supervisor starts it again."""
    monkeypatch.setattr(polling.Poller.__init__, "__kwdefaults__", {"silent_seconds": SILENT})
    chat.faults.delay("getUpdates", 60, times=None)
    async with asyncio.timeout(60):
        assert await run(settings_for(chat, tmp_path)) == NO_TELEGRAM
