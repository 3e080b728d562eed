"""Everything that is kept about a place, as one value."""

from dataclasses import dataclass

from storage.records.chats import Alert, Place, PlaceSettings, ShownForecast, Subscription
from storage.records.league import LeagueRound
from storage.records.questions import KeptQuestion


@dataclass(frozen=True, slots=True, eq=False)
class PlaceExport:
    """Everything kept about a place."""

    place: Place
    settings: PlaceSettings
    subscriptions: tuple[Subscription, ...]
    alerts: tuple[Alert, ...]
    recent: tuple[str, ...]
    forecasts: tuple[ShownForecast, ...]
    questions: tuple[KeptQuestion, ...] = ()
    rounds: tuple[LeagueRound, ...] = ()
