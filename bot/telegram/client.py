"""The Telegram client: its address, its connections, its time-outs and its pace."""

import sys
from importlib.util import find_spec

from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.errors import NotSentError
from bot.telegram.direct_request import DirectRequest, TimeOuts, is_direct, is_here
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.request_body import watch_body
from bot.telegram.request_kinds import Pacing

if find_spec("sniffio") is None:
    # The HTTP library looks for it on the disk at each request, a sixth of what a request costs; it
    # foresees that it is not there.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

_LINES = 16
"""They carry 160 requests a second at 100 ms each."""
_UPLOAD_SECONDS, _QUEUE_SECONDS = 60.0, 30.0

PacedBot = ExtBot[Pacing]
"""The Telegram client whose requests take a lane of the limiter."""


def build_bot(root: str, token: str, limiter: PacedLimiter | None = None) -> PacedBot:
    """Return the Telegram client, paced and with time-outs that photos can live with.

    Args:
        root: Address of the Bot API's server.
        token: The bot's.
        limiter: The pace; a new one where nobody else needs to know it.
    """
    request, polling = _requests(root)
    return ExtBot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request,
        get_updates_request=polling,
        rate_limiter=limiter or PacedLimiter(),
    )


def _requests(root: str) -> tuple[BaseRequest, BaseRequest]:
    """Return what carries requests, and what carries the long ones that ask for updates."""
    timeouts = TimeOuts(connect=10, write=20, read=20, queue=_QUEUE_SECONDS)
    # On top of the seconds that a poll may take.
    of_polls = TimeOuts(connect=5, write=5, read=10, queue=_QUEUE_SECONDS)
    if is_direct(root):
        return (
            DirectRequest(_LINES, timeouts, _UPLOAD_SECONDS),
            DirectRequest(2, of_polls, _UPLOAD_SECONDS),
        )
    return _by_library(root, _LINES, timeouts), _by_library(root, 2, of_polls)


def _by_library(root: str, lines: int, timeouts: TimeOuts) -> HTTPXRequest:
    """Return the library's own way, which knows proxies."""
    return HTTPXRequest(
        connection_pool_size=lines,
        read_timeout=timeouts.read,
        write_timeout=timeouts.write,
        connect_timeout=timeouts.connect,
        pool_timeout=_QUEUE_SECONDS,
        media_write_timeout=_UPLOAD_SECONDS,
        httpx_kwargs={"event_hooks": {"request": [watch_body]}, "trust_env": not is_here(root)},
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
