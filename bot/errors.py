"""What can go wrong in talking to people, named for what happened."""

from datetime import date
from typing import Literal

# Reasons are names; mypy proves that `bot.words` has a sentence for each.
UsageReason = Literal[
    "sessions",
    "too-many",
    "forecast-id",
    "backtest",
    "message-gone",
    "stale-button",
    "unknown-command",
    "call-over",
    "call-gone",
    "call-none",
    "league-list",
]
Rule = Literal[
    "asker-or-admin",
    "admins-only",
    "admins-unseen",
    "operators-only",
    "replay-only",
    "groups-only",
    "not-yours",
    "anonymous",
    "in-channel",
    "in-private",
    "no-files",
]
SettingReason = Literal[
    "time",
    "zone",
    "days",
    "quiet",
    "setting",
    "sessions",
    "sound",
    "theme",
    "language",
    "switch",
    "changes",
]
Limit = Literal["at-once", "place", "person", "alerts", "own-alerts"]
AlertReason = Literal["unreadable", "price", "percent", "over", "left", "there"]
QuestionReason = Literal["past", "closed", "currency", "comparison"]
ImportReason = Literal["no-file", "too-large", "unreadable", "empty"]


class BotError(Exception):
    """Root of all errors of this room."""


class SettingsError(BotError):
    """A variable is missing or contradicts another; the message names it and the way out."""


class UnusableSettingError(BotError):
    """What a variable names cannot be used on this machine now, such as a port that is taken."""

    def __init__(self, variable: str, value: object, error: OSError) -> None:
        super().__init__(f"{variable}={value}: {error.strerror or error}")
        self.variable = variable
        self.value = value


class UsageError(BotError):
    """A command was typed in a way that cannot be read.

    Attributes:
        reason: Stable name of what is wrong; `bot.words` has a sentence for each.
        text: The part that could not be read.
        tickers: Those that were asked for and could be read.
        command: What was typed, without its slash.
    """

    def __init__(
        self,
        reason: UsageReason,
        text: str = "",
        tickers: tuple[str, ...] = (),
        command: str = "predict",
    ) -> None:
        super().__init__(f"{reason}: {text[:40]!r}")
        self.reason = reason
        self.text = text
        self.tickers = tickers
        self.command = command


class NotAllowedError(BotError):
    """The person may not do this here.

    Attributes:
        reason: Stable name of the rule, such as `admins-only`.
        wishes: Data of the buttons by which an admin does it; empty where none is to be asked.
    """

    def __init__(self, reason: Rule, wishes: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wishes = wishes


class TooManyRequestsError(BotError):
    """More is asked than the bot answers.

    Attributes:
        wait_seconds: After how many seconds the next question is taken.
        scope: Who asks too much: a `person`, a `chat`, or `all` together.
        told: Whether that has been said already, so that silence is the answer.
    """

    def __init__(self, wait_seconds: float, scope: str = "person", *, told: bool = False) -> None:
        super().__init__(f"{scope}: wait {wait_seconds:.0f} s")
        self.wait_seconds = wait_seconds
        self.scope = scope
        self.told = told


class ForecastGoneError(BotError):
    """A button speaks of a forecast that the ledger does not hold."""

    def __init__(self, forecast_id: int) -> None:
        super().__init__(f"no forecast {forecast_id}")
        self.forecast_id = forecast_id


class ChatGoneError(BotError):
    """The bot was blocked or removed; nothing can be sent to the chat any more."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"chat {chat_id} is gone")
        self.chat_id = chat_id


class ChatSilencedError(BotError):
    """The chat lets the bot write nothing, for now: slow mode, a restriction, a closed topic."""

    def __init__(self, chat_id: int, reason: str) -> None:
        super().__init__(f"chat {chat_id}: {reason}")
        self.chat_id = chat_id
        self.reason = reason


class MaybeSentError(BotError):
    """The request left, but no answer came: the message may have arrived.

    Attributes:
        cut_off: Whether the connection broke (true) or the answer was waited for in vain (false).
    """

    def __init__(self, reason: str, *, cut_off: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cut_off = cut_off


class NotSentError(BotError):
    """Telegram could not be reached or refused; the message has not arrived.

    Attributes:
        hopeless: Whether the same request would be refused again.
    """

    def __init__(self, reason: str, *, hopeless: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hopeless = hopeless


class UnansweredError(BotError):
    """Telegram has taken no answer for as long as one is tried; the person must be told later."""


class TokenRefusedError(BotError):
    """Telegram does not know the bot's token (any more); nothing works before it gets a new one."""

    def __init__(self) -> None:
        super().__init__("Telegram refuses the token")


class DeafError(BotError):
    """Nothing has come from Telegram for long, and beginning anew has not helped.

    Attributes:
        seconds: For how long, each time.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram has been silent for twice {seconds:.0f} s")
        self.seconds = seconds


class StalePictureError(BotError):
    """Telegram does not know an uploaded picture any more; it is forgotten here too by now."""


class SettingError(BotError):
    """A setting was given a value that it cannot have.

    Attributes:
        setting: Stable name of the setting; `bot.words` has a sentence for each.
        text: What was given.
    """

    def __init__(self, setting: SettingReason, text: str) -> None:
        super().__init__(f"{setting}: {text[:40]!r}")
        self.setting = setting
        self.text = text


class LimitReachedError(BotError):
    """There is no room for more.

    Attributes:
        limit: Stable name: `at-once`, `place`, `person`, `alerts` or `own-alerts`.
        most: How many there may be.
    """

    def __init__(self, limit: Limit, most: int) -> None:
        super().__init__(f"{limit}: at most {most}")
        self.limit = limit
        self.most = most


class AlertRefusedError(BotError):
    """An alert would make no sense.

    Attributes:
        reason: Stable name: `unreadable`, `price`, `percent`, `over` or `left`.
        ticker: Whose.
    """

    def __init__(self, reason: AlertReason, ticker: str) -> None:
        super().__init__(f"{ticker}: {reason}")
        self.reason = reason
        self.ticker = ticker


class ImportRefusedError(BotError):
    """A file cannot be read as a list of tickers.

    Attributes:
        reason: Stable name: `no-file`, `too-large`, `unreadable` or `empty`.
    """

    def __init__(self, reason: ImportReason) -> None:
        super().__init__(reason)
        self.reason = reason


class QuestionRefusedError(BotError):
    """A question was read, and has no honest answer.

    Attributes:
        reason: Stable name: `past` (its day has gone by), `closed` (its last session has closed),
            `currency` (prices are in another one) or `comparison` (both are the same).
        ticker: Whose.
        day: The last session that closed, where it matters.
        currency: In which prices are, where it matters; empty for points of an index.
    """

    def __init__(
        self, reason: QuestionReason, ticker: str, day: date | None = None, currency: str = ""
    ) -> None:
        super().__init__(f"{ticker}: {reason}")
        self.reason = reason
        self.ticker = ticker
        self.day = day
        self.currency = currency
