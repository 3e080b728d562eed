"""Puts together what the probes of one installation look at."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import SystemClock
from bot.compose import Installation
from bot.lasting_trouble import LastingTrouble
from bot.meters import PAGE_TYPE, Depths, Own
from bot.telegram.probe_server import Health, ProbeServer
from storage.errors import StorageError
from storage.store import Store

log = logging.getLogger(__name__)

_LOOK_SECONDS = 3.0
"""A database that is away keeps a look waiting no longer."""


@asynccontextmanager
async def probed(bot: Installation) -> AsyncIterator[None]:
    """Answer probes until the block ends, where METRICS names an address.

    Raises:
        UnusableSettingError: The address is taken, or not this machine's.
    """
    listen = bot.settings.metrics_address
    if listen is None:
        yield
        return
    looks = _Looks(bot)
    server = ProbeServer(listen, looks.page, PAGE_TYPE, looks.alive, looks.ready)
    await server.start()
    log.info("probes address=%s:%s", *listen)
    try:
        yield
    finally:
        await server.stop()


class _Looks:
    """Looks at a running installation."""

    def __init__(self, bot: Installation) -> None:
        self._bot = bot
        self._unread = LastingTrouble(log, "probe-without-database")

    async def page(self) -> bytes:
        depths = await self._depths()
        bot = self._bot
        own = Own(bot.telegram.waiting, bot.lease.held)
        return bot.meters.page(bot.clock.now(), own, depths)

    def alive(self) -> Health:
        now, pulse = SystemClock().now(), self._bot.telegram.pulse()
        ages = {f"{name}_seconds_ago": age for name, age in pulse.ages(now).items()}
        return Health(pulse.trouble(now), {"pid": pulse.pid, **ages, **self._duty()})

    async def ready(self) -> Health:
        trouble = self.alive().trouble
        if not trouble and not self._bot.telegram.application.running:
            trouble = "Telegram has not been reached yet"
        if not trouble and await self._depths() is None:
            trouble = "the database does not answer"
        return Health(trouble, self._duty())

    def _duty(self) -> dict[str, object]:
        lease = self._bot.lease
        return {"on_duty": lease.held, "holder": str(lease.known_holder or "")}

    async def _depths(self) -> Depths | None:
        now, bot = self._bot.clock.now(), self._bot
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                outbox, oldest = await bot.store.run(Store.due, now)
                resolved, held = await bot.store.run(Store.held_of_all)
        except (StorageError, TimeoutError) as err:
            self._unread.met(str(err) or "no answer in time")
            return None
        self._unread.over()
        return Depths(outbox, oldest, resolved, held)
