"""What `PriceSource` promises, held against every source there is, alone and put together."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from forecasting.errors import PriceError, TooLittleHistoryError, UnknownTickerError
from forecasting.prices.alphavantage import AlphaVantageSource
from forecasting.prices.build import SourceOptions, build_source
from forecasting.prices.cached import CachedSource
from forecasting.prices.chain import ChainSource
from forecasting.prices.files import FilesSource
from forecasting.prices.sample import SampleSource
from forecasting.prices.source import PriceSource
from forecasting.prices.spacing import Spacing
from forecasting.prices.subprocess_source import SubprocessSource
from forecasting.prices.tiingo import TiingoSource
from forecasting.prices.yahoo import YahooSource
from forecasting.sessions import exchange_of, is_session, last_closed, sessions_old
from tests.forecasting.prices.alphavantage_market import AlphaMarket
from tests.forecasting.prices.market import FRIDAY, make_bars
from tests.forecasting.prices.scripted import MemoryCache
from tests.forecasting.prices.services import running
from tests.forecasting.prices.test_files import write_csv, write_parquet
from tests.forecasting.prices.tiingo_market import TiingoMarket
from tests.forecasting.prices.yahoo_market import YahooMarket

KINDS = (
    "yahoo",
    "alphavantage",
    "tiingo",
    "csv",
    "parquet",
    "sample",
    "chain",
    "cached",
    "aside",
    "built",
)

SERVE_FILES = (
    "import sys; from pathlib import Path; from forecasting.prices.subprocess_source import serve;"
    "from forecasting.prices.files import FilesSource; serve(FilesSource([Path(sys.argv[1])]))"
)


class Case(NamedTuple):
    """A source and a ticker that it has, with some 90 or more sessions up to `last`."""

    source: PriceSource
    ticker: str
    last: date


def make_source(kind: str, folder: Path, stack: ExitStack) -> PriceSource:
    history = make_bars("ACME", FRIDAY, n=100)
    if kind == "yahoo":
        market = YahooMarket({"ACME": history})
        return YahooSource(stack.enter_context(running(market.respond, "/v8/")).url, folder)
    if kind == "alphavantage":
        respond = AlphaMarket({"ACME": history}, paid=True).respond
        url = stack.enter_context(running(respond, "/query")).url
        return AlphaVantageSource("KEY", url, Spacing(0))
    if kind == "tiingo":
        respond = TiingoMarket({"ACME": history}).respond
        return TiingoSource("KEY", stack.enter_context(running(respond, "/tiingo")).url)
    if kind == "sample":
        return SampleSource()
    if kind == "parquet":
        return FilesSource([write_parquet(folder / "p.parquet", [history])])
    files = FilesSource([write_csv(folder, history)])
    aside = SubprocessSource("files", (sys.executable, "-c", SERVE_FILES, str(folder)))
    stack.callback(aside.close)
    options = SourceOptions(files=(folder,))
    over_files: dict[str, PriceSource] = {
        "csv": files,
        "chain": ChainSource([SampleSource(), files]),
        "cached": CachedSource(files, MemoryCache()),
        "aside": aside,
        "built": build_source(["sample", "files"], options, MemoryCache()),
    }
    return over_files[kind]


@pytest.fixture(params=KINDS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with ExitStack() as stack:
        source = make_source(request.param, tmp_path, stack)
        ticker, last = (
            ("GOOG", date(2008, 10, 14)) if request.param == "sample" else ("ACME", FRIDAY)
        )
        yield Case(source, ticker, last)


def evening(day: date) -> datetime:
    """Return an instant after New York's close of a day."""
    return datetime(day.year, day.month, day.day, 22, 0, tzinfo=UTC)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 16, 0, tzinfo=UTC)


def test_history_is_complete_and_labelled(case: Case):
    """Ticker, day, currency, calendar and the source's name stand on every answer."""
    bars = case.source.history(case.ticker, evening(case.last))
    assert (bars.ticker, bars.as_of, bars.currency) == (case.ticker, case.last, "USD")
    assert bars.exchange == exchange_of(case.ticker)
    assert bars.source
    assert bars.source in case.source.name.split(",")
    assert len(bars) >= 90


def test_no_bar_of_a_session_that_has_not_closed(case: Case):
    """The promise that a replay rests on: at each instant only what was closed then."""
    days = [case.last - timedelta(days=d) for d in range(12)]
    for day in days:
        for now in (noon(day), evening(day)):
            bars = case.source.history(case.ticker, now)
            assert bars.as_of == last_closed("XNYS", now)
            assert sessions_old(bars, now) == 0
            assert is_session("XNYS", bars.as_of)


def test_what_was_closed_then_does_not_change_with_the_clock(case: Case):
    """A close that was known three weeks ago is the same close today."""
    earlier = case.source.history(case.ticker, evening(case.last - timedelta(days=20)))
    later = case.source.history(case.ticker, evening(case.last)).between(None, earlier.as_of)
    shared = min(len(earlier), len(later))
    assert np.allclose(earlier.close[-shared:], later.close[-shared:], rtol=1e-6)


def test_old_bars_are_answered_with_their_own_date(case: Case):
    """300 days after the last session the answer is still dated with it, and known to be old."""
    bars = case.source.history(case.ticker, evening(case.last + timedelta(days=300)))
    assert bars.as_of == case.last
    assert sessions_old(bars, evening(case.last + timedelta(days=300))) > 150


def test_known_bars_change_nothing_but_the_way(case: Case):
    """A history fetched whole and one carried on from last week's are the same prices."""
    known = case.source.history(case.ticker, evening(case.last - timedelta(days=7)))
    bars = case.source.history(case.ticker, evening(case.last), known)
    fresh = case.source.history(case.ticker, evening(case.last))
    shared = min(len(bars), len(fresh))
    assert bars.as_of == fresh.as_of
    assert np.allclose(bars.close[-shared:], fresh.close[-shared:], rtol=1e-4)
    assert np.allclose(bars.adj_close[-shared:], fresh.adj_close[-shared:], rtol=1e-4)


def test_same_question_has_the_same_answer(case: Case):
    """Asked twice at one instant, a source gives the same prices to the last digit kept."""
    now = evening(case.last)
    first, second = (case.source.history(case.ticker, now) for _ in range(2))
    assert first.digest() == second.digest()


def test_unknown_ticker_is_said_to_be_unknown(case: Case):
    """The error names what was asked for, whichever source was asked."""
    with pytest.raises(UnknownTickerError) as caught:
        case.source.history("NOSUCH", evening(case.last))
    assert caught.value.ticker == "NOSUCH"
    assert isinstance(caught.value.suggestions, tuple)


def test_before_the_first_session_there_is_too_little(case: Case):
    """In 2001 none of these shares was traded, and no source invents a day."""
    with pytest.raises(TooLittleHistoryError):
        case.source.history(case.ticker, datetime(2001, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "   ", "x" * 500, "../..", "$\\frac{", "名前", "A&B=C"])
def test_search_never_fails(case: Case, text: str):
    """Emptiness, 500 letters, formulas and paths find something or nothing."""
    found = case.source.search(text, evening(case.last))
    assert isinstance(found, tuple)
    assert all(isinstance(ticker, str) for ticker in found)


@pytest.mark.parametrize("text", ["../../x", "A/B", "", "a b", "..", "C:\\x"])
def test_texts_that_are_no_tickers_fail_as_price_errors(case: Case, text: str):
    """Paths, blanks and slashes end as an error that has a sentence, and touch no file."""
    with pytest.raises(PriceError):
        case.source.history(text, evening(case.last))
