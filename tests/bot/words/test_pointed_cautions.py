"""A line that only says that there are cautions leads to them: they stand below the fold."""

import numpy as np
import pytest

from bot.words.baskets import basket_caption
from bot.words.compare import comparison, ranking
from bot.words.language import load_words
from bot.words.several import album_caption
from forecasting.baskets import Basket
from forecasting.together import Race
from forecasting.values import Forecast, HeldBack
from storage.records.baskets import BasketRecord
from tests.bot.words.test_caption import FOLD, forecast

WORDS = load_words("fr")
TICKERS = ("BTC-USD", "EURUSD=X", "GC=F", "^N225")
ITEMS: list[tuple[int, Forecast, int, HeldBack | None]] = [
    (
        10 + place,
        forecast(ticker=ticker, cautions=("short-history", "no-market")),
        700 + place,
        None,
    )
    for place, ticker in enumerate(TICKERS)
]
DAYS = ITEMS[0][1].targets
EVEN = tuple((0.5,) * 4 for _ in TICKERS)
GROWTH = np.linspace(0.9, 1.1, ITEMS[0][1].quantiles.shape[1])
QUARTERS = np.full(4, 0.25)


def captions():
    """Every caption of several tickers."""
    basket = Basket(DAYS, TICKERS, QUARTERS, np.tile(GROWTH, (20, 1)), GROWTH, QUARTERS)
    return {
        "predict": album_caption(WORDS, ITEMS, 20, None),
        "compare": comparison(WORDS, ITEMS, Race(DAYS[-1], EVEN, (0.25,) * 4), 20),
        "rank": ranking(WORDS, ITEMS, [None] * 4, 20),
        "basket": basket_caption(WORDS, ITEMS, basket, BasketRecord(0, 0)),
    }


@pytest.mark.parametrize("name", ["predict", "compare", "rank", "basket"])
def test_every_caution_is_told_somewhere(name):
    """Each ticker's age, the longest caution, is named; in the longest language as well."""
    above, _, below = captions()[name].partition(FOLD)
    for age in range(700, 704):
        assert f"{age} séances" in above + below
