"""Whoever looks at the process from outside sees whether it lives, and a stopped one does not."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from tests.journeys.product import ROOT, environment, start_process
from tests.journeys.test_ways import free_port

pytestmark = pytest.mark.slow


async def health(env):
    """Return the exit status and the line of `python -m bot health`."""
    command = [sys.executable, "-m", "bot", "health"]
    asked = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    return asked.returncode, asked.stdout.strip()


@asynccontextmanager
async def living(chat, tmp_path, env):
    """Run the bot until the block ends; it has answered once when the block begins."""
    process = await start_process(env, tmp_path / "log")
    try:
        await chat.answer_to(chat.ann.say("/disclaimer"), seconds=90)
        yield process
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 30)


async def test_a_stopped_process_fails_the_health_check_at_once(chat, tmp_path):
    """Its socket still takes the question, and nobody answers; awake again, it is well again."""
    env = environment(chat, tmp_path, METRICS=f"127.0.0.1:{free_port()}")
    assert await health(env) == (1, f"no bot runs on {env['DATA_DIR']}")
    async with living(chat, tmp_path, env) as process:
        assert await health(env) == (0, "the bot is well")
        os.kill(process.pid, signal.SIGSTOP)
        status, line = await health(env)
        assert status == 1
        assert "does not answer" in line
        os.kill(process.pid, signal.SIGCONT)
        assert await health(env) == (0, "the bot is well")
