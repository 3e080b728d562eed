"""Everything that can go wrong in forecasting, named for what happened and holding the facts.

No sentence for users stands here: `bot/words` has one for each leaf.
"""

from datetime import date, datetime
from typing import Literal


class ForecastingError(Exception):
    """Root of all errors of this room; catch it to catch any of them."""


class InvalidTickerError(ForecastingError):
    """The text is not a ticker in Yahoo's notation."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a ticker: {text[:40]!r}")
        self.text = text


class NameUnclearError(ForecastingError):
    """A name may mean several companies, and a guess could be the wrong one.

    Attributes:
        text: As it was typed.
        tickers: Whom it may mean, likeliest first.
    """

    def __init__(self, text: str, tickers: tuple[str, ...]) -> None:
        super().__init__(f"{text[:40]!r} may be {', '.join(tickers)}")
        self.text = text
        self.tickers = tickers


class UnknownNameError(ForecastingError):
    """Several words are the name of nobody in the table; a source's search may know whose.

    Attributes:
        text: As it was typed.
        tickers: Whom a search found, likeliest first; empty before it was asked, or for nobody.
    """

    def __init__(self, text: str, tickers: tuple[str, ...] = ()) -> None:
        super().__init__(f"nobody named {text[:40]!r}")
        self.text = text
        self.tickers = tickers


class InvalidBarsError(ForecastingError):
    """The bars break a rule that holds for every price history."""

    def __init__(self, ticker: str, rule: str) -> None:
        super().__init__(f"{ticker}: {rule}")
        self.ticker = ticker
        self.rule = rule


class PriceError(ForecastingError):
    """Root of what a price source can answer instead of bars."""

    def __init__(self, ticker: str, source: str, detail: str) -> None:
        super().__init__(f"{ticker} from {source}: {detail}")
        self.ticker = ticker
        self.source = source
        self.detail = detail


class UnknownTickerError(PriceError):
    """The source says, of itself, that it has no such ticker.

    Attributes:
        suggestions: Tickers the source's symbol search offers instead, best first.
    """

    def __init__(self, ticker: str, source: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(ticker, source, "unknown ticker")
        self.suggestions = suggestions


class TooLittleHistoryError(PriceError):
    """There are fewer sessions than a forecast needs."""

    def __init__(self, ticker: str, source: str, needed: int, got: int) -> None:
        super().__init__(ticker, source, f"needs {needed} sessions, got {got}")
        self.needed = needed
        self.got = got


class NoConnectionError(PriceError):
    """The source could not be reached; nothing is known about the ticker.

    Attributes:
        hung: Whether the question waited for its whole time limit.
    """

    def __init__(self, ticker: str, source: str, detail: str, *, hung: bool = False) -> None:
        super().__init__(ticker, source, detail)
        self.hung = hung


class RateLimitedError(PriceError):
    """The source asks to wait.

    Attributes:
        retry_at: When to ask again (aware UTC), None where the source did not say.
    """

    def __init__(self, ticker: str, source: str, retry_at: datetime | None = None) -> None:
        super().__init__(ticker, source, f"rate limited, retry at {retry_at}")
        self.retry_at = retry_at


class BadAnswerError(PriceError):
    """The source answered something that is not a price history."""


Clash = Literal["split", "dividends", "closed-days", "rows"]
"""How prices can contradict themselves."""


class ClashingPricesError(BadAnswerError):
    """The answer is a price history that contradicts itself.

    Attributes:
        clash: Prices before a day that no split or payment brings to those after, rows of days on
            which the exchange was closed, or many rows in which no day can have ended.
        day: Where it shows; None for rows.
    """

    def __init__(
        self, ticker: str, source: str, detail: str, clash: Clash, day: date | None
    ) -> None:
        super().__init__(ticker, source, detail)
        self.clash = clash
        self.day = day


class UnreadableFileError(PriceError):
    """A price file that should hold the ticker is there and cannot be read.

    Attributes:
        file: Its name.
        reason: One of `forecasting.prices.file_faults.REASONS`.
        shown: What in the file shows it, such as `03/04/2021`.
    """

    def __init__(self, ticker: str, source: str, file: str, reason: str, shown: str) -> None:
        super().__init__(ticker, source, f"{file}: {reason} {shown}".strip())
        self.file = file
        self.reason = reason
        self.shown = shown


class EndedTickerError(PriceError):
    """The ticker no longer trades: its exchange has had many sessions since its last one.

    Attributes:
        last: Its last session.
    """

    def __init__(self, ticker: str, source: str, last: date) -> None:
        super().__init__(ticker, source, f"last traded on {last}")
        self.last = last


class UnusableHistoryError(PriceError):
    """The history is there, but no honest forecast can be made of it (flat, halted, broken)."""


class ModelArtifactError(ForecastingError):
    """The pretrained model is missing, damaged or made for other features."""


class CalendarError(ForecastingError):
    """No exchange calendar covers the sessions asked for."""

    def __init__(self, calendar: str, day: date) -> None:
        super().__init__(f"{calendar} has no sessions around {day}")
        self.calendar = calendar
        self.day = day


class AnnouncementFileError(ForecastingError):
    """A file of announcements cannot be read or is no table of them."""

    def __init__(self, file: str, detail: str) -> None:
        super().__init__(f"{file}: {detail}"[:200])
        self.file = file
        self.detail = detail
