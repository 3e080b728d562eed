"""What follows the close of an exchange: resolve, tell, retrain, forecast; and the day's end."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from bot.awaitable_store import AwaitableStore
from bot.background.jobs import Jobs, RunKey, Step
from bot.background.operators import Operators
from bot.clock import Clock
from bot.words.operators import job_missed
from forecasting.errors import CalendarError
from forecasting.sessions import (
    SETTLE,
    exchange_of,
    last_closed,
    next_close,
    session_close,
)

log = logging.getLogger(__name__)

AFTER_CLOSE = timedelta(minutes=5)
"""How long after the settled close the night begins: price services are late now and then."""
NIGHT_STEPS = ("resolve", "band-alerts", "replies", "league", "retrain", "forecasts")
DAY_END = "day-end"
PRUNE = "prune"
REFIT = "refit"
_LAST_STEP = NIGHT_STEPS[-1]
_MISSED_AFTER = timedelta(minutes=30)
DEFAULT_EXCHANGE = "XNYS"


class Nights:
    """Lives through the nights of all exchanges that watched tickers trade on."""

    def __init__(
        self,
        jobs: Jobs,
        store: AwaitableStore,
        clock: Clock,
        operators: Operators,
    ) -> None:
        self._jobs = jobs
        self._store = store
        self._clock = clock
        self._operators = operators

    async def exchanges(self) -> tuple[str, ...]:
        """Return the exchanges of watched tickers, that of the most watched ticker first."""
        watched = await self._store.watched_tickers()
        names = (exchange_of(entry.ticker) for entry in watched)
        return tuple(dict.fromkeys(names)) or (DEFAULT_EXCHANGE,)

    async def after_close(self, exchange: str) -> bool:
        """Do what is not done yet of the night after an exchange's last close.

        Returns:
            Whether all of it is done; a step that fails does not stop the others.
        """
        key = night_key(exchange, self._clock.now())
        done = [await self._jobs.run(step, key) for step in NIGHT_STEPS if step in self._jobs.names]
        return all(done)

    async def catch_up(self) -> None:
        """Do what a downtime or a failure left undone: the last night of each exchange, once."""
        for exchange in await self.exchanges():
            try:
                await self._tell_if_missed(exchange)
                await self.after_close(exchange)
            except CalendarError as err:
                log.warning("no-calendar exchange=%s reason=%r", exchange, str(err))
        await self.end_day()

    async def _tell_if_missed(self, exchange: str) -> None:
        now = self._clock.now()
        began = session_close(exchange, last_closed(exchange, now, SETTLE + AFTER_CLOSE))
        due, key = began + SETTLE + AFTER_CLOSE, night_key(exchange, now)
        if now <= due + _MISSED_AFTER or await self._store.find_job(_LAST_STEP, str(key)):
            return
        if await self._store.job_runs(_LAST_STEP, exchange, limit=1):
            text = partial(job_missed, name=f"close {exchange}", moment=due)
            await self._operators.alarm(f"missed {exchange}", text)

    async def end_day(self) -> bool:
        """Publish the head of the ledger of the day that ended, clean up, tell the operators."""
        key = RunKey(day=(self._clock.now() - timedelta(days=1)).date())
        done = await self._jobs.run(DAY_END, key)
        return PRUNE not in self._jobs.names or (await self._jobs.run(PRUNE, key) and done)

    async def refit_month(self) -> bool:
        """Fit the base anew if this month's refit is not done yet; return whether it is."""
        return await self._jobs.run(REFIT, RunKey(day=self._clock.now().date().replace(day=1)))


def when_asked(step: Step) -> Step:
    """Return a step that only does its work when it is asked for by hand.

    For a replay: somebody waits for its nights, and training takes longer than all the rest.
    """

    async def by_hand(key: RunKey, now: datetime) -> str:
        return await step(key, now) if key.by_hand else "waits to be asked for"

    return by_hand


def night_key(exchange: str, now: datetime) -> RunKey:
    """Return which night follows an exchange's last settled close."""
    return RunKey(exchange, last_closed(exchange, now, SETTLE + AFTER_CLOSE))


def next_night(exchange: str, now: datetime) -> datetime:
    """Return when the next night of an exchange begins.

    Raises:
        CalendarError: Its calendar ends before.
    """
    return next_close(exchange, now, SETTLE + AFTER_CLOSE)


def of_exchange(tickers: Iterable[str], exchange: str) -> tuple[str, ...]:
    """Return the tickers that trade on an exchange."""
    return tuple(ticker for ticker in tickers if exchange_of(ticker) == exchange)
