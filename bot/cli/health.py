"""`python -m bot health`: is the bot that runs here well? For health checks: it loads little."""

import json
import urllib.error
import urllib.request

from bot.clock import SystemClock
from bot.heartbeat import Heartbeat
from bot.settings import Settings

_SECONDS = 5.0
"""A process that stands still answers nobody."""


def process_trouble(settings: Settings) -> str | None:
    """Return what is wrong with the running bot, empty where nothing is; None where none runs.

    The process itself is asked where it listens on METRICS; else the heartbeat that it writes.
    """
    pulse = Heartbeat(settings.data_dir).read()
    if pulse is None:
        return None
    if settings.metrics_address is None:
        return pulse.trouble(SystemClock().now())
    return _asked(*settings.metrics_address)


def health(settings: Settings) -> tuple[bool, str]:
    """Return whether the bot is well, and a line that says so."""
    trouble = process_trouble(settings)
    if trouble is None:
        return False, f"no bot runs on {settings.data_dir}"
    return not trouble, trouble or "the bot is well"


def _asked(host: str, port: int) -> str:
    """Ask `/healthz`; return the trouble."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not listened on
    named = f"[{here}]" if ":" in here else here
    # Never by way of a proxy: it is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{named}:{port}/healthz", timeout=_SECONDS):
            return ""
    except urllib.error.HTTPError as err:
        return str(json.load(err).get("trouble") or err)
    except (OSError, ValueError) as err:
        return f"the process does not answer on port {port}: {err}"
