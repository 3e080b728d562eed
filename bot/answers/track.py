"""The track record: how the forecasts that were given held, all of them, none left out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from bot.values import ENOUGH, JUDGED, SHOWN, HorizonRecord, SliceRecord, TrackFacts
from bot.words.track import promise_kept
from forecasting.charts.track import TrackRecord
from forecasting.evaluation.intervals import blocks_of, ratio, share
from forecasting.model.training_years import learned_from
from forecasting.slices import SLICES
from forecasting.values import HORIZONS, Bars
from storage.records.ledger import Resolution, ResolvedForecast
from storage.store import Store

_MOST_ROWS = 20_000
_SESSIONS_DRAWN = 120
_LOOK_AHEAD_DAYS = HORIZONS[-1] * 7 // 5 + 17
"""Days that the last horizon spans, five sessions a week, and holidays."""


def track_record(store: Store, ticker: str | None, now: datetime) -> TrackFacts:
    """Return the record of a ticker, or of all; may block.

    Args:
        store: The ledger.
        ticker: None for all tickers.
        now: Aware UTC.
    """
    totals = store.track_totals(ticker)
    counted = {entry.horizon: entry.resolved for entry in totals}
    rows = {h: _resolved(store, ticker, h) for h in SHOWN if counted.get(h)}
    found = {h: [row.resolution for row in own] for h, own in rows.items()}
    return TrackFacts(
        ticker=ticker,
        resolved=sum(counted.values()),
        void=sum(entry.void for entry in totals),
        horizons=tuple(summarise(results, h) for h, results in found.items()),
        pits=tuple(r.pit for r in found.get(JUDGED, ()) if r.pit is not None),
        next_due=_next_due(store, ticker, now.date()),
        slices=_by_slice(store, ticker),
        learned=sum(
            learned_from(row.model_version, row.as_of) for own in rows.values() for row in own
        ),
    )


def _by_slice(store: Store, ticker: str | None) -> tuple[SliceRecord, ...]:
    found = store.held_by_slice(SLICES, ticker, JUDGED)
    return tuple(SliceRecord(name, *found[name]) for name in SLICES if name in found)


def _resolved(store: Store, ticker: str | None, horizon: int) -> list[ResolvedForecast]:
    rows = store.resolutions_of(ticker, horizon, _MOST_ROWS)
    return [row for row in rows if row.resolution.status == "resolved"]


def summarise(results: Sequence[Resolution], horizon: int) -> HorizonRecord:
    """Return the figures of resolved results at one horizon, of at least one result."""
    blocks = blocks_of([result.target for result in results], horizon)

    def column(name: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        return np.array([getattr(result, name) for result in results], dtype=np.float64)

    error, naive_error = column("abs_error"), column("naive_abs_error")
    return HorizonRecord(
        horizon=horizon,
        resolved=len(results),
        held_50=share(column("in_50"), blocks),
        held_80=share(column("in_80"), blocks),
        held_95=share(column("in_95"), blocks),
        error=float(error.mean()),
        naive_error=float(naive_error.mean()),
        edge=ratio(error - naive_error, naive_error, blocks),
        gain=ratio(column("loss") - column("naive_loss"), column("naive_loss"), blocks),
    )


def _next_due(store: Store, ticker: str | None, today: date) -> date | None:
    last = today + timedelta(days=_LOOK_AHEAD_DAYS)
    if ticker is not None:
        due = store.due_resolutions(last, 1, ticker)
        return due[0].target if due else None
    days = (today + timedelta(days=n) for n in range(_LOOK_AHEAD_DAYS))
    return next((day for day in days if store.due_tickers(day)), None)


@dataclass(frozen=True, slots=True, eq=False)
class TrackPicture:
    """What is drawn of a record, and a name that changes whenever the picture would."""

    name: str
    record: TrackRecord


def has_picture(facts: TrackFacts) -> bool:
    """Return whether there is enough to draw."""
    return len(facts.pits) >= ENOUGH


def track_picture(store: Store, facts: TrackFacts, bars: Bars | None) -> TrackPicture:
    """Return what is drawn of a record with results; may block.

    Args:
        store: The ledger.
        facts: The record.
        bars: The ticker's history as it is now, None for the record of all.
    """
    shown = bars.rows(slice(-_SESSIONS_DRAWN, None)) if bars is not None else None
    issued = store.forecasts_of(facts.ticker, _SESSIONS_DRAWN) if facts.ticker else ()
    record = TrackRecord(
        ticker=facts.ticker or "",
        pits=np.array(facts.pits),
        bars=shown,
        ghosts=tuple(entry.forecast for entry in issued),
        independent=_independent(facts),
        verdict=promise_kept(facts),
    )
    newest = issued[0].id if issued else 0
    content = (facts.ticker, facts.pits, newest, shown.digest() if shown is not None else "")
    name = hashlib.sha256(repr(content).encode()).hexdigest()[:24]
    return TrackPicture(f"track-{name}", record)


def _independent(facts: TrackFacts) -> float:
    entry = facts.at(JUDGED)
    if entry is None:
        return 0.0
    # Of each block one result is independent; several tickers add little, since they move together.
    return entry.edge.blocks * (1.0 if facts.ticker else 2.0)
