"""The server of the probes where it cannot listen."""

import socket

import pytest

from bot.errors import UnusableSettingError
from bot.telegram.probe_server import Health, ProbeServer


async def page():
    return b""


async def ready():
    return Health("", {})


async def test_a_port_that_is_taken_is_told_by_the_variable_that_names_it():
    """The operator reads one line with METRICS in it, no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = ProbeServer(("127.0.0.1", port), page, "text/plain", lambda: Health("", {}), ready)
        with pytest.raises(UnusableSettingError, match=f"METRICS=127.0.0.1:{port}: .*in use"):
            await server.start()
        await server.stop()
