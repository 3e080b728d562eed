"""The sample: real prices that libraries carry, always labelled."""

from datetime import UTC, date, datetime
from importlib.util import find_spec

import numpy as np
import pytest

from forecasting.errors import TooLittleHistoryError, UnknownTickerError
from forecasting.prices.sample import SampleSource
from tests.forecasting.prices.market import NOW


def test_goog_is_there_without_network_and_says_what_it_is():
    """1,047 sessions of Google from matplotlib's files, labelled as a sample."""
    bars = SampleSource().history("GOOG", NOW)
    assert (bars.session(0), bars.as_of, len(bars)) == (date(2004, 8, 19), date(2008, 10, 14), 1047)
    assert bars.note == "sample: GOOG 2004-2008, installed with matplotlib"
    assert (bars.source, bars.currency, bars.exchange) == ("sample", "USD", "XNYS")
    assert np.abs(np.diff(np.log(bars.adj_close))).max() < 0.2


@pytest.mark.skipif(find_spec("arch") is None, reason="the arch package is not installed")
@pytest.mark.parametrize("ticker", ["^GSPC", "^IXIC"])
def test_indexes_are_there_with_the_arch_package(ticker: str):
    """Twenty years of the S&P 500 and of the Nasdaq, with the note where they come from."""
    bars = SampleSource().history(ticker, NOW)
    assert (bars.session(0), bars.as_of) == (date(1999, 1, 4), date(2018, 12, 31))
    assert bars.note == f"sample: {ticker} 1999-2018, installed with arch"


def test_other_tickers_are_unknown_with_those_that_there_are():
    """Who asks for TSLA is offered what the sample has."""
    with pytest.raises(UnknownTickerError) as caught:
        SampleSource().history("TSLA", NOW)
    assert caught.value.suggestions[0] == "GOOG"
    assert SampleSource().search("tesla", NOW) == SampleSource().tickers()


def test_clock_inside_the_sample_hides_what_comes_later():
    """A replay of 2006 knows nothing of 2008, and the first morning knows nothing at all."""
    source = SampleSource()
    assert source.history("GOOG", datetime(2006, 5, 1, 12, tzinfo=UTC)).as_of == date(2006, 4, 28)
    assert source.history("GOOG", NOW).as_of == date(2008, 10, 14)
    with pytest.raises(TooLittleHistoryError):
        source.history("GOOG", datetime(2004, 8, 19, 12, tzinfo=UTC))
