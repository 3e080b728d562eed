"""`python -m bot check`: does everything this installation needs work? One line each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cli.health import process_trouble
from bot.clock import SystemClock
from bot.errors import NotSentError
from bot.settings import Settings
from bot.source_options import source_options
from bot.telegram.client import name_of
from forecasting.errors import ForecastingError, UnknownTickerError
from forecasting.model.serving import load_pretrained
from forecasting.prices.build import build_source
from forecasting.prices.file_reading import file_problems
from forecasting.ticker_notation import MARKET_TICKERS
from storage.errors import StorageError
from storage.store import open_store

PROBES = (*MARKET_TICKERS, "GOOG")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was checked."""

    name: str
    works: bool
    detail: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.works else 'FAIL'} {self.name}: {self.detail}"


async def check(settings: Settings) -> tuple[CheckLine, ...]:
    """Return a line for settings, database, model, price source and Telegram."""
    return (
        CheckLine("settings", works=True, detail=f"sources {', '.join(settings.sources)}"),
        _line("database", lambda: _database(settings)),
        _line("model", lambda: f"version {load_pretrained(settings.sources).version}"),
        _line("prices", lambda: _prices(settings, SystemClock().now())),
        *_files(settings),
        await _telegram(settings),
    )


def _line(name: str, probe: Callable[[], str]) -> CheckLine:
    try:
        return CheckLine(name, works=True, detail=probe())
    except (ForecastingError, StorageError, OSError) as err:
        return CheckLine(name, works=False, detail=str(err))


def _database(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.database)
    try:
        head = store.head()
    finally:
        store.close()
    return f"{head.id if head else 0} forecasts in the ledger"


def _prices(settings: Settings, now: datetime) -> str:
    store = open_store(settings.database)
    try:
        source = build_source(settings.sources, source_options(settings), store)
        for ticker in PROBES:
            try:
                bars = source.history(ticker, now)
            except UnknownTickerError:
                continue
            return f"{ticker} from {bars.source} up to {bars.as_of}"
    finally:
        store.close()
    return f"answers, but has none of {', '.join(PROBES)}"


def _files(settings: Settings) -> tuple[CheckLine, ...]:
    """Return a line for each price file that cannot be read: the others are answered from."""
    if "files" not in settings.sources:
        return ()
    try:
        problems = file_problems(settings.price_files)
    except OSError as err:
        return (CheckLine("price files", works=False, detail=str(err)),)
    return tuple(CheckLine("price file", works=False, detail=p.detail) for p in problems)


async def _telegram(settings: Settings) -> CheckLine:
    if settings.telegram_bot_token is None:
        return CheckLine("telegram", works=True, detail="no token: the local chat is used")
    trouble = process_trouble(settings)
    if trouble is not None:
        # A connection of its own would work where the running process has gone deaf.
        detail = trouble or "the running process hears Telegram"
        return CheckLine("telegram", works=not trouble, detail=detail)
    token = settings.telegram_bot_token.get_secret_value()
    try:
        name = await name_of(settings.telegram_api_url, token)
    except NotSentError as err:
        return CheckLine("telegram", works=False, detail=err.reason)
    return CheckLine("telegram", works=True, detail=f"@{name}")
