"""From what a week brought a list to its one message with its one picture."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from bot.answers.preferences import is_silent
from bot.background.outbox.posts import PictureRef, Post
from bot.background.recap.weeks import DueRange, TickerWeek
from bot.values import JUDGED, KeptPromise
from bot.words.language import Words
from bot.words.recap import Surprise, WeekFacts, WeekRound, recap_text
from bot.words.ticker_news import Ahead, Side
from forecasting.charts.week import MOST
from storage.records.chats import PlaceSettings


class RecapWriter:
    """Writes the recaps of one week, all with the same record."""

    def __init__(self, words: Callable[[str], Words], record: KeptPromise | None) -> None:
        self._words = words
        self._record = record

    def post(
        self,
        settings: PlaceSettings,
        friday: date,
        weeks: Sequence[TickerWeek],
        ahead: Sequence[tuple[str, Ahead]],
        times: tuple[datetime, datetime],
        league: tuple[WeekRound, ...] = (),
    ) -> Post:
        """Return the message of a place.

        Args:
            settings: The place's.
            friday: With which the week ended.
            weeks: What it brought, in the order of the place's list.
            ahead: Announcements of the week that follows.
            times: When the message is due, and until when it may be sent.
            league: What the week's closes decided of the place's league.
        """
        came = [one for week in weeks for one in week.came]
        facts = WeekFacts(
            last=friday,
            held=sum(bool(one.result.in_80) for one in came),
            count=len(came),
            surprise=_surprise(max(came, key=lambda one: one.surprise)) if came else None,
            record=self._record,
            ahead=tuple(sorted(ahead, key=lambda pair: (pair[1].day, pair[0]))),
            missing=tuple(week.ticker for week in weeks if week.pending),
            league=league,
        )
        due, expires = times
        return Post(
            recap_text(self._words(settings.language), facts),
            # What surprised was told, and rung for, on its day.
            silent=is_silent(settings, due, remarkable=False),
            pictures=_pictures(weeks, settings),
            expires=expires,
        )


def _surprise(came: DueRange) -> Surprise:
    side: Side = "above" if came.close > came.high else "below"
    return Surprise(
        ticker=came.forecast.ticker,
        currency=came.forecast.currency,
        move=came.close / came.forecast.close - 1,
        sessions=came.result.horizon,
        low=came.low,
        high=came.high,
        # The ledger says what held, so that picture, count and sentence agree.
        side="inside" if came.result.in_80 else side,
    )


def _pictures(weeks: Sequence[TickerWeek], settings: PlaceSettings) -> tuple[PictureRef, ...]:
    """Return the one picture, of the tickers that surprised most where there are too many."""
    shown = sorted(
        (week for week in weeks if week.came),
        key=lambda week: -max(one.surprise for one in week.came),
    )[:MOST]
    numbers = tuple(one.number for week in shown for one in week.came)
    if not numbers:
        return ()
    return (PictureRef("week", numbers, JUDGED, settings.theme, settings.language),)
