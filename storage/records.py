"""What storage takes and gives: frozen values, no row of any library. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from forecasting.values import Forecast

ChatKind = Literal["private", "group", "supergroup", "channel"]
DeadReason = Literal["blocked", "kicked", "migrated"]
Theme = Literal["light", "dark"]
Sound = Literal["auto", "silent", "loud"]
Status = Literal["resolved", "void"]
OutboxState = Literal["pending", "sending", "sent", "dead"]
ModelStatus = Literal["candidate", "champion", "retired", "rejected"]
TrainingOutcome = Literal["promoted", "kept", "failed"]
JobState = Literal["running", "done", "failed"]
AlertKind = Literal["band", "probability"]
AlertState = Literal["open", "fired", "cancelled"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message goes: a chat, and in a forum one of its topics (0 is none)."""

    chat_id: int
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """How a place wants to be served; the defaults hold where nothing was ever set.

    Attributes:
        sessions: Sessions shown on a chart, 1..20.
        digest_at: Local time of the daily digest.
        zone: IANA zone of `digest_at` and the quiet hours; None until it was asked.
        days: Weekdays of the digest, Monday is 0.
        quiet: Local start and end of the hours without sound, or None.
        sound: `auto` rings only for what is remarkable.
        closed_note: Whether a closed day brings a note in place of nothing.
        replies: Whether the bot replies to its forecasts when their day has come.
        anyone_may_change: In groups, whether members who are not admins may change the lists.
    """

    theme: Theme = "light"
    sessions: int = 20
    digest_at: time = time(8, 0)
    zone: str | None = None
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    quiet: tuple[time, time] | None = None
    sound: Sound = "auto"
    paused: bool = False
    closed_note: bool = False
    replies: bool = True
    anyone_may_change: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A ticker on a place's list, and the newest session that a digest told it of, if any.

    `added_by` is None once that person asked to be forgotten.
    """

    place: Place
    ticker: str
    added_by: int | None
    added_at: datetime
    told: date | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A live place with at least one subscription."""

    place: Place
    settings: PlaceSettings
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class DigestSlot:
    """A local time at which `places` live, unpaused places with subscriptions want their digest."""

    zone: str | None
    digest_at: time
    places: int


@dataclass(frozen=True, slots=True)
class WatchedTicker:
    """A ticker and how many live places subscribe to it."""

    ticker: str
    places: int


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A wish to be told.

    `band`: a close leaves the band of `forecast_id`. `probability`: the probability of being above
    `price` rises above (`above`) or falls below (`below`) `probability`.
    """

    place: Place
    user_id: int
    ticker: str
    kind: AlertKind
    forecast_id: int | None = None
    price: float | None = None
    probability: float | None = None
    direction: Literal["above", "below"] | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that was set, and what became of it."""

    id: int
    wish: NewAlert
    state: AlertState
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, eq=False)
class Issued:
    """A forecast in the ledger.

    Attributes:
        row_hash: `sha256(previous_hash | id | issued_at | canonical text)` as hexadecimal.
        new: False when the same question had been answered before.
    """

    id: int
    forecast: Forecast
    issued_at: datetime
    previous_hash: str
    row_hash: str
    new: bool = False


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link of the chain, without the forecast."""

    id: int
    previous_hash: str
    row_hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a walk along the chain found; `broken_id` is the first row that does not hold."""

    rows: int
    head: ChainLink | None
    broken_id: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether every row is as it was issued."""
        return self.broken_id is None


@dataclass(frozen=True, slots=True)
class DailyHead:
    """The chain's newest row at the end of a day, as it was published."""

    day: date
    id: int
    row_hash: str
    published_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class DueResolution:
    """A promise whose day has come and that nobody has compared with the close yet."""

    ticker: str
    target: date
    forecast_id: int
    horizon: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a forecast at one horizon.

    Attributes:
        close: The official close, adjusted to the forecast's own share count; None when void.
        log_return: Log of `close` over the as-of close.
        pit: The forecast's probability of a close at or below the one that came, 0..1.
        in_50, in_80, in_95: Whether `close` was within that band.
        abs_error: |median - close| as a share of the as-of close.
        naive_abs_error: The same for "no change".
        loss: Mean pinball loss over the levels as a share of the as-of close.
        naive_loss: The same for the random walk the product compares itself with.
        reason: Why it is void, such as `halted` or `no-session`.
    """

    forecast_id: int
    horizon: int
    target: date
    status: Status
    close: float | None = None
    log_return: float | None = None
    pit: float | None = None
    in_50: bool | None = None
    in_80: bool | None = None
    in_95: bool | None = None
    abs_error: float | None = None
    naive_abs_error: float | None = None
    loss: float | None = None
    naive_loss: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedForecast:
    """A resolution beside what it resolves."""

    ticker: str
    as_of: date
    as_of_close: float
    model_version: str
    resolution: Resolution
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class TrackTotals:
    """Counts and sums over all resolutions of one horizon; errors are sums over `resolved`."""

    horizon: int
    resolved: int
    void: int
    in_50: int
    in_80: int
    in_95: int
    abs_error: float
    naive_abs_error: float
    loss: float
    naive_loss: float


@dataclass(frozen=True, slots=True)
class ForecastMessage:
    """A message of the bot that shows a forecast's next `sessions`; `user_id` asked for it.

    A negative `message_id` is from before its group became a supergroup: no reply can name it.
    """

    place: Place
    message_id: int
    forecast_id: int
    user_id: int | None
    sent_at: datetime
    sessions: int


@dataclass(frozen=True, slots=True)
class CameTrue:
    """A forecast message of a place that wants replies, and the resolution to reply with."""

    message: ForecastMessage
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class PhotoKey:
    """What makes an uploaded picture the same picture; `forecast_id` 0 where it shows several."""

    bot_id: int
    forecast_id: int
    kind: str
    sessions: int
    theme: Theme
    language: str = "en"
