"""The track record: how the forecasts that were given held, all of them, none left out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from bot.values import ENOUGH, JUDGED, SHOWN, HorizonRecord, SliceRecord, TrackFacts
from bot.words.track import promise_kept
from forecasting.charts.track import Counted, TrackRecord
from forecasting.evaluation.intervals import ratio, weekly_blocks
from forecasting.model.training_years import learned_until
from forecasting.slices import SLICES
from forecasting.values import HORIZONS, Bars, Float1D
from storage.records.tallies import Sums, Tally
from storage.store import Store

_SESSIONS_DRAWN = 120
_LOOK_AHEAD_DAYS = HORIZONS[-1] * 7 // 5 + 17
"""Days that the last horizon spans, five sessions a week, and holidays."""
_LATE_DAYS = 10
"""Days by which a close may be late; what is older has no price any more."""


def track_record(store: Store, ticker: str | None, now: datetime) -> TrackFacts:
    """Return the record of a ticker, or of all; may block.

    Args:
        store: The ledger.
        ticker: None for all tickers.
        now: Aware UTC.
    """
    with store.seeing():
        resolved, void = store.counted(ticker)
        weeks = store.weekly_sums(ticker, SHOWN)
        return TrackFacts(
            ticker=ticker,
            resolved=resolved,
            void=void,
            horizons=tuple(summarise(own, h) for h in SHOWN if (own := _resolved(weeks, h))),
            next_due=_next_due(store, ticker, now.date()),
            overdue=store.next_due(ticker),
            slices=_by_slice(store.sums_by_slice(ticker, JUDGED)),
            learned=_learned(store, ticker),
        )


def _resolved(tallies: Sequence[Tally], horizon: int) -> list[Tally]:
    return [entry for entry in tallies if entry.horizon == horizon and entry.sums.resolved]


def _learned(store: Store, ticker: str | None) -> int:
    """Return how many of the results shown are of days that their model learned from."""
    count = 0
    for version, first in store.models_since(ticker).items():
        cut = learned_until(version)
        if cut is not None and first <= cut:
            count += store.count_results_of(version, cut, ticker, SHOWN)
    return count


def _by_slice(sums: Mapping[str, Sums]) -> tuple[SliceRecord, ...]:
    return tuple(
        SliceRecord(name, sums[name].resolved, sums[name].in_80)
        for name in SLICES
        if name in sums and sums[name].resolved
    )


def summarise(tallies: Sequence[Tally], horizon: int) -> HorizonRecord:
    """Return the figures of the weeks' totals at one horizon, of at least one result.

    An interval over blocks needs of each block only its sums, so that whole weeks stand for all of
    their results.
    """
    blocks = weekly_blocks([entry.week for entry in tallies], horizon)

    def column(name: str) -> Float1D:
        return np.array([getattr(entry.sums, name) for entry in tallies], dtype=np.float64)

    count, error, naive_error = (column(n) for n in ("resolved", "abs_error", "naive_abs_error"))
    return HorizonRecord(
        horizon=horizon,
        resolved=int(count.sum()),
        held_50=ratio(column("in_50"), count, blocks),
        held_80=ratio(column("in_80"), count, blocks),
        held_95=ratio(column("in_95"), count, blocks),
        error=float(error.sum() / count.sum()),
        naive_error=float(naive_error.sum() / count.sum()),
        edge=ratio(error - naive_error, naive_error, blocks),
        gain=ratio(column("loss") - column("naive_loss"), column("naive_loss"), blocks),
    )


def _next_due(store: Store, ticker: str | None, today: date) -> date | None:
    """Return when the next result comes; a close that never came, of prices that end, is none."""
    due = store.next_due(ticker, today - timedelta(days=_LATE_DAYS))
    if due is None or due > today + timedelta(days=_LOOK_AHEAD_DAYS):
        return None
    return due if ticker is not None else max(due, today)


@dataclass(frozen=True, slots=True, eq=False)
class TrackPicture:
    """What is drawn of a record, and a name that changes whenever the picture would."""

    name: str
    record: TrackRecord


def has_picture(facts: TrackFacts) -> bool:
    """Return whether there is enough to draw."""
    entry = facts.at(JUDGED)
    return entry is not None and entry.resolved >= ENOUGH


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
        counted=_counted(facts),
        bars=shown,
        ghosts=tuple(entry.forecast for entry in issued),
        independent=_independent(facts),
        verdict=promise_kept(facts),
    )
    newest = issued[0].id if issued else 0
    content = (facts.ticker, record.counted, newest, shown.digest() if shown is not None else "")
    name = hashlib.sha256(repr(content).encode()).hexdigest()[:24]
    return TrackPicture(f"track-{name}", record)


def _counted(facts: TrackFacts) -> Counted:
    entry = facts.at(JUDGED)
    if entry is None:
        return Counted(0, 0.0, 0.0, 0.0)
    held = (entry.held_50.value, entry.held_80.value, entry.held_95.value)
    return Counted(entry.resolved, *held)


def _independent(facts: TrackFacts) -> float:
    entry = facts.at(JUDGED)
    if entry is None:
        return 0.0
    # Of each block one result is independent; several tickers add little, since they move together.
    return entry.edge.blocks * (1.0 if facts.ticker else 2.0)
