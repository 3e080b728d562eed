"""The only wiring: from the settings to a bot that is put together, read top down.

Nothing is found by name and nothing is built anywhere else: `bot.parts` has what a forecast is
answered with, `bot.compose_rest` all that is built over it. A part is given the two or three parts
that it uses; what it does with them stands in its own module.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.answers.models import ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.background.replay_clock import clock_of
from bot.clock import Clock
from bot.meters import Meters
from bot.parts import Parts
from bot.price_notes import PriceNotes
from bot.settings import Settings
from bot.source_options import source_options
from bot.telegram.rate_limiter import OVERALL_PER_SECOND, PacedLimiter
from bot.worker import Worker
from forecasting.calendars import use_renewed
from forecasting.model.serving import load_pretrained
from forecasting.prices.build import build_source
from storage.store import open_store

if TYPE_CHECKING:
    from bot.background.schedule import Schedule
    from bot.background.unattended import Unattended
    from bot.compose_rest import Rest
    from bot.telegram.commands.context import Commands


class Installation:
    """One bot, put together; nothing of it runs before `telegram` and `schedule` are started.

    Attributes:
        telegram: Speaks with Telegram; before `complete` it answers `/predict` alone.
    """

    def __init__(self, parts: Parts) -> None:
        """Put together what answers a forecast."""
        self._parts = parts
        self._rest: Rest | None = None
        self.store, self.clock, self.settings = parts.store, parts.clock, parts.settings
        self.forecasts, self.client, self.meters = parts.forecasts, parts.client, parts.meters
        self.lease = parts.lease
        self.telegram = parts.telegram()

    @property
    def is_whole(self) -> bool:
        """Whether all is put together."""
        return self._rest is not None

    @property
    def work(self) -> "Unattended":
        """What happens unasked."""
        return self._whole().work

    @property
    def schedule(self) -> "Schedule":
        """When it happens."""
        return self._whole().schedule

    async def complete(self) -> None:
        """Load and put together the rest; answers go on meanwhile."""
        if self._rest is None:
            rest, commands = await self.store.worker.wait(_rest_of, self._parts)
            self._rest = rest
            self.telegram.complete(rest.menus, commands, rest.called(), rest.greet)

    def _whole(self) -> "Rest":
        if self._rest is None:
            raise RuntimeError("this bot is not whole yet")
        return self._rest


@asynccontextmanager
async def compose(
    settings: Settings,
    clock: Clock | None = None,
    *,
    summaries: bool = True,
    paced: bool = True,
    whole: bool = True,
) -> AsyncIterator[Installation]:
    """Open what the bot stands on, put it together, and close it afterwards.

    Args:
        settings: Of this installation.
        clock: In place of the one that the settings ask for.
        summaries: Whether the operators are told how each night went.
        paced: Whether the server has Telegram's flood limits.
        whole: Whether all is there at once; else `complete` is to be called behind the first
            answer.

    Raises:
        ForecastingError: The shipped model or a price source cannot be had.
        StorageError, UnusableSettingError: The database, or DATA_DIR, cannot be used.
    """
    settings.make_data_dir()
    use_renewed(settings.data_dir / "calendars.npz")
    blocking = open_store(settings.database)
    store = AwaitableStore(blocking, Worker())
    try:
        meters, options = Meters(), source_options(settings)
        source = build_source(settings.sources, options, PriceNotes(blocking), meters)
        shelf = ModelShelf(load_pretrained(settings.sources), blocking)
        clock = clock or clock_of(settings.replay_start, blocking)
        rate, paid = OVERALL_PER_SECOND if paced else 1000, settings.paid_broadcast_per_second
        limiter = PacedLimiter(rate, free=not paced, meters=meters, paid_per_second=paid)
        parts = (store, source, shelf, clock, limiter, meters)
        installation = Installation(Parts(settings, *parts, summaries=summaries))
        if whole:
            await installation.complete()
        yield installation
    finally:
        store.worker.close()
        blocking.close()


def _rest_of(parts: Parts) -> "tuple[Rest, tuple[Commands, ...]]":
    # A third of the program, of which no forecast needs anything, so that it is loaded here.
    from bot.compose_rest import Rest  # noqa: PLC0415

    rest = Rest(parts)
    # Here, too: its patterns take fifteen milliseconds.
    return rest, rest.commands()
