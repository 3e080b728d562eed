"""Living through past sessions: the clock jumps from one thing that falls due to the next.

Nothing waits in between, so weeks pass in minutes; only Telegram's own limits on sending remain.
How far the replay has come is kept in storage and survives a restart.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta

from bot.answers.local_time import instant_of, zone_of_place
from bot.awaitable_store import AwaitableStore
from bot.background.nightly.nights import Nights, next_night
from bot.background.outbox.delivery import Delivered
from bot.background.replay_clock import REACHED
from bot.clock import ReplayClock
from forecasting.sessions import next_close

log = logging.getLogger(__name__)

MOST_SESSIONS = 100
"""How many sessions one `/next` may pass."""
_STOP_SECONDS = 3.0
_DELIVERY_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds, of the machine's time, between the tries of what was not let in."""
_DAY = timedelta(days=1)
_DAY_END_AT = time(0, 5)


async def _deliver_all(deliver: Callable[[], Awaitable[Delivered]]) -> None:
    """Deliver what is due, once more while some of it is not let in.

    The clock jumps hours on after this: what waits for the next run would have ended by then.

    Args:
        deliver: Sends each message that is due once.
    """
    for pause in _DELIVERY_PAUSES:
        if not (await deliver()).postponed:
            return
        await asyncio.sleep(pause)
    await deliver()


class Replay:
    """Moves the clock forward and does at each instant what falls due then."""

    def __init__(
        self,
        clock: ReplayClock,
        store: AwaitableStore,
        nights: Nights,
        due: Sequence[Callable[[], Awaitable[object]]],
        deliver: Callable[[], Awaitable[Delivered]],
        retry_at: Callable[[], datetime | None],
    ) -> None:
        """Make a replay at the clock's instant.

        Args:
            clock: Moved by nobody else.
            store: Remembers how far the replay is; knows when digests are due.
            nights: What follows a close, and a day's end.
            due: Each enqueues what is due, in this order.
            deliver: Sends each message that is due once.
            retry_at: When digests that wait for prices are tried again.
        """
        self._clock = clock
        self._store = store
        self._nights = nights
        self._due = due
        self._deliver = deliver
        self._retry_at = retry_at
        self._stepping = asyncio.Lock()
        self._stopped = False

    async def stop(self) -> None:
        """Live through nothing more; return when what is being delivered has stopped.

        The instant reached is kept, so that the next process delivers the rest of its messages. An
        instant whose work was cut off before it was delivered is lived through again.
        """
        self._stopped = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS), self._stepping:
                pass

    async def advance(self, sessions: int = 1) -> datetime:
        """Live through the next sessions, their nights and the digests that tell of them.

        Args:
            sessions: How many closes of the exchange whose tickers are watched most.

        Returns:
            The instant reached: just after the last digest before the next bell.

        Raises:
            CalendarError: The calendar of the exchange ends before.
        """
        async with self._stepping:
            for _ in range(sessions):
                if not self._stopped:
                    await self._session()
            return self._clock.now()

    async def _session(self) -> None:
        main = (await self._nights.exchanges())[0]
        close = next_night(main, self._clock.now())
        horizon = min(close + _DAY, next_close(main, close, timedelta(0)) - timedelta(minutes=1))
        while not self._stopped and (event := await self._next_event(horizon)) is not None:
            await self._live(*event)
        log.info("replayed until=%s", self._clock.now().isoformat())

    async def _next_event(self, horizon: datetime) -> tuple[datetime, tuple[str, ...]] | None:
        """Return the next instant up to `horizon` at which something falls due, and the closes."""
        now = self._clock.now()
        nights = {name: next_night(name, now) for name in await self._nights.exchanges()}
        slots = await self._store.digest_slots()
        digests = [_next_time(now, slot.digest_at, slot.zone) for slot in slots]
        again = self._retry_at()
        digests += [again] if again is not None and again > now else []
        instant = min([*nights.values(), *digests, _next_time(now, _DAY_END_AT, None)])
        if instant > horizon:
            return None
        return instant, tuple(name for name, at in nights.items() if at == instant)

    async def _live(self, instant: datetime, closes: tuple[str, ...]) -> None:
        self._clock.move_to(instant)
        for exchange in closes:
            await self._nights.after_close(exchange)
        if self._stopped:
            return
        if instant.time() == _DAY_END_AT:
            await self._nights.end_day()
        for enqueue in self._due:
            await enqueue()
        await _deliver_all(self._deliver)
        await self._store.save_note(REACHED, instant.isoformat())


def _next_time(now: datetime, at: time, zone_name: str | None) -> datetime:
    zone = zone_of_place(zone_name)
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=n) for n in range(3))
    return next(instant for day in days if (instant := instant_of(day, at, zone)) > now)
