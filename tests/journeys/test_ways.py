"""The same journeys by other ways: a webhook in place of polling, PostgreSQL in place of SQLite."""

import socket
from datetime import date

import pytest

from storage.records.chats import Place
from tests.journeys.product import running_bot
from tests.journeys.unattended import product, texts
from tests.storage.databases import postgres

__all__ = ["postgres"]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def predicted_and_subscribed(chat) -> None:
    """Ask, press, ask again, subscribe: what a first visitor does."""
    shown = await chat.photo_for(chat.ann.say("/predict TSLA"))
    await chat.notice(chat.ann.press(shown, "5 sessions"))
    again = await chat.photo_for(chat.ben.say("/predict TSLA", chat.market_talk, topic=chat.tesla))
    assert again.thread_id == chat.tesla.id
    listed = await chat.answer_to(chat.ann.say("/subscribe TSLA AAPL"))
    assert "TSLA" in listed.text
    assert chat.unanswered() == []


async def test_by_webhook(chat, tmp_path):
    """Telegram posts the updates, with the secret; nothing is polled."""
    port = free_port()
    ways = {
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_secret": "only-telegram-knows",
        "listen": f"127.0.0.1:{port}",
    }
    async with running_bot(chat, tmp_path, **ways):
        await predicted_and_subscribed(chat)
    assert chat.calls.of("setWebhook")
    assert not chat.calls.of("getUpdates")


@pytest.mark.slow
async def test_on_postgresql(chat, tmp_path, postgres):
    """Questions, lists and the ledger live in PostgreSQL; a second start finds them."""
    url = postgres.new_database()
    async with running_bot(chat, tmp_path, database_url=url):
        await predicted_and_subscribed(chat)
    async with running_bot(chat, tmp_path, database_url=url) as running:
        seen = await chat.answer_to(chat.ann.say("/subscriptions"))
        assert "AAPL" in seen.text
        shown = await chat.answer_to(chat.ann.say("/verify 1"))
        assert "fits the row" in shown.text
        assert running.telegram.application.running


@pytest.mark.slow
async def test_digest_and_resolution_on_postgresql(chat, tmp_path, postgres):
    """A day of unattended work: the digest comes once, and what was due is resolved."""
    url = postgres.new_database()
    async with product(chat, tmp_path, database_url=url) as bot:
        bot.subscribe(chat.ann, "TSLA", "AAPL")
        await bot.night(2021, 12, 15)
        await bot.at(2021, 12, 15, 8)
        await bot.at(2021, 12, 15, 9)
        await bot.night(2021, 12, 16)
        digests = [text for text in texts(chat, chat.ann) if text.startswith("First forecasts")]
        assert len(digests) == 1
        assert bot.store.subscriptions(Place(chat.ann.id))
        assert {r.resolution.target for r in bot.store.resolutions_of("TSLA")} == {
            date(2021, 12, 15)
        }
        assert bot.store.verify_chain().holds
