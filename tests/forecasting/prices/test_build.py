"""`PRICE_SOURCE` becomes one source, with a cache over what lies behind the network."""

from pathlib import Path

import pytest

from forecasting.prices.build import SourceOptions, build_source
from tests.forecasting.prices.alphavantage_market import AlphaMarket
from tests.forecasting.prices.market import NOW, days_later, make_bars
from tests.forecasting.prices.scripted import MemoryCache
from tests.forecasting.prices.services import TOO_MANY, running
from tests.forecasting.prices.test_files import write_csv
from tests.forecasting.prices.yahoo_market import YahooMarket


def test_first_of_several_sources_that_has_the_ticker_answers(tmp_path: Path):
    """`files,sample`: ACME comes from the folder, GOOG, which it lacks, from the sample."""
    write_csv(tmp_path, make_bars("ACME"))
    source = build_source(["files", "sample"], SourceOptions(files=(tmp_path,)))
    assert source.name == "files,sample"
    assert source.history("ACME", NOW).source == "files"
    assert source.history("GOOG", NOW).source == "sample"


def test_files_and_sample_are_not_written_to_the_cache(tmp_path: Path):
    """What lies on this disk already is not kept twice."""
    write_csv(tmp_path, make_bars("ACME"))
    cache = MemoryCache()
    source = build_source(["files", "sample"], SourceOptions(files=(tmp_path,)), cache)
    source.history("ACME", NOW)
    source.history("GOOG", NOW)
    assert cache.bars == {}


@pytest.mark.slow
def test_second_service_carries_on_what_the_first_gave(tmp_path: Path):
    """Yahoo turns us away a day later: Alpha Vantage adds the missing session to Yahoo's 299."""
    friday = make_bars("ACME", n=300)
    with (
        running(YahooMarket({"ACME": friday}).respond, "/v8/") as yahoo,
        running(AlphaMarket({"ACME": friday}).respond, "/query") as alpha,
    ):
        options = SourceOptions((), yahoo.url, alpha.url, "KEY", tmp_path)
        cache = MemoryCache()
        build_source(["yahoo", "alphavantage"], options, cache).history("ACME", days_later(-1))
        yahoo.always = TOO_MANY
        bars = build_source(["yahoo", "alphavantage"], options, cache).history("ACME", NOW)
    assert (bars.source, len(bars), bars.as_of) == ("yahoo+alphavantage", 300, friday.as_of)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "once each"),
        (["sample", "sample"], "once each"),
        (["bloomberg"], "unknown price source 'bloomberg'"),
        (["files"], "PRICE_FILES"),
        (["alphavantage"], "ALPHAVANTAGE_API_KEY"),
    ],
)
def test_settings_that_cannot_work_are_named(names: list[str], message: str):
    """The operator reads which setting is wrong or missing before anybody asks for a price."""
    with pytest.raises(ValueError, match=message):
        build_source(names, SourceOptions())


def test_options_do_not_show_the_key():
    """A log line or an error that shows the options shows no secret."""
    assert "SECRET" not in repr(SourceOptions(alphavantage_key="SECRET"))
