"""Compares what was promised with what came, as soon as the close of the day is known.

A result is written once and never edited. A day that brought no close is void, with its reason,
but only when the source has shown by later bars that none will come; until then it stays due.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

import numpy as np

from bot.background.nightly.corrections import correct_wrong
from forecasting.errors import CalendarError, ForecastingError
from forecasting.evaluation.outcomes import Promise, row_of, settle
from forecasting.prices.source import PriceSource
from forecasting.sessions import exchange_of, is_session, last_closed
from forecasting.values import Bars, Forecast
from storage.records.ledger import DueResolution, Resolution
from storage.store import Store

log = logging.getLogger(__name__)

GRACE_BARS = 3
"""Later bars that must be there before a missing one is given up."""
GRACE_DAYS = 30
"""Days after which a history that has ended is given up, if the source is alive."""
_MOST_AT_ONCE = 20_000
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class ResolveReport:
    """What one run did.

    Attributes:
        resolved: Results written with a close.
        void: Results written without one.
        waiting: Promises whose day has come but whose bar has not.
        unreachable: Tickers whose bars could not be had, and why; all of theirs stays due.
    """

    resolved: int
    void: int
    waiting: int
    unreachable: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Tally:
    results: list[Resolution] = field(default_factory=list)
    missing: list[tuple[DueResolution, Bars]] = field(default_factory=list)
    unreachable: list[tuple[str, str]] = field(default_factory=list)
    newest: date = date.min
    resolved: int = 0
    void: int = 0
    corrected: int = 0


def resolve_due(store: Store, source: PriceSource, now: datetime) -> ResolveReport:
    """Resolve every promise whose close is known; may block for long.

    Args:
        store: Ledger and results.
        source: Where the official closes come from.
        now: Aware UTC.

    Raises:
        StorageError: The database failed; what was written before stays.
    """
    tally = _Tally()
    for ticker in store.due_tickers(now.date()):
        try:
            _resolve_ticker(store, source, ticker, now, tally)
        except ForecastingError as err:
            tally.unreachable.append((ticker, str(err)))
            log.warning("not-resolved ticker=%s reason=%r", ticker, str(err))
        if len(tally.results) >= _BATCH:
            _write(store, tally, now)
    _give_up(tally)
    _write(store, tally, now)
    report = ResolveReport(tally.resolved, tally.void, len(tally.missing), tuple(tally.unreachable))
    log.info(
        "resolved count=%s void=%s waiting=%s unreachable=%s corrected=%s",
        report.resolved,
        report.void,
        report.waiting,
        len(report.unreachable),
        tally.corrected,
    )
    return report


def _resolve_ticker(
    store: Store, source: PriceSource, ticker: str, now: datetime, tally: _Tally
) -> None:
    until = last_closed(exchange_of(ticker), now)
    due = store.due_resolutions(until, _MOST_AT_ONCE, ticker)
    if not due:
        return
    bars = source.history(ticker, now)
    tally.newest = max(tally.newest, bars.as_of)
    forecasts = _forecasts(store, ticker, {entry.forecast_id for entry in due})
    ready: list[tuple[DueResolution, Promise]] = []
    for entry in due:
        promise = _promise(bars, forecasts[entry.forecast_id], entry)
        if promise is None:
            tally.missing.append((entry, bars))
        else:
            ready.append((entry, promise))
    tally.corrected += correct_wrong(store, bars, now)
    outcomes = settle(bars, [promise for _, promise in ready])
    tally.results += (
        Resolution(entry.forecast_id, entry.horizon, entry.target, "resolved", **asdict(outcome))
        for (entry, _), outcome in zip(ready, outcomes, strict=True)
    )


def _forecasts(store: Store, ticker: str, wanted: set[int]) -> dict[int, Forecast]:
    # Most of what is due is recent, so one query brings nearly all of it.
    recent = store.forecasts_of(ticker, limit=2 * len(wanted) + 20) if len(wanted) > 2 else ()
    found = {issued.id: issued.forecast for issued in recent if issued.id in wanted}
    for forecast_id in wanted - found.keys():
        issued = store.find_forecast(forecast_id)
        if issued is not None:
            found[forecast_id] = issued.forecast
    return found


def _promise(bars: Bars, forecast: Forecast, entry: DueResolution) -> Promise | None:
    start, end = row_of(bars, forecast.as_of), row_of(bars, entry.target)
    if not start or end is None:
        return None
    return Promise(forecast, entry.horizon, start, end)


def _give_up(tally: _Tally) -> None:
    """Turn promises that will never be resolved into void results; the others stay due."""
    waiting: list[tuple[DueResolution, Bars]] = []
    for entry, bars in tally.missing:
        reason = _why_void(entry, bars, tally.newest)
        if reason:
            void = Resolution(entry.forecast_id, entry.horizon, entry.target, "void", reason=reason)
            tally.results.append(void)
        else:
            waiting.append((entry, bars))
    tally.missing = waiting


def _why_void(entry: DueResolution, bars: Bars, newest: date) -> str:
    later = int(np.count_nonzero(bars.sessions > np.datetime64(entry.target, "D")))
    # An old cache may stand in for a source that is down: only bars of others prove it alive.
    ended = (newest - entry.target).days > GRACE_DAYS
    if later < GRACE_BARS and not ended:
        return ""
    if row_of(bars, entry.target) is not None:
        return "as-of-missing"
    if not _was_session(bars.exchange, entry.target):
        return "no-session"
    return "halted" if later else "ended"


def _was_session(exchange: str, day: date) -> bool:
    try:
        return is_session(exchange, day)
    except CalendarError:
        return True


def _write(store: Store, tally: _Tally, now: datetime) -> None:
    for part in _parts(tally.results):
        store.resolve(part, now)
    good = sum(result.status == "resolved" for result in tally.results)
    tally.resolved += good
    tally.void += len(tally.results) - good
    tally.results = []


def _parts(results: Sequence[Resolution]) -> Iterable[Sequence[Resolution]]:
    return (results[i : i + _BATCH] for i in range(0, len(results), _BATCH))
