"""A real Prometheus reads a running bot: every panel of the dashboard has data, and its rules load."""

import asyncio
import shutil
import subprocess
from contextlib import asynccontextmanager

import aiohttp
import pytest
import yaml

from bot.cli.run import serving
from bot.compose import compose
from localchat.errors import ApiError
from tests.docs.test_watching import FOLDER, panels
from tests.journeys.product import settings_for
from tests.journeys.test_ways import free_port

pytestmark = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="Prometheus is not installed (Debian: prometheus)"
)


@asynccontextmanager
async def prometheus(folder, bot_port):
    """Run one that asks the bot every half second, with the rules of docs; give its address."""
    port = free_port()
    config = folder / "prometheus.yaml"
    job = {"job_name": "tickercast", "static_configs": [{"targets": [f"127.0.0.1:{bot_port}"]}]}
    intervals = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "1s"}
    rules = [str(FOLDER / "prometheus-alerts.yaml")]
    config.write_text(
        yaml.safe_dump({"global": intervals, "scrape_configs": [job], "rule_files": rules})
    )
    log = (folder / "prometheus.log").open("ab")
    command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    process = await asyncio.to_thread(
        subprocess.Popen, [*command, f"--web.listen-address=127.0.0.1:{port}"], stderr=log
    )
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)
        log.close()


async def ask(api, path, **parameters):
    """Return what Prometheus' HTTP API says, None while it does not listen."""
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{api}/{path}", params=parameters) as answer,
        ):
            return (await answer.json())["data"]
    except aiohttp.ClientError:
        return None


async def without_data(api, expressions):
    """Return the expressions that have no sample."""
    found = {expr: await ask(api, "query", query=expr) for expr in expressions}
    return [expr for expr, data in found.items() if not (data and data["result"])]


async def test_every_panel_has_data_once_the_bot_has_done_something(chat, tmp_path):
    """One answer, one flooded request, one night's step: then each expression returns samples."""
    expressions = [
        target["expr"].replace("$instance", ".*") for p in panels() for target in p["targets"]
    ]
    settings = settings_for(chat, tmp_path, metrics=f"127.0.0.1:{(port := free_port())}")
    async with (
        compose(settings) as bot,
        serving(bot),
        prometheus(tmp_path, port) as api,
    ):
        chat.faults.fail("sendMessage", ApiError(429, "Too Many Requests", retry_after=1))
        await chat.answer_to(chat.ann.say("/disclaimer"))
        await chat.answer_to(chat.ann.say("/predict TSLA"))
        await bot.work.run_job("resolve")
        missing = expressions
        for _ in range(100):
            missing = await without_data(api, missing)
            if not missing:
                break
            await asyncio.sleep(0.3)
        rules = await ask(api, "rules")
    assert missing == []
    assert [
        rule for group in rules["groups"] for rule in group["rules"] if rule["health"] == "err"
    ] == []
