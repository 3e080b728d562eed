"""The Telegram client: its address, its connections, its time-outs and its pace."""

import sys
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.errors import NotSentError
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.request_body import watch_body
from bot.telegram.request_kinds import Pacing

if find_spec("sniffio") is None:
    # The HTTP library looks for it on the disk at each request, a sixth of what a request costs; it
    # foresees that it is not there.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

PacedBot = ExtBot[Pacing]
"""The Telegram client whose requests take a lane of the limiter."""


def build_bot(root: str, token: str, limiter: PacedLimiter | None = None) -> PacedBot:
    """Return the Telegram client, paced and with time-outs that photos can live with.

    Args:
        root: Address of the Bot API's server.
        token: The bot's.
        limiter: The pace; a new one where nobody else needs to know it.
    """
    # A proxy from the environment is for the internet, never for a server on this machine.
    local = urlsplit(root).hostname in ("127.0.0.1", "localhost", "::1")
    options: dict[str, Any] = {
        "trust_env": not local,
        "event_hooks": {"request": [watch_body]},
    }
    request = HTTPXRequest(
        # 16 carry 160 requests a second at 100 ms each; every idle one makes all others slower.
        connection_pool_size=16,
        read_timeout=20,
        write_timeout=20,
        connect_timeout=10,
        pool_timeout=30,
        media_write_timeout=60,
        httpx_kwargs=options,
    )
    # On top of the seconds that a poll may take.
    polling = HTTPXRequest(connection_pool_size=2, read_timeout=10, httpx_kwargs=options)
    return ExtBot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request,
        get_updates_request=polling,
        rate_limiter=limiter or PacedLimiter(),
    )


async def name_of(root: str, token: str) -> str:
    """Return how the bot of a token is called, which shows that Telegram can be reached.

    Raises:
        NotSentError: It cannot, or does not know the token.
    """
    bot = build_bot(root, token)
    try:
        async with bot:
            return bot.username
    except TelegramError as err:
        # InvalidToken repeats the token in its text.
        raise NotSentError(type(err).__name__, hopeless=False) from None
