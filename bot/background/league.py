"""The league unasked: closing, results and tables, and the weekly question of who wants one."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bot.answers.league import LeagueDesk, points_of_calls, season_table
from bot.answers.preferences import is_silent
from bot.awaitable_store import AwaitableStore
from bot.background.league_hours import QuietTime, asked_at, is_asked_by
from bot.background.outbox.posts import PictureRef, Post
from bot.clock import Clock
from bot.errors import UsageError
from bot.words.language import Words
from bot.words.league import (
    closed_text,
    corrected_text,
    question_keyboard,
    question_text,
    result_text,
    void_text,
)
from forecasting.errors import ForecastingError
from forecasting.league import call_points, fifth_of, model_points
from storage.records.chats import Place, PlaceSettings
from storage.records.league import LeagueCall, LeagueRound, RoundOutcome
from storage.records.ledger import Resolution
from storage.records.work import DueWork, OutboxItem
from storage.store import Store

log = logging.getLogger(__name__)

QUESTION, RESULT = "league-question", "league-result"
CLOSED, CORRECTED = "league-closed", "league-corrected"
"""Kinds of rows of the outbox."""
_FURTHEST_EAST, _OVER_EVERYWHERE = timedelta(hours=14), 4
"""Once it is Friday (ISO weekday 5) there, Tuesday is over in the west, 26 hours behind."""
_FOUND_AGAIN = timedelta(days=3)
"""A crash or a long outage between scoring and telling loses no result within this time."""


class WeeklyLeague:
    """Asks each place of a weekly league about a ticker of its list, once a week."""

    def __init__(
        self,
        store: AwaitableStore,
        desk: LeagueDesk,
        clock: Clock,
        words: Callable[[str], Words],
    ) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._words = words
        self._tried: set[tuple[Place, str]] = set()
        self._quiet = QuietTime()

    async def tick(self, work: DueWork | None = None) -> None:
        """Close the questions whose time has come, and ask what is due.

        Args:
            work: What there is, where somebody has just looked.
        """
        now = self._clock.now()
        due = work or await self._store.due_work(now)
        if due.closes:
            await self._store.run(close_questions, self._words, now)
        # Where the day is the furthest on; wherever it is Monday or Tuesday, it is the same week.
        year, week, weekday = (now + _FURTHEST_EAST).isocalendar()
        if weekday > _OVER_EVERYWHERE or self._quiet.holds(now, due.leagues):
            return
        key, monday = f"{year}-W{week:02}", date.fromisocalendar(year, week, 1)
        later = []
        for place, slot in await self._store.league_places(QUESTION, key):
            if not is_asked_by(slot, now):
                later.append(asked_at(slot, monday))
            elif (place, key) not in self._tried:
                await self._ask_in(place, key, week)
        self._quiet = QuietTime.after(now, due.leagues, later)

    async def _ask_in(self, place: Place, key: str, week: int) -> None:
        settings = await self._store.settings(place)
        asked = await self._ask(place, settings, key, week)
        if not asked:
            # Tried once a process: prices that cannot be had must not be asked for every minute.
            self._tried.add((place, key))

    async def _ask(self, place: Place, settings: PlaceSettings, key: str, week: int) -> bool:
        listed = [entry.ticker for entry in await self._store.subscriptions(place)]
        turn = week % len(listed) if listed else 0
        for ticker in (*listed[turn:], *listed[:turn]):
            try:
                asked, _, forecast = await self._desk.ask(place, ticker)
            except (ForecastingError, UsageError) as err:
                log.warning("league-not-asked ticker=%s reason=%r", ticker, str(err))
                continue
            words, now = self._words(settings.language), self._clock.now()
            answered = await self._store.count_calls(asked.id)
            post = Post(
                question_text(words, asked, answered),
                silent=is_silent(settings, now, remarkable=False),
                keyboard=question_keyboard(words, asked, forecast.currency),
                expires=asked.asked.closes_at,
            )
            await self._store.enqueue([OutboxItem(place, QUESTION, key, now, post.encode())], now)
            return True
        return False


def close_questions(store: Store, words_of: Callable[[str], Words], now: datetime) -> None:
    """Shut the questions whose time has come, and let their messages say so; may block."""
    for round_id in store.close_rounds(now):
        asked = store.find_round(round_id)
        if asked is None or (asked.message_id or 0) <= 0:
            continue
        settings = store.settings(asked.asked.place)
        text = closed_text(words_of(settings.language), asked)
        post = Post(text, edits=asked.message_id, expires=now + _FOUND_AGAIN)
        row = OutboxItem(asked.asked.place, CLOSED, _key(asked), now, post.encode())
        store.enqueue([row], now)


def finish_rounds(store: Store, words_of: Callable[[str], Words], now: datetime) -> int:
    """Score the questions whose close is known, and tell what came; may block.

    Args:
        store: Questions, the ledger's results, and the outbox.
        words_of: Words of a language.
        now: Aware UTC.

    Returns:
        How many results are new in the outbox.
    """
    close_questions(store, words_of, now)
    for asked in store.rounds_to_score():
        result = _result(store, asked)
        if result is None:
            continue
        if result.status == "void" or result.close is None:
            store.void_round(asked.id, result.reason, now)
            continue
        fifth = fifth_of(result.close, asked.asked.edges)
        points = points_of_calls(store.calls_on(asked.id), fifth)
        store.score_round(asked.id, RoundOutcome(result.close, fifth, points), now)
    _score_anew(store, words_of, now)
    ended = store.rounds_ended(now - _FOUND_AGAIN)
    return _tell(store, [asked for asked in ended if not _was_told(store, asked)], words_of, now)


def _score_anew(store: Store, words_of: Callable[[str], Words], now: datetime) -> None:
    """Set right what was scored with a close that the ledger has since corrected.

    Told first: the row's key keeps it single, and a crash in between is made up for.
    """
    for asked, close in store.rounds_to_score_anew():
        fifth = fifth_of(close, asked.asked.edges)
        calls = store.calls_on(asked.id)
        if fifth != asked.fifth:
            _tell_of_correction(store, asked, close, words_of, now)
        outcome = RoundOutcome(close, fifth, points_of_calls(calls, fifth))
        store.score_anew(asked.id, outcome, _points_of_erased(asked, calls, fifth))


def _points_of_erased(asked: LeagueRound, calls: Sequence[LeagueCall], came: int) -> float:
    """Return the points of calls that are only counted any more, as if they had been sure."""
    left = Counter(call.fifth for call in calls)
    return sum(
        max(count - left[fifth], 0) * call_points(fifth, came, sure=True)
        for fifth, count in enumerate(asked.counts)
    )


def _tell_of_correction(
    store: Store,
    asked: LeagueRound,
    close: float,
    words_of: Callable[[str], Words],
    now: datetime,
) -> None:
    place, issued = asked.asked.place, store.find_forecast(asked.asked.forecast_id)
    settings = store.settings(place)
    if issued is None or settings.paused:
        return
    fifth, currency = fifth_of(close, asked.asked.edges), issued.forecast.currency
    text = corrected_text(words_of(settings.language), asked, close, fifth, currency)
    shown = asked.message_id if asked.message_id and asked.message_id > 0 else None
    post = Post(text, silent=is_silent(settings, now, remarkable=False), reply_to=shown)
    key = f"{_key(asked)}#{close:.10g}"
    store.enqueue([OutboxItem(place, CORRECTED, key, now, post.encode())], now)


def _result(store: Store, asked: LeagueRound) -> Resolution | None:
    results = store.resolutions_for(asked.asked.forecast_id)
    return next((one for one in results if one.horizon == asked.asked.horizon), None)


def _was_told(store: Store, asked: LeagueRound) -> bool:
    return store.find_outbox(asked.asked.place, RESULT, _key(asked)) is not None


def _key(asked: LeagueRound) -> str:
    # With the instant: SQLite gives the highest number again when its row was erased.
    return f"{asked.id}@{asked.asked_at.isoformat()}"


def _tell(
    store: Store,
    ended: Sequence[LeagueRound],
    words_of: Callable[[str], Words],
    now: datetime,
) -> int:
    items = []
    for asked in ended:
        settings = store.settings(asked.asked.place)
        if settings.paused:
            continue
        post = _post(store, asked, settings, words_of(settings.language), now)
        if post is not None:
            items.append(OutboxItem(asked.asked.place, RESULT, _key(asked), now, post.encode()))
    return store.enqueue(items, now) if items else 0


def _post(
    store: Store, asked: LeagueRound, settings: PlaceSettings, words: Words, now: datetime
) -> Post | None:
    issued = store.find_forecast(asked.asked.forecast_id)
    if issued is None:
        return None
    silent = is_silent(settings, now, remarkable=False)
    shown = asked.message_id if asked.message_id and asked.message_id > 0 else None
    if asked.fifth is None:
        return Post(void_text(words, asked), silent=silent, reply_to=shown)
    last = asked.asked.last_fifth
    same = None if last is None else call_points(last, asked.fifth, sure=True)
    lines = season_table(store, asked.asked.place, asked.asked.season)
    text = result_text(words, asked, issued.forecast, (model_points(asked.fifth), same), lines)
    picture = PictureRef(
        "fifths",
        (issued.id,),
        asked.asked.horizon,
        settings.theme,
        words.language,
        round_id=asked.id,
    )
    return Post(text, silent=silent, reply_to=shown, pictures=(picture,))
