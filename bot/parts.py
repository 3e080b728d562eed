"""The first part of the wiring: what a forecast is answered with, and all else stands on.

Nothing is imported here that a forecast can be answered without: `bot.compose_rest` has the rest.
"""

from functools import cache, partial

from bot.answers.captions import CaptionDesk
from bot.answers.forecasts import ForecastDesk
from bot.answers.models import ModelShelf
from bot.answers.pictures import PictureDesk
from bot.answers.surroundings import Surroundings
from bot.awaitable_store import AwaitableStore
from bot.background.operators import Operators
from bot.background.schedule_lease import ScheduleLease, this_process
from bot.clock import Clock, ReplayClock, SystemClock
from bot.heartbeat import Signs
from bot.meters import Meters
from bot.settings import Settings
from bot.source_options import announcement_source, examples_of
from bot.telegram.application import RunningBot
from bot.telegram.client import PacedBot, build_bot
from bot.telegram.commands.chats import ChatEvents
from bot.telegram.commands.error_handler import ErrorHandler
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.door import Door
from bot.telegram.fencing import Fence
from bot.telegram.inbox import Inbox
from bot.telegram.intake import Intake
from bot.telegram.rate_limiter import PacedLimiter
from bot.telegram.replica import Replica
from bot.telegram.replies import Replies
from bot.telegram.sender import Sender
from bot.telegram.speaking import Interpreter
from bot.telegram.update_lines import leave_slot
from bot.words.chart_words import chart_texts
from bot.words.examples import LIKED, WRITTEN
from bot.words.language import load_words
from forecasting.prices.source import PriceSource

_NO_TOKEN = "0:jobs-that-send-nothing-need-no-token"  # noqa: S105 - it opens nothing


class Parts:
    """The parts that many others use, put together from the bottom up."""

    def __init__(
        self,
        settings: Settings,
        store: AwaitableStore,
        source: PriceSource,
        shelf: ModelShelf,
        clock: Clock,
        limiter: PacedLimiter,
        meters: Meters,
        *,
        summaries: bool,
    ) -> None:
        """Put them together; nothing of it runs yet. `compose` says what the arguments are."""
        self.settings, self.store, self.source, self.meters = settings, store, source, meters
        self.shelf, self.clock, self.worker = shelf, clock, store.worker
        self.replaying = isinstance(clock, ReplayClock)
        # Sample and files have few tickers: sentences must not name what would be refused.
        demo, examples = settings.sources == ("sample",), examples_of(settings, LIKED)
        self.words = cache(
            partial(load_words, examples=examples, demo=demo, today=lambda: clock.now().date())
        )
        self.process = this_process()
        self.texts = cache(lambda language: chart_texts(self.words(language)))
        self.limiter, self.client = limiter, _client(settings, limiter)
        # Telegram says it at the start, so that it is asked for each time.
        self.bot_id = partial(getattr, self.client, "id")
        self.replica = Replica(settings, store, self.process, limiter, self.bot_id)
        worker, dates = self.worker, announcement_source(settings)
        self.dates = dates
        self.forecasts = ForecastDesk(
            source, store, shelf.model_for, worker, clock, dates, meters, leave_slot
        )
        self.beside = Surroundings(self.forecasts, store, shelf.base, worker, clock, dates)
        self.pictures = PictureDesk(store, worker, clock, self.texts, self.bot_id, self.beside)
        self.replica.follow(shelf.look_again, self.pictures.forget)
        self.sender = Sender(self.client, store, self.pictures, clock)
        self.lease = ScheduleLease(store.blocking, self.process, SystemClock())
        limiter.check = Fence(self.lease).check
        self.operators = self._operators(summaries)
        store.on_trouble = self.operators.database_fails
        self.signs = Signs()
        self.replies = self._replies(examples or WRITTEN)
        self.captions = CaptionDesk(self.beside, shelf)
        self.predict = PredictCommand(self.replies, self.forecasts, store, clock, self.captions)

    def _operators(self, summaries: bool) -> Operators:
        ids, directly = self.settings.admin_ids, self.sender.directly
        store, clock, words = self.store, self.clock, self.words
        return Operators(ids, store, clock, words, summaries=summaries, directly=directly)

    def _replies(self, examples: tuple[str, ...]) -> Replies:
        has_cards = partial(getattr, self.client, "supports_inline_queries")
        budget, words, limiter = self.replica.budget, self.words, self.limiter
        return Replies(
            self.sender,
            self.pictures,
            budget,
            words,
            limiter,
            examples=examples,
            has_cards=has_cards,
        )

    def telegram(self) -> RunningBot:
        """Return what speaks with Telegram, so far able to answer `/predict`."""
        store, clock, meters = self.store, self.clock, self.meters
        speaks = Interpreter(store)
        errors = ErrorHandler(self.replies, store, clock, speaks, meters)
        door = Door(self.replica.budget, self.limiter, errors.refuse, errors.tell_line)
        several, process = self.settings.replicated, str(self.process)
        intake = Intake(self.bot_id, store, SystemClock(), process, replicated=several)
        inbox = Inbox(self.client, store, clock, intake, door, speaks, errors.say_away, meters)
        chats = ChatEvents(store, clock, self.sender.saw)
        return RunningBot(
            self.settings,
            self.client,
            inbox,
            chats,
            self.predict,
            errors,
            self.signs,
            self.replica,
        )


def _client(settings: Settings, limiter: PacedLimiter) -> PacedBot:
    token = settings.telegram_bot_token
    secret = token.get_secret_value() if token else _NO_TOKEN
    return build_bot(settings.telegram_api_url, secret, limiter)
