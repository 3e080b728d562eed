"""Counts a request to Telegram by what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.meters import Meters

T = TypeVar("T")


async def counted(meters: Meters, method: str, call: Callable[[], Awaitable[T]]) -> T:
    """Return what a request returned, and count it; one that was cancelled counts as lost."""
    loop = asyncio.get_running_loop()
    start, outcome = loop.time(), "lost"
    try:
        answer = await call()
        outcome = "sent"
    except TelegramError as err:
        outcome = _outcome_of(err)
        raise
    else:
        return answer
    finally:
        meters.request(method, outcome, loop.time() - start)


def _outcome_of(error: TelegramError) -> str:
    if isinstance(error, RetryAfter):
        return "flooded"
    lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return "lost" if lost else "refused"
