"""Which clock the bot goes by: the machine's, or that of a replay, where it was left."""

from datetime import UTC, date, datetime, time

from bot.clock import Clock, ReplayClock, SystemClock
from storage.store import Store

REACHED = "replay-now"
"""The note that holds how far a replay has come."""


def clock_of(start: date | None, store: Store) -> Clock:
    """Return the machine's clock, or that of a replay that begins on a day."""
    return SystemClock() if start is None else start_of_replay(store, start)


def start_of_replay(store: Store, start: date) -> ReplayClock:
    """Return the clock of a replay: where it was left, or at the beginning of its first day."""
    reached = store.load_note(REACHED)
    first = datetime.combine(start, time(0), UTC)
    return ReplayClock(max(first, datetime.fromisoformat(reached)) if reached else first)
