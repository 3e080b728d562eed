"""The only wiring: from the settings to a bot that is put together, read top down.

Nothing is found by name and nothing is built anywhere else. A part is given the two or three parts
that it uses; what it does with them stands in its own module.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial

from bot.answers.cards import CardDesk
from bot.answers.forecasts import ForecastDesk
from bot.answers.league import LeagueDesk
from bot.answers.models import ModelShelf
from bot.answers.pictures import PictureDesk
from bot.answers.surroundings import Surroundings
from bot.awaitable_store import AwaitableStore
from bot.background.digest.digests import DigestDesk
from bot.background.digest.news import NewsDesk
from bot.background.digest.price_alarm import WatchedDigests
from bot.background.jobs import Jobs, Step
from bot.background.league import WeeklyLeague
from bot.background.nightly.night_steps import NightSteps
from bot.background.nightly.nights import DAY_END, PRUNE, REFIT, Nights, when_asked
from bot.background.nightly.pruning import Pruning
from bot.background.nightly.refitting import RefitSources, RefitStep
from bot.background.nightly.training_step import TrainingStep
from bot.background.operators import Operators
from bot.background.outbox.delivery import OutboxDelivery, at_next_run
from bot.background.outbox.missed import MissedPosts
from bot.background.outbox.post_pictures import Gallery
from bot.background.outbox.refusals import Refusals
from bot.background.outbox.week_pictures import WeekPictures
from bot.background.recap.recaps import RecapDesk
from bot.background.replay import Replay, clock_of
from bot.background.schedule import Schedule
from bot.background.schedule_lease import ScheduleLease, this_process
from bot.background.unattended import Unattended
from bot.clock import Clock, ReplayClock, SystemClock
from bot.meters import Meters
from bot.price_notes import PriceNotes
from bot.settings import Settings
from bot.source_options import announcement_source, examples_of, source_options
from bot.telegram.application import RunningBot
from bot.telegram.called import called_by_name
from bot.telegram.client import PacedBot, build_bot
from bot.telegram.commands.chats import ChatEvents
from bot.telegram.commands.context import Commands
from bot.telegram.commands.error_handler import ErrorHandler
from bot.telegram.commands.every import AskedParts, every_command
from bot.telegram.commands.greeting import Greeter
from bot.telegram.door import Door
from bot.telegram.fencing import Fence
from bot.telegram.inbox import Inbox
from bot.telegram.intake import Intake
from bot.telegram.members import Members
from bot.telegram.menus import Menus
from bot.telegram.post_sender import Poster
from bot.telegram.rate_limiter import OVERALL_PER_SECOND, PacedLimiter
from bot.telegram.replica import Replica
from bot.telegram.replies import Replies
from bot.telegram.sender import Sender
from bot.telegram.speaking import Interpreter
from bot.words.chart_words import chart_texts
from bot.words.examples import LIKED, WRITTEN
from bot.words.language import load_words
from bot.worker import Worker
from forecasting.calendars import use_renewed
from forecasting.model.serving import load_pretrained
from forecasting.prices.build import build_source
from forecasting.prices.source import PriceSource
from storage.store import open_store

_NO_TOKEN = "0:jobs-that-send-nothing-need-no-token"  # noqa: S105 - it opens nothing


@dataclass(frozen=True, slots=True)
class Installation:
    """One bot, put together; nothing of it runs before `telegram` and `schedule` are started."""

    store: AwaitableStore
    clock: Clock
    forecasts: ForecastDesk
    client: PacedBot
    work: Unattended
    telegram: RunningBot
    schedule: Schedule
    settings: Settings
    meters: Meters


@asynccontextmanager
async def compose(
    settings: Settings, clock: Clock | None = None, *, summaries: bool = True, paced: bool = True
) -> AsyncIterator[Installation]:
    """Open what the bot stands on, put it together, and close it afterwards.

    Args:
        settings: Of this installation.
        clock: In place of the one that the settings ask for.
        summaries: Whether the operators are told how each night went.
        paced: Whether the server has Telegram's flood limits.

    Raises:
        ForecastingError: The shipped model or a price source cannot be had.
        StorageError, UnusableSettingError: The database, or DATA_DIR, cannot be used.
    """
    settings.make_data_dir()
    use_renewed(settings.data_dir / "calendars.npz")
    blocking = open_store(settings.database)
    store = AwaitableStore(blocking, Worker())
    try:
        meters, options = Meters(), source_options(settings)
        source = build_source(settings.sources, options, PriceNotes(blocking), meters)
        shelf = ModelShelf(load_pretrained(settings.sources), blocking)
        clock = clock or clock_of(settings.replay_start, blocking)
        rate, paid = OVERALL_PER_SECOND if paced else 1000, settings.paid_broadcast_per_second
        limiter = PacedLimiter(rate, free=not paced, meters=meters, paid_per_second=paid)
        wiring = _Wiring(settings, store, source, shelf, clock, limiter, meters)
        yield wiring.installation(summaries)
    finally:
        store.worker.close()
        blocking.close()


class _Wiring:
    """The parts that many others use, then the others, from the bottom up."""

    def __init__(
        self,
        settings: Settings,
        store: AwaitableStore,
        source: PriceSource,
        shelf: ModelShelf,
        clock: Clock,
        limiter: PacedLimiter,
        meters: Meters,
    ) -> None:
        self._meters = meters
        self._settings, self._store, self._source = settings, store, source
        self._shelf, self._clock, self._worker = shelf, clock, store.worker
        self._replaying = isinstance(clock, ReplayClock)
        # Sample and files have few tickers: sentences must not name what would be refused.
        demo, examples = settings.sources == ("sample",), examples_of(settings, LIKED)
        self._words = cache(
            partial(load_words, examples=examples, demo=demo, today=lambda: clock.now().date())
        )
        self._examples = examples or WRITTEN
        self._process = this_process()
        self._texts = cache(lambda language: chart_texts(self._words(language)))
        token = settings.telegram_bot_token
        self._limiter = limiter
        secret = token.get_secret_value() if token else _NO_TOKEN
        self._client = build_bot(settings.telegram_api_url, secret, self._limiter)
        # Telegram says it at the start, so that it is asked for each time.
        self._bot_id = partial(getattr, self._client, "id")
        self._cards = CardDesk(store, clock, self._bot_id)
        self._replica = Replica(settings, store, self._process, limiter, self._bot_id)
        worker, self._dates = self._worker, announcement_source(settings)
        dates = self._dates
        self._forecasts = ForecastDesk(source, store, shelf.model_for, worker, clock, dates, meters)
        self._beside = Surroundings(self._forecasts, store, shelf.base, worker, clock, dates)
        self._pictures = PictureDesk(store, worker, clock, self._texts, self._bot_id, self._beside)
        self._replica.follow(shelf.look_again, self._pictures.forget)
        self._sender = Sender(self._client, store, self._pictures, clock)

    def installation(self, summaries: bool) -> Installation:
        """Return all of it."""
        work = self._unattended(summaries)
        store, clock, forecasts = self._store, self._clock, self._forecasts
        telegram = self._telegram(work)
        schedule = Schedule(work, refits=self._settings.refit == "monthly")
        return Installation(
            store,
            clock,
            forecasts,
            self._client,
            work,
            telegram,
            schedule,
            self._settings,
            self._meters,
        )

    # What happens unasked.

    def _unattended(self, summaries: bool) -> Unattended:
        store, clock, words = self._store, self._clock, self._words
        admins = self._settings.admin_ids
        directly = self._sender.directly
        operators = Operators(admins, store, clock, words, summaries=summaries, directly=directly)
        store.on_trouble = operators.database_fails
        cluster, replaying = self._settings.training_cluster, self._replaying
        shelf, sources = self._shelf, self._settings.sources
        training = TrainingStep(store, self._source, shelf, cluster=cluster, replaying=replaying)
        jobs = Jobs(self._night(operators, training), store, clock, operators, self._meters)
        nights = Nights(jobs, store, clock, operators)
        news = NewsDesk(self._forecasts, store, clock)
        desk = DigestDesk(store, news, self._worker, clock, words)
        digests = WatchedDigests(desk, store, operators, clock)
        recaps = RecapDesk(store, self._forecasts, self._worker, clock, words)
        lease = ScheduleLease(store.blocking, self._process, SystemClock())
        self._limiter.check = Fence(lease).check
        delivery = self._delivery(lease)
        league = WeeklyLeague(store, LeagueDesk(store, self._forecasts, clock), clock, words)
        replay = self._replay(nights, digests, recaps, league, delivery)
        rest = (delivery, lease, replay, lambda: shelf.base.version, sources, training)
        return Unattended(store, clock, operators, jobs, nights, digests, recaps, league, *rest)

    def _night(self, operators: Operators, training: TrainingStep) -> dict[str, Step]:
        store, source, shelf = self._store, self._source, self._shelf
        steps = NightSteps(store, source, self._forecasts, operators, self._words, shelf)
        return {
            "resolve": steps.resolve,
            "band-alerts": steps.band_alerts,
            "replies": steps.replies,
            "league": steps.league,
            "retrain": when_asked(training.retrain) if self._replaying else training.retrain,
            "forecasts": steps.new_forecasts,
            REFIT: self._refit(),
            DAY_END: steps.end_day,
            PRUNE: Pruning(store).prune,
        }

    def _refit(self) -> Step:
        settings = self._settings
        files = settings.price_files, settings.announcement_files
        sources = RefitSources(*files, self._dates)
        cluster = settings.training_cluster
        return RefitStep(self._store, self._shelf, sources, cluster=cluster).refit

    def _delivery(self, lease: ScheduleLease) -> OutboxDelivery:
        weeks = WeekPictures(self._store, self._worker, self._texts)
        store, pace, clock = self._store, self._limiter, self._clock
        beside, texts, find = self._beside, self._texts, store.find_round
        gallery = Gallery(self._forecasts, beside, self._worker, texts, self._bot_id, find, weeks)
        paid = self._settings.paid_broadcast_per_second > 0
        members = Members(self._client, store)
        poster = Poster(self._sender, self._pictures, gallery, members, paid=paid)
        backoff = at_next_run if self._replaying else None
        refusals = Refusals(store, clock, MissedPosts(store, clock, self._words))
        owner, on_duty = str(lease.holder), lambda: not lease.lost
        return OutboxDelivery(store, poster, pace, clock, owner, refusals, backoff, on_duty)

    def _replay(
        self,
        nights: Nights,
        digests: WatchedDigests,
        recaps: RecapDesk,
        league: WeeklyLeague,
        delivery: OutboxDelivery,
    ) -> Replay | None:
        if not isinstance(self._clock, ReplayClock):
            return None
        due = (digests.enqueue_due, league.tick, recaps.enqueue_due)
        deliver, retry_at = delivery.deliver_due, digests.retry_at
        return Replay(self._clock, self._store, nights, due, deliver, retry_at)

    # What people ask.

    def _telegram(self, work: Unattended) -> RunningBot:
        store, clock = self._store, self._clock
        budget = self._replica.budget
        sender, limiter, examples = self._sender, self._limiter, self._examples
        has_cards = partial(getattr, self._client, "supports_inline_queries")
        pictures, words = self._pictures, self._words
        replies = Replies(
            sender, pictures, budget, words, limiter, examples=examples, has_cards=has_cards
        )
        speaks, meters = Interpreter(store), self._meters
        errors = ErrorHandler(replies, store, clock, speaks, meters)
        door = Door(budget, self._limiter, errors.refuse, errors.tell_line)
        several, process = self._settings.replicated, str(self._process)
        intake = Intake(self._bot_id, store, SystemClock(), process, replicated=several)
        inbox = Inbox(self._client, store, clock, intake, door, speaks, errors.say_away, meters)
        return RunningBot(
            self._settings,
            Menus(self._words, self._settings.admin_ids),
            self._client,
            inbox,
            ChatEvents(store, clock, self._sender.saw, Greeter(replies, store).greet),
            self._commands(replies, work),
            errors,
            called_by_name(self._cards, words, clock, self._forecasts.answer, budget),
            work.signs,
            self._replica,
        )

    def _commands(self, replies: Replies, work: Unattended) -> tuple[Commands, ...]:
        store, clock, worker = self._store, self._clock, self._worker
        asked = AskedParts(
            store, worker, clock, self._forecasts, self._beside, self._cards, self._shelf
        )
        return every_command(replies, asked, work)
