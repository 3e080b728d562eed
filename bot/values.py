"""What answers consist of, for words to tell: values that hold facts and know no sentence."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from forecasting.errors import ForecastingError
from forecasting.evaluation.intervals import Interval
from forecasting.model.artifact import Card
from forecasting.slices import Slice
from storage.records.chats import PlaceSettings
from storage.records.ledger import ChainLink, CorrectingRow, DailyHead, Issued, Resolution
from storage.records.questions import ChanceRecord, QuestionRelation
from storage.records.work import TrainingResult

SHORT_HISTORY, SAME_DATA = "short-history", "same-data"
"""Why a night did not train a ticker, as its result keeps it."""


@dataclass(frozen=True, slots=True)
class BandBreak:
    """A close outside the band; prices are in the forecast's own share count.

    Attributes:
        horizon: How many sessions after the forecast's as-of.
    """

    day: date
    horizon: int
    close: float
    low: float
    high: float


Verdict = Literal["kept", "narrow", "wide", "early"]


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """Whether ranges that promised 80 of 100 held that many.

    Attributes:
        held: Share that held.
        verdict: As promised, too narrow, too wide, or too early to judge.
    """

    held: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Coming:
    """The next announcement of a company.

    Attributes:
        day: The company's own date.
        sure: Whether the company has said so; otherwise a list or the past lets expect it.
    """

    day: date
    sure: bool


SHOWN = (1, 5, 20)
"""Sessions ahead that the record speaks of."""
JUDGED = 5
"""Sessions ahead that the verdict is about."""
ENOUGH = 20
"""Results below which nothing is judged."""
ENOUGH_BLOCKS = 6


@dataclass(frozen=True, slots=True)
class HorizonRecord:
    """The record at one horizon.

    Attributes:
        horizon: Sessions ahead.
        resolved: Results with a close, behind all figures below.
        held_50, held_80, held_95: Share of closes inside the band.
        error, naive_error: Mean absolute error of the median and of "no change", as a share of
            the as-of close.
        edge: Error over that of "no change", less 1: negative is better.
        gain: Pinball loss over that of the random walk, less 1: negative is better.
    """

    horizon: int
    resolved: int
    held_50: Interval
    held_80: Interval
    held_95: Interval
    error: float
    naive_error: float
    edge: Interval
    gain: Interval

    @property
    def judged(self) -> bool:
        """Whether there is enough to say anything."""
        return self.resolved >= ENOUGH and self.edge.blocks >= ENOUGH_BLOCKS


@dataclass(frozen=True, slots=True)
class SliceRecord:
    """The record of one slice of days, at `JUDGED` sessions.

    Attributes:
        name: The slice.
        resolved: Results with a close.
        held: How many of them the 80 % range held.
    """

    name: Slice
    resolved: int
    held: int


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """The record of a ticker, or of all.

    Attributes:
        ticker: None for all.
        resolved, void: Results at all horizons.
        horizons: Those of `SHOWN` with results.
        next_due: Day whose close will bring the next result; None where nothing is awaited.
        slices: Slices of days with results, in the order of `SLICES`.
        learned: How many of the results behind `horizons` are of days that the model that gave
            them had been trained on.
        overdue: Earliest day whose close brought no result; None where no promise is open.
    """

    ticker: str | None
    resolved: int
    void: int
    horizons: tuple[HorizonRecord, ...]
    next_due: date | None
    slices: tuple[SliceRecord, ...] = ()
    learned: int = 0
    overdue: date | None = None

    def at(self, horizon: int) -> HorizonRecord | None:
        """Return the record at a horizon, None where it has no results."""
        return next((entry for entry in self.horizons if entry.horizon == horizon), None)


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """What can be said of one forecast in the ledger.

    Attributes:
        issued: The row.
        own_hash: The hash that the row's content has now; it holds where it is the row's own.
        links: Rows from this one to `end`, both included.
        end: The published head that covers the row; the newest row where none does yet.
        published: Whether `end` was published.
        chain_holds: Whether each row up to `end` follows the one before.
        results: What came of it so far, by horizon; the newest where one was corrected.
        corrections: What was set right of them, oldest first.
    """

    issued: Issued
    own_hash: str
    links: int
    end: ChainLink
    published: DailyHead | None
    chain_holds: bool
    results: tuple[Resolution, ...]
    corrections: tuple[CorrectingRow, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the row."""
        return self.chain_holds and self.own_hash == self.issued.row_hash


STALE_SESSIONS = 3
"""From this age on a source is not late but has stopped, and people are told so."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A ticker that was not put on the list.

    Attributes:
        ticker: As it was typed.
        error: Why.
        suggestions: What may have been meant instead, best first.
    """

    ticker: str
    error: ForecastingError
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of a wish to subscribe.

    Attributes:
        added: New on the list.
        known: On it before.
        refused: Not on it, and why.
        first: Whether the list was empty before.
        settings: How the place is served.
        stale: Of those added, whose newest price is `STALE_SESSIONS` old or older.
    """

    added: tuple[str, ...]
    known: tuple[str, ...]
    refused: tuple[Refusal, ...]
    first: bool
    settings: PlaceSettings
    stale: tuple[str, ...] = ()

    @property
    def asks_zone(self) -> bool:
        """Whether the place is to be asked for its zone: once, with its first subscription."""
        return self.first and bool(self.added) and self.settings.zone is None


@dataclass(frozen=True, slots=True)
class WatchlistView:
    """A place's list and how it is served."""

    tickers: tuple[str, ...]
    settings: PlaceSettings


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What can be said of the model that serves.

    Attributes:
        ticker: Whose model; None for the shipped one.
        card: Of the model that serves.
        base: Card of the model of all tickers.
        last: What the last night's training of the ticker decided, None if there was none.
        promise: Whether its recipe's ranges held on data it never saw; None if never scored.
        dated: Whether the base has seen no price of the last two years.
        learned: Whether the day that it is lies in the years that the model was trained on.
    """

    ticker: str | None
    card: Card
    base: Card
    last: TrainingResult | None
    promise: KeptPromise | None = None
    dated: bool = False
    learned: bool = False

    @property
    def tuned(self) -> bool:
        """Whether the ticker has a model of its own."""
        return self.card.version != self.base.version


DayCut = Literal["", "far", "unnamed", "before"]
"""Why a question is answered for another day than asked: too far ahead, none named, no session."""


@dataclass(frozen=True, slots=True)
class GivenChance:
    """What a question is answered with.

    Attributes:
        ticker, currency: Whose prices, and in which currency; empty for points.
        forecast_id: The forecast that says so.
        relation, low, high: Of the close to prices in the forecast's share count.
        chance: 0..1.
        horizon, target: The session whose close decides.
        asked: The calendar day that was asked for, None where none was.
        cut: Why `target` is not `asked`.
        close, as_of: Where the price was, and when.
        record: What came of such answers so far.
    """

    ticker: str
    currency: str
    forecast_id: int
    relation: QuestionRelation
    low: float
    high: float
    chance: float
    horizon: int
    target: date
    asked: date | None
    cut: DayCut
    close: float
    as_of: date
    record: ChanceRecord
