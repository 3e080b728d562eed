"""The steps of a night that need no training: new forecasts, alerts, clean-up, summary."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from bot.answers.forecasts import Answer, ForecastDesk
from bot.answers.models import ModelShelf
from bot.awaitable_store import AwaitableStore
from bot.background.alerts import tell_due_alerts
from bot.background.jobs import RunKey
from bot.background.league import finish_rounds
from bot.background.nightly.came_true import enqueue_came_true
from bot.background.nightly.ended import tell_ended
from bot.background.nightly.nights import DAY_END, NIGHT_STEPS, REFIT, of_exchange
from bot.background.nightly.outcomes import resolve_due
from bot.background.operators import Operators
from bot.background.outbox.refusals import LOST_CHATS, SILENCED_CHATS
from bot.words.language import Words
from bot.words.operators import NightReport, night_summary
from forecasting.errors import EndedTickerError, ForecastingError
from forecasting.model.artifact import is_dated
from forecasting.prices.source import PriceSource
from forecasting.values import Bars, Forecast
from storage.store import Store

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
"""How long finished outbox rows, ended alerts, uploads and job items are kept."""
AGE_TOLD = "told-that-the-model-is-dated"
"""Note of the version whose age the operators were told."""
_AT_ONCE = 8
_MOST_RUNS = 500


@dataclass(frozen=True, slots=True)
class NightSteps:
    """Each method is one step: key and instant in, one line on what it did out."""

    store: AwaitableStore
    source: PriceSource
    forecasts: ForecastDesk
    operators: Operators
    words: Callable[[str], Words]
    shelf: ModelShelf

    async def resolve(self, _key: RunKey, now: datetime) -> str:
        """Compare what was promised with what came."""
        report = await self.store.run(resolve_due, self.source, now)
        decided = await self.store.settle_questions(now)
        await self.store.settle_baskets(now)
        return (
            f"resolved={report.resolved} void={report.void} waiting={report.waiting} "
            f"unreachable={len(report.unreachable)} questions={decided}"
        )

    async def band_alerts(self, key: RunKey, now: datetime) -> str:
        """Tell of closes that left a band; that needs no new forecast, so it does not wait."""
        alerts = await self.store.open_alerts()
        wanted = {a.wish.ticker for a in alerts if a.wish.kind == "band"}
        told = 0
        for ticker in of_exchange(sorted(wanted), key.exchange):
            try:
                bars = await self.forecasts.history(ticker)
            except ForecastingError as err:
                log.warning("alert-unchecked ticker=%s reason=%r", ticker, str(err))
                continue
            told += await self._tell(ticker, bars, None, now)
        return f"told={told}"

    async def new_forecasts(self, key: RunKey, now: datetime) -> str:
        """Issue the forecast of every watched ticker before anyone asks, and tell alerts."""
        watched = await self.store.watched_tickers()
        alerts = await self.store.open_alerts()
        tickers = {w.ticker for w in watched} | {a.wish.ticker for a in alerts}
        mine = of_exchange(sorted(tickers), key.exchange)
        alerted = {a.wish.ticker for a in alerts}
        # Each drops its bars as soon as it is done: those of all tickers would fill the memory.
        turns = iter(mine)
        lanes = (self._forecast_each(turns, alerted, now) for _ in range(_AT_ONCE))
        lived = await asyncio.gather(*lanes)
        for ticker in mine:  # after the forecasts, which never wait for it
            await self.forecasts.ask_ahead(ticker)
        fresh, told = (sum(counts) for counts in zip(*lived, strict=True))
        return f"tickers={len(mine)} fresh={fresh} told={told}"

    async def _forecast_each(
        self, tickers: Iterator[str], alerted: set[str], now: datetime
    ) -> tuple[int, int]:
        """Issue forecasts one after the other; return how many are new, and the alerts told."""
        fresh = told = 0
        for ticker in tickers:
            answer = await self._answer(ticker, now)
            if answer is None:
                continue
            fresh += answer.sessions_old == 0
            if answer.bars.ticker in alerted:
                forecast = answer.issued.forecast
                told += await self._tell(answer.bars.ticker, answer.bars, forecast, now)
        return fresh, told

    async def replies(self, _key: RunKey, now: datetime) -> str:
        """Reply to forecasts whose mark has come."""
        return f"enqueued={await self.store.run(enqueue_came_true, self.words, now)}"

    async def league(self, _key: RunKey, now: datetime) -> str:
        """Score the questions of the league whose close is known, and tell what came."""
        return f"enqueued={await self.store.run(finish_rounds, self.words, now)}"

    async def end_day(self, key: RunKey, now: datetime) -> str:
        """Publish the head of the ledger, delete what is old, tell the operators of the day."""
        day = key.day or now.date()
        head = await self.store.publish_head(day, now)
        swept = await self.store.sweep(now - KEPT)
        await self.store.sweep_slots()
        await self.store.note_watched()
        report = await self.store.run(self._report, day, now)
        await self.operators.summary(str(key), partial(night_summary, report=report))
        if report.dated:
            await self.store.save_note(AGE_TOLD, self.shelf.base.version)
        return f"head={head.id if head else 0} swept={swept.outbox}"

    async def _answer(self, ticker: str, now: datetime) -> Answer | None:
        try:
            return await self.forecasts.answer(ticker)
        except EndedTickerError as err:
            told = await self.store.run(tell_ended, ticker, err.last, now, self.words)
            log.info("ended ticker=%s last=%s told=%s", ticker, err.last, told)
        except ForecastingError as err:
            log.warning("no-forecast ticker=%s reason=%r", ticker, str(err))
        return None

    async def _tell(self, ticker: str, bars: Bars, forecast: Forecast | None, now: datetime) -> int:
        return await self.store.run(tell_due_alerts, ticker, bars, forecast, now)

    def _report(self, store: Store, day: date, now: datetime) -> NightReport:
        since = now - timedelta(days=1)
        told = (*NIGHT_STEPS, REFIT, DAY_END)
        runs = [
            run
            for run in store.job_runs(told, limit=_MOST_RUNS)
            if run.started_at > since and run.state != "running"
        ]
        head = store.daily_heads(1)
        return NightReport(
            day=day,
            # In a replay all steps of a night begin at one instant.
            runs=tuple(sorted(runs, key=lambda run: (run.started_at, told.index(run.name)))),
            backlog=store.backlog(now),
            lost_chats=len(store.finished_items(LOST_CHATS, day.isoformat())),
            silenced_chats=len(store.finished_items(SILENCED_CHATS, day.isoformat())),
            head=head[0] if head else None,
            dated=self._dated(store, now.date()),
        )

    def _dated(self, store: Store, today: date) -> date | None:
        """Return the last price the base has learned from if that is old news not told yet."""
        card = self.shelf.base.card
        if not is_dated(card, today) or store.load_note(AGE_TOLD) == card.version:
            return None
        return date.fromisoformat(card.trained_to)
