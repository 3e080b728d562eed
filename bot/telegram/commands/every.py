"""Every command with what it stands on: the part of the wiring that people speak to.

The order counts: the first that fits takes an update.
"""

from dataclasses import dataclass

from bot.answers.alerts import AlertDesk
from bot.answers.backtest import BacktestDesk
from bot.answers.baskets import BasketDesk
from bot.answers.captions import CaptionDesk
from bot.answers.cards import CardDesk
from bot.answers.cashtags import CashtagDesk
from bot.answers.forecasts import ForecastDesk
from bot.answers.league import LeagueDesk
from bot.answers.models import ModelShelf
from bot.answers.preferences import Preferences
from bot.answers.privacy import PrivacyDesk
from bot.answers.questions import QuestionDesk
from bot.answers.surroundings import Surroundings
from bot.answers.together import TogetherDesk
from bot.answers.watchlist import Watchlists
from bot.awaitable_store import AwaitableStore
from bot.background.unattended import Unattended
from bot.clock import Clock
from bot.telegram.commands.alerts import AlertCommands
from bot.telegram.commands.basics import BasicCommands
from bot.telegram.commands.basket import BasketCommand
from bot.telegram.commands.cashtags import CashtagCommands
from bot.telegram.commands.channels import ChannelCommands
from bot.telegram.commands.compare import CompareCommands
from bot.telegram.commands.context import Commands
from bot.telegram.commands.forecast_buttons import ForecastButtons
from bot.telegram.commands.league import LeagueCommands
from bot.telegram.commands.model import ModelCommands
from bot.telegram.commands.operators import OperatorCommands
from bot.telegram.commands.predict import PredictCommand
from bot.telegram.commands.privacy import PrivacyCommands
from bot.telegram.commands.private_texts import PrivateTexts
from bot.telegram.commands.questions import QuestionCommands
from bot.telegram.commands.settings import SettingsCommands
from bot.telegram.commands.track import TrackCommand
from bot.telegram.commands.typed_buttons import TypedButtons
from bot.telegram.commands.verification import VerificationCommand
from bot.telegram.commands.watchlist import WatchlistCommands
from bot.telegram.commands.wishes import WishCommands
from bot.telegram.replies import Replies
from bot.worker import Worker


@dataclass(frozen=True, slots=True)
class AskedParts:
    """What commands stand on, put together by `bot.parts` and `bot.compose_rest`."""

    store: AwaitableStore
    worker: Worker
    clock: Clock
    forecasts: ForecastDesk
    beside: Surroundings
    cards: CardDesk
    shelf: ModelShelf
    captions: CaptionDesk
    predict: PredictCommand


def every_command(replies: Replies, parts: AskedParts, work: Unattended) -> tuple[Commands, ...]:
    """Return all commands, in the order in which they are tried; `predict` is there before."""
    store, clock, forecasts = parts.store, parts.clock, parts.forecasts
    captions, predict = parts.captions, parts.predict
    lists = Watchlists(store, forecasts, clock)
    preferences = Preferences(store, clock)
    settings = SettingsCommands(replies, preferences, parts.worker, clock)
    backtests = BacktestDesk(forecasts, parts.shelf, parts.worker)
    alerts = AlertDesk(store, forecasts, clock)
    desk = QuestionDesk(store, forecasts, clock)
    questions = QuestionCommands(replies, desk, alerts, predict, store, clock)
    baskets = BasketDesk(parts.worker, store, clock)
    together = TogetherDesk(forecasts, parts.beside, parts.worker)
    named: tuple[Commands, ...] = (
        # First, since whatever is pressed under a channel's post goes elsewhere.
        ChannelCommands(replies, preferences, lists, store, parts.worker, clock),
        BasicCommands(replies, predict),
        CompareCommands(replies, together, lists, store, parts.cards.several),
        BasketCommand(replies, together, baskets, lists, parts.cards.several),
        TrackCommand(replies, store, forecasts, clock),
        ModelCommands(replies, store, parts.shelf, backtests, clock),
        VerificationCommand(replies, store),
        OperatorCommands(replies, work),
        WatchlistCommands(replies, lists, store, clock),
        settings,
        WishCommands(replies),
        AlertCommands(replies, alerts, store),
        LeagueCommands(replies, LeagueDesk(store, forecasts, clock), store),
        PrivacyCommands(replies, PrivacyDesk(store, clock), lists, store, clock),
    )
    return (
        *named,
        _buttons_that_type((predict, *named)),
        questions,
        CashtagCommands(replies, CashtagDesk(parts.cards, clock), store),
        # The rest, so last: buttons that nobody above knows, and texts that are no command.
        ForecastButtons(replies, predict, forecasts, store, captions),
        PrivateTexts(replies, predict, settings, questions),
    )


def _buttons_that_type(named: tuple[Commands, ...]) -> TypedButtons:
    return TypedButtons(tuple(handler for group in named for handler in group.handlers()))
