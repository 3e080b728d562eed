"""A price source that follows a script, and a price cache in memory: both keep their promises."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from forecasting.errors import PriceError
from forecasting.prices.cleaning import closed_only
from forecasting.values import Bars

Script = Callable[[str, datetime], Bars | PriceError]


@dataclass
class ScriptedSource:
    """Answers what the script says, hides what has not closed, and notes each question."""

    script: Script
    name: str = "scripted"
    asked: list[tuple[str, datetime, Bars | None]] = field(default_factory=list)
    offers: tuple[str, ...] = ()
    gate: Event | None = None
    at_once: int = 0
    most_at_once: int = 0
    _lock: Lock = field(default_factory=Lock)

    def history(self, ticker: str, now: datetime, known: Bars | None = None) -> Bars:
        with self._lock:
            self.asked.append((ticker, now, known))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.gate is not None:
                assert self.gate.wait(5)
            answer = self.script(ticker, now)
        finally:
            with self._lock:
                self.at_once -= 1
        if isinstance(answer, PriceError):
            raise answer
        return closed_only(answer, now)

    def search(self, text: str, now: datetime) -> tuple[str, ...]:
        return self.offers


@dataclass(frozen=True)
class Kept:
    bars: Bars
    checked_at: datetime


@dataclass
class MemoryCache:
    """What storage promises of a price cache, in dictionaries."""

    bars: dict[tuple[str, str], Kept] = field(default_factory=dict)
    unknown: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def load_bars(self, source: str, ticker: str) -> Kept | None:
        return self.bars.get((source, ticker))

    def save_bars(self, source: str, bars: Bars, checked_at: datetime) -> None:
        self.bars[source, bars.ticker] = Kept(bars, checked_at)
        self.unknown.pop((source, bars.ticker), None)

    def load_unknown(self, source: str, ticker: str) -> datetime | None:
        return self.unknown.get((source, ticker))

    def save_unknown(self, source: str, ticker: str, until: datetime) -> None:
        self.unknown[source, ticker] = until
