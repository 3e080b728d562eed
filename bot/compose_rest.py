"""The rest of the wiring: what happens unasked, and every command but `/predict`.

It is loaded behind the first answer, and nothing of it is imported before.
"""

from bot.answers.cards import CardDesk
from bot.answers.league import LeagueDesk
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
from bot.background.outbox.delivery import OutboxDelivery, at_next_run
from bot.background.outbox.missed import MissedPosts
from bot.background.outbox.post_pictures import Gallery
from bot.background.outbox.refusals import Refusals
from bot.background.outbox.week_pictures import WeekPictures
from bot.background.recap.recaps import RecapDesk
from bot.background.replay import Replay
from bot.background.schedule import Schedule
from bot.background.unattended import Unattended
from bot.clock import ReplayClock
from bot.parts import Parts
from bot.telegram.called import CalledByName, called_by_name
from bot.telegram.commands.context import Commands
from bot.telegram.commands.every import AskedParts, every_command
from bot.telegram.commands.greeting import Greeter
from bot.telegram.members import Members
from bot.telegram.menus import Menus
from bot.telegram.post_sender import Poster


class Rest:
    """What is put together when the first parts already answer.

    Attributes:
        work: What happens unasked.
        schedule: When.
    """

    def __init__(self, parts: Parts) -> None:
        """Put it together; nothing of it runs yet."""
        self._parts = parts
        self.work = self._unattended()
        self.schedule = Schedule(self.work, refits=parts.settings.refit == "monthly")
        self._cards = CardDesk(parts.store, parts.clock, parts.bot_id)
        self.greet = Greeter(parts.replies, parts.store).greet
        self.menus = Menus(parts.words, parts.settings.admin_ids)

    # What happens unasked.

    def _unattended(self) -> Unattended:
        parts = self._parts
        store, clock, words, operators = parts.store, parts.clock, parts.words, parts.operators
        cluster, replaying = parts.settings.training_cluster, parts.replaying
        shelf, sources, lease = parts.shelf, parts.settings.sources, parts.lease
        training = TrainingStep(store, parts.source, shelf, cluster=cluster, replaying=replaying)
        jobs = Jobs(self._night(training), store, clock, operators, parts.meters)
        nights = Nights(jobs, store, clock, operators)
        news = NewsDesk(parts.forecasts, store, clock)
        desk = DigestDesk(store, news, parts.worker, clock, words)
        digests = WatchedDigests(desk, store, operators, clock)
        recaps = RecapDesk(store, parts.forecasts, parts.worker, clock, words)
        delivery = self._delivery()
        league = WeeklyLeague(store, LeagueDesk(store, parts.forecasts, clock), clock, words)
        replay = self._replay(nights, digests, recaps, league, delivery)
        signs = parts.signs
        rest = (delivery, lease, replay, lambda: shelf.base.version, sources, training, signs)
        return Unattended(store, clock, operators, jobs, nights, digests, recaps, league, *rest)

    def _night(self, training: TrainingStep) -> dict[str, Step]:
        parts = self._parts
        store, shelf = parts.store, parts.shelf
        told = parts.operators, parts.words, shelf
        steps = NightSteps(store, parts.source, parts.forecasts, *told)
        return {
            "resolve": steps.resolve,
            "band-alerts": steps.band_alerts,
            "replies": steps.replies,
            "league": steps.league,
            "retrain": when_asked(training.retrain) if parts.replaying else training.retrain,
            "forecasts": steps.new_forecasts,
            REFIT: self._refit(),
            DAY_END: steps.end_day,
            PRUNE: Pruning(store).prune,
        }

    def _refit(self) -> Step:
        parts, settings = self._parts, self._parts.settings
        files = settings.price_files, settings.announcement_files
        sources = RefitSources(*files, parts.dates)
        cluster = settings.training_cluster
        return RefitStep(parts.store, parts.shelf, sources, cluster=cluster).refit

    def _delivery(self) -> OutboxDelivery:
        parts = self._parts
        store, clock, worker, texts = parts.store, parts.clock, parts.worker, parts.texts
        weeks, find = WeekPictures(store, worker, texts), store.find_round
        drawn = parts.beside, worker, texts, parts.bot_id, find, weeks
        gallery = Gallery(parts.forecasts, *drawn)
        paid = parts.settings.paid_broadcast_per_second > 0
        members = Members(parts.client, store)
        poster = Poster(parts.sender, parts.pictures, gallery, members, paid=paid)
        backoff = at_next_run if parts.replaying else None
        refusals = Refusals(store, clock, MissedPosts(store, clock, parts.words))
        lease, pace = parts.lease, parts.limiter
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
        clock = self._parts.clock
        if not isinstance(clock, ReplayClock):
            return None
        due = (digests.enqueue_due, league.tick, recaps.enqueue_due)
        deliver, retry_at = delivery.deliver_due, digests.retry_at
        return Replay(clock, self._parts.store, nights, due, deliver, retry_at)

    # What people ask.

    def commands(self) -> tuple[Commands, ...]:
        """Return every command but the one that was there before."""
        parts = self._parts
        asked = AskedParts(
            parts.store,
            parts.worker,
            parts.clock,
            parts.forecasts,
            parts.beside,
            self._cards,
            parts.shelf,
            parts.captions,
            parts.predict,
        )
        return every_command(parts.replies, asked, self.work)

    def called(self) -> CalledByName:
        """Return what answers where the bot is only called by name."""
        parts = self._parts
        forecast, budget = parts.forecasts.answer, parts.replica.budget
        return called_by_name(self._cards, parts.words, parts.clock, forecast, budget)
