"""Forecasts are answered while the rest of the bot is still being loaded.

What takes `/predict` is there first. Any other update waits at the head of its line until the rest
is there, which is told at once that somebody waits.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from telegram import Update

from bot.telegram.commands.context import Handlers
from bot.telegram.in_work import never_begin
from bot.telegram.update_lines import CarryOut

_LONGEST_SECONDS = 5.0
"""A first answer that takes longer keeps the rest waiting no more."""


class FirstAnswers:
    """Lets the first command through, and all others once they are there."""

    def __init__(self, first: Handlers, carry_out: CarryOut) -> None:
        """Make it for a bot that is not whole yet.

        Args:
            first: What is there from the beginning.
            carry_out: Does an update.
        """
        self._first = first
        self._carry_out = carry_out
        self._whole = asyncio.Event()
        self._over = asyncio.Event()
        self._in_work = 0

    async def carry_out(self, update: object, work: Awaitable[Any]) -> None:
        """Do an update as soon as what takes it is there."""
        if not self._whole.is_set() and not self._takes(update):
            self.ask_for_rest()
            try:
                await self._whole.wait()
            except asyncio.CancelledError:
                never_begin(work)
                raise
        self._in_work += 1
        try:
            await self._carry_out(update, work)
        finally:
            self._in_work -= 1
            self._over.set()

    def ask_for_rest(self) -> None:
        """Say that somebody waits for what is not there yet."""
        self._over.set()

    def let_all_through(self) -> None:
        """Hold nothing back any more."""
        self._whole.set()

    async def over(self, within: float) -> None:
        """Return when an answer was given, or waits for the rest, or nobody asks for so long.

        Args:
            within: Seconds.
        """
        await self._is_over(within)
        if self._in_work and not self._over.is_set():
            await self._is_over(_LONGEST_SECONDS)

    async def _is_over(self, within: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._over.wait()

    def _takes(self, update: object) -> bool:
        return isinstance(update, Update) and any(one.check_update(update) for one in self._first)
