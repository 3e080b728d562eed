"""The way out of a refusal: buttons that do what its sentence says to do next."""

from functools import singledispatch

from bot import errors as bot_errors
from bot.words.alerts import SHOW as SHOW_ALERTS
from bot.words.alerts import WatchTicker
from bot.words.buttons import (
    IN_PRIVATE,
    AskForecast,
    Button,
    Keyboard,
    TypeCommand,
    ticker_keyboard,
    typed_keyboard,
)
from bot.words.help import HELP
from bot.words.language import Words
from bot.words.names import name_keyboard
from bot.words.preferences import Page, ShowPage
from bot.words.watchlist import SHOW as SHOW_LIST
from bot.words.watchlist import add_keyboard
from bot.words.wishes import ask_keyboard
from forecasting import errors
from forecasting.values import HORIZONS

_MOST_TICKERS = 9
_MOST_BYTES = 64
"""Of a button's data."""
_SESSIONS = (5, 10, HORIZONS[-1])
_PAGES: dict[str, Page] = {"time": "time", "zone": "zone", "days": "days", "quiet": "quiet"}


@singledispatch
def way_out(error: BaseException, words: Words, examples: tuple[str, ...] = ()) -> Keyboard:  # noqa: ARG001 - dispatch needs them
    """Return the buttons under what `failure` says of an error, none where none helps.

    Args:
        error: Any.
        words: The chat's language.
        examples: Tickers that the price source has.
    """
    return ()


@way_out.register(errors.InvalidTickerError)
@way_out.register(errors.TooLittleHistoryError)
@way_out.register(errors.EndedTickerError)
@way_out.register(errors.UnusableHistoryError)
@way_out.register(errors.CalendarError)
@way_out.register(errors.UnreadableFileError)
def _(_error: BaseException, _words: Words, examples: tuple[str, ...] = ()) -> Keyboard:
    return ticker_keyboard(examples)


@way_out.register
def _(error: errors.NameUnclearError, _words: Words, _examples: tuple[str, ...] = ()) -> Keyboard:
    return name_keyboard(error.tickers)


@way_out.register
def _(error: errors.UnknownNameError, _words: Words, examples: tuple[str, ...] = ()) -> Keyboard:
    return name_keyboard(error.tickers[:_MOST_TICKERS]) or ticker_keyboard(examples)


@way_out.register
def _(error: errors.UnknownTickerError, _words: Words, examples: tuple[str, ...] = ()) -> Keyboard:
    return ticker_keyboard(error.suggestions[:_MOST_TICKERS] or examples)


@way_out.register(errors.NoConnectionError)
@way_out.register(errors.RateLimitedError)
@way_out.register(errors.BadAnswerError)
def _(error: errors.PriceError, words: Words, _examples: tuple[str, ...] = ()) -> Keyboard:
    again = words.plain("🔄 {ticker} again", ticker=error.ticker)
    return ((Button(again, AskForecast(error.ticker, _SESSIONS[-1]).encode()),),)


@way_out.register
def _(error: bot_errors.UsageError, words: Words, examples: tuple[str, ...] = ()) -> Keyboard:
    match error.reason:
        case "sessions":
            return _sessions(words, error) or ticker_keyboard(examples)
        case "too-many":
            return ticker_keyboard(error.tickers[:_MOST_TICKERS])
        case "backtest":
            named = error.tickers[:_MOST_TICKERS] or examples
            return typed_keyboard(*(f"/backtest {ticker}" for ticker in named))
        case "forecast-id":
            return typed_keyboard("/verify")
        case "call-over" | "call-gone" | "call-none":
            return typed_keyboard(*(f"/call {ticker}" for ticker in examples[:1]), "/league")
        case "league-list":
            return add_keyboard(words, examples)
        case "message-gone" | "stale-button" | "unknown-command":
            return _help(words)


def _help(words: Words) -> Keyboard:
    return ((Button(words.plain("What I can do"), HELP),),)


def _sessions(words: Words, error: bot_errors.UsageError) -> Keyboard:
    if error.command != "predict":
        typed = " ".join((f"/{error.command}", *error.tickers))
        return typed_keyboard(typed) if len(TypeCommand(typed).encode()) <= _MOST_BYTES else ()
    return tuple(_ahead(words, ticker) for ticker in error.tickers)


def _ahead(words: Words, ticker: str) -> tuple[Button, ...]:
    return tuple(
        Button(
            words.plain("{ticker} {n} sessions", ticker=ticker, n=n),
            AskForecast(ticker, n).encode(),
        )
        for n in _SESSIONS
    )


@way_out.register
def _(error: bot_errors.NotAllowedError, words: Words, _examples: tuple[str, ...] = ()) -> Keyboard:
    if error.wishes:
        return ask_keyboard(words, error.wishes)
    match error.reason:
        case "groups-only":
            return _settings(words, "main")
        case "anonymous" | "in-channel" | "in-private":
            return ((Button(words.plain("Open a private chat"), IN_PRIVATE),),)
        case "asker-or-admin" | "not-yours":
            # Said in a window, to somebody who has nothing to do here.
            return ()
        case _:
            return _help(words)


@way_out.register
def _(
    _error: bot_errors.ForecastGoneError, _words: Words, _examples: tuple[str, ...] = ()
) -> Keyboard:
    return typed_keyboard("/verify")


@way_out.register
def _(
    _error: bot_errors.ImportRefusedError, _words: Words, _examples: tuple[str, ...] = ()
) -> Keyboard:
    return typed_keyboard("/export")


@way_out.register
def _(
    error: bot_errors.QuestionRefusedError, words: Words, _examples: tuple[str, ...] = ()
) -> Keyboard:
    return _new_forecast(words, error.ticker)


@way_out.register
def _(error: bot_errors.SettingError, words: Words, _examples: tuple[str, ...] = ()) -> Keyboard:
    return _settings(words, _PAGES.get(error.setting, "main"))


def _settings(words: Words, page: Page) -> Keyboard:
    return ((Button(words.plain("⚙️ Choose with buttons"), ShowPage(page).encode()),),)


@way_out.register
def _(
    error: bot_errors.LimitReachedError, words: Words, _examples: tuple[str, ...] = ()
) -> Keyboard:
    if error.limit in ("alerts", "own-alerts"):
        return ((Button(words.plain("🔔 Show the alerts"), SHOW_ALERTS),),)
    return ((Button(words.plain("📋 Show the list"), SHOW_LIST),),)


@way_out.register
def _(
    error: bot_errors.AlertRefusedError, words: Words, _examples: tuple[str, ...] = ()
) -> Keyboard:
    if error.reason in ("over", "left"):
        return _new_forecast(words, error.ticker)
    bell = words.plain("🔔 When {ticker} leaves its range", ticker=error.ticker)
    return ((Button(bell, WatchTicker(error.ticker).encode()),),)


def lead_on(words: Words, examples: tuple[str, ...]) -> Keyboard:
    """Return what a person who said nothing that is understood may press."""
    return (*ticker_keyboard(examples), *_help(words))


def together(command: str, examples: tuple[str, ...]) -> Keyboard:
    """Return a button that does a command with two tickers, none where there is but one."""
    return typed_keyboard(f"{command} {' '.join(examples[:2])}") if len(examples) > 1 else ()


def _new_forecast(words: Words, ticker: str) -> Keyboard:
    new = words.plain("New forecast of {ticker}", ticker=ticker)
    return ((Button(new, AskForecast(ticker, _SESSIONS[-1]).encode()),),)
