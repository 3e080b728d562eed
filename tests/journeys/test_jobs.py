"""`python -m bot job NAME`: by hand, in a process of its own."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.cli.job import read_now
from storage.records.chats import Place
from tests.journeys.product import ROOT, environment
from tests.journeys.unattended import product, texts

pytestmark = pytest.mark.slow


async def run_job(chat, tmp_path, *arguments, **changes):
    import asyncio

    env = environment(chat, tmp_path, **changes)
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "job", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def test_digests_by_hand_are_sent_once(chat, tmp_path):
    """As of an instant in the past; a second call sends nothing."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
    for sent in (1, 0):
        run = await run_job(chat, tmp_path, "digest", "--now", "2021-12-15T08:00:00Z")
        assert run.returncode == 0, run.stderr
        assert f"enqueued={sent}" in run.stdout
    assert len(texts(chat, chat.ann)) == 1


async def test_resolving_by_hand_says_what_it_did(chat, tmp_path):
    """Yesterday's forecast is compared with today's close, without any message."""
    async with product(chat, tmp_path) as bot:
        await bot.forecasts.answer("TSLA")
    run = await run_job(
        chat, tmp_path, "resolve", "--now", "2021-12-15T23:00:00", TELEGRAM_BOT_TOKEN=""
    )
    assert run.returncode == 0, run.stderr
    assert "resolved=1" in run.stdout


async def test_the_job_leaves_delivery_to_the_bot_that_runs(chat, tmp_path):
    """Two limiters would send 58 a second."""
    async with product(chat, tmp_path) as bot:
        bot.subscribe(chat.ann, "TSLA")
        assert await bot.work.renew_lease()
        run = await run_job(chat, tmp_path, "digest", "--now", "2021-12-15T08:00:00Z")
        assert "the running bot delivers them" in run.stdout
        assert texts(chat, chat.ann) == []
        row = bot.store.find_outbox(Place(chat.ann.id), "digest", "2021-12-15")
        assert row.state == "pending"
        await bot.at(2021, 12, 15, 8)
    assert len(texts(chat, chat.ann)) == 1


def test_an_instant_without_a_zone_is_utc():
    """Typed by hand, zones are left out."""
    assert read_now("2021-12-15T08:00") == datetime(2021, 12, 15, 8, tzinfo=UTC)
    assert read_now("2021-12-15T08:00-05:00") == datetime(2021, 12, 15, 13, tzinfo=UTC)
