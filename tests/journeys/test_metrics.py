"""What passes is counted where it passes, and read over HTTP as Prometheus reads it."""

import asyncio
import logging

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.cli.run import serving
from bot.compose import compose
from localchat.errors import ApiError
from tests.journeys.product import running_bot, settings_for
from tests.journeys.test_ways import free_port


async def fetch(port, path):
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def samples(port):
    """Return every sample of the page by its name and labels."""
    status, text = await fetch(port, "/metrics")
    assert status == 200
    families = text_string_to_metric_families(text)
    return {(s.name, *sorted(s.labels.items())): s.value for f in families for s in f.samples}


async def all_answered(bot):
    for _ in range(500):
        if bot.telegram.waiting == 0:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


def of(found, name, **labels):
    return found.get((name, *sorted(labels.items())), 0.0)


async def test_a_page_counts_what_two_questions_cost(chat, tmp_path):
    """Twice /predict TSLA: one forecast made and one found again, two photos, nothing left over."""
    port = free_port()
    settings = settings_for(chat, tmp_path, metrics=f"127.0.0.1:{port}")
    async with compose(settings) as bot, serving(bot):
        for _ in range(2):
            await chat.answer_to(chat.ann.say("/predict TSLA"))
        await all_answered(bot)
        found = await samples(port)
        health = await fetch(port, "/healthz")
        ready = await fetch(port, "/readyz")
    photos = [call for call in chat.calls if call.method == "sendPhoto"]
    assert len(photos) == 2
    sent = {"method": "sendPhoto", "outcome": "sent"}
    assert of(found, "tickercast_telegram_requests_total", **sent) == 2
    assert of(found, "tickercast_telegram_request_seconds_count", method="sendPhoto") == 2
    assert of(found, "tickercast_updates_total") == 2
    assert of(found, "tickercast_answer_seconds_count") == 2
    assert of(found, "tickercast_forecasts_total", origin="made") == 1
    again = ("ledger", "memory")
    assert sum(of(found, "tickercast_forecasts_total", origin=o) for o in again) == 1
    asked = {"source": "files", "outcome": "answered"}
    assert of(found, "tickercast_price_questions_total", **asked) >= 1
    assert of(found, "tickercast_price_source_resting", source="files") == 0
    assert of(found, "tickercast_inbox_waiting") == 0
    assert of(found, "tickercast_outbox_due") == 0
    assert of(found, "tickercast_database_readable") == 1
    assert of(found, "process_resident_memory_bytes") > 50e6
    assert (health[0], ready[0]) == (200, 200), (health, ready)


async def test_refusals_and_floods_are_told_apart(chat, tmp_path):
    """A 429 that is waited out is one flooded request and one sent; a broken edit is a refused one."""
    port = free_port()
    settings = settings_for(chat, tmp_path, metrics=f"127.0.0.1:{port}")
    async with compose(settings) as bot, serving(bot):
        chat.faults.fail("sendMessage", ApiError(429, "Too Many Requests", retry_after=1))
        await chat.answer_to(chat.ann.say("/disclaimer"))
        await all_answered(bot)
        found = await samples(port)
    name = "tickercast_telegram_requests_total"
    assert of(found, name, method="sendMessage", outcome="flooded") == 1
    assert of(found, name, method="sendMessage", outcome="sent") == 1


async def test_without_a_readable_database_the_bot_lives_and_is_not_ready(chat, tmp_path):
    """Starting it anew would mend nothing, so /healthz stays 200 while /readyz says why."""
    port = free_port()
    settings = settings_for(chat, tmp_path, metrics=f"127.0.0.1:{port}")
    async with compose(settings) as bot, serving(bot):
        with bot.store.blocking.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE tallies RENAME TO elsewhere")
        ready, alive = await fetch(port, "/readyz"), await fetch(port, "/healthz")
        found = await samples(port)
        with bot.store.blocking.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO tallies")
    assert ready[0] == 503
    assert "database does not answer" in ready[1]
    assert alive[0] == 200
    assert of(found, "tickercast_database_readable") == 0


async def test_each_update_ends_in_one_line_with_its_number(chat, tmp_path, caplog):
    """Who asks "what became of my question" is found by one number."""
    async with running_bot(chat, tmp_path) as bot:
        with caplog.at_level(logging.INFO, logger="bot.telegram.inbox"):
            await chat.answer_to(chat.ann.say("/disclaimer"))
            await all_answered(bot)
    done = [r.getMessage() for r in caplog.records if r.getMessage().startswith("done ")]
    assert len(done) == 1
    assert f"chat={chat.ann.id}" in done[0]
