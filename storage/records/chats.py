"""Values of people's side: chats and their settings, lists, alerts, messages, and what is exported.

Like all values of storage they are frozen and no row of any library; instants are aware UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from forecasting.values import Forecast
from storage.records.ledger import Resolution

DeadReason = Literal["blocked", "kicked", "migrated"]
Theme = Literal["light", "dark"]
Sound = Literal["auto", "silent", "loud"]
AlertKind = Literal["band", "probability", "price"]
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
        recap: Whether the week that ended is summed up.
        cashtags: In groups, whether `$TSLA` in talk gets a line.
        anyone_may_change: In groups, whether members who are not admins may change the lists.
        language: What the place is spoken to in, such as `pt_BR`.
        language_chosen: Whether somebody chose it; else it follows Telegram's of the person, in a
            group of who added the bot.
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
    recap: bool = False
    cashtags: bool = False
    anyone_may_change: bool = False
    language: str = "en"
    language_chosen: bool = False


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
    """A local time at which some place wants its digest, or once did."""

    zone: str | None
    digest_at: time


@dataclass(frozen=True, slots=True)
class WatchedTicker:
    """A ticker and how many live places subscribe to it."""

    ticker: str
    places: int


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A wish to be told.

    `band`: a close leaves the band of `forecast_id`. `probability`: the probability of being above
    `price` rises above (`above`) or falls below (`below`) `probability`. `price`: a close is above
    or below `price`. Prices are in shares of `forecast_id`'s day.
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
class LostChat:
    """What a chat that can no longer be reached leaves behind."""

    subscriptions: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted for a person, or cut loose from them, by table."""

    counts: tuple[tuple[str, int], ...]

    @property
    def rows(self) -> int:
        """How many rows were touched in all."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class ShownForecast:
    """A forecast whose next `sessions` were shown in a place."""

    id: int
    message_id: int
    sent_at: datetime
    sessions: int
    forecast: Forecast
