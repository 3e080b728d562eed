"""A bot that starts answers forecasts first; whoever asks for anything else waits, and is answered."""

import asyncio
from importlib import import_module

import pytest

from bot import compose as wiring
from bot.cli import run
from bot.compose import compose
from tests.journeys.product import settings_for


async def test_a_forecast_is_answered_before_the_rest_is_loaded(chat, tmp_path):
    """Ben's `/help` and Carl's typing wait for the rest; Ann's `/predict`, asked last, does not."""
    async with compose(settings_for(chat, tmp_path), whole=False) as bot:
        await bot.telegram.start()
        try:
            helped, typed = chat.ben.say("/help"), chat.carl.inline("tesla")
            await chat.photo_for(chat.ann.say("/predict TSLA"))
            assert (bot.is_whole, chat.of_bot(chat.ben)) == (False, [])
            # Somebody waits: the rest is not to be put off any longer.
            await asyncio.wait_for(bot.telegram.first_answers.over(60), 1)
            await bot.complete()
            assert "/predict" in (await chat.answer_to(helped)).text
            assert (await chat.results(typed)).answered
        finally:
            await bot.telegram.stop()


async def test_a_rest_that_cannot_be_loaded_ends_the_start(chat, tmp_path, monkeypatch):
    """The operator is told within seconds, not the first person who needs what is missing."""
    monkeypatch.setattr(wiring, "_rest_of", lambda _: import_module("bot.no_such_part"))
    monkeypatch.setattr(run, "_REST_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(run, "set_up_logging", lambda *_: None)
    with pytest.raises(ModuleNotFoundError, match="no_such_part"):
        await asyncio.wait_for(run.run(settings_for(chat, tmp_path)), 10)
