"""Notices that the machine's clock was moved: set by hand, corrected, or awake after a sleep."""

import asyncio
import logging
from collections.abc import Callable

from bot.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
_JUMP_SECONDS = 5.0
"""Less is a busy event loop, or a clock that is being kept right."""


async def watch_clock(
    clock: Clock, on_jump: Callable[[], None], every: float = LOOK_EVERY_SECONDS
) -> None:
    """Compare a clock with the steady one of the event loop; return never.

    Args:
        clock: The machine's.
        on_jump: Called after each jump, forward or back.
        every: Seconds between two looks.
    """
    loop = asyncio.get_running_loop()
    while True:
        wall, steady = clock.now(), loop.time()
        await asyncio.sleep(every)
        jumped = (clock.now() - wall).total_seconds() - (loop.time() - steady)
        if abs(jumped) > _JUMP_SECONDS:
            log.warning("clock-jumped seconds=%.0f", jumped)
            on_jump()
