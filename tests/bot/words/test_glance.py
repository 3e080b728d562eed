"""Every caption is counted, in each language: lines, words and numbers above its fold.

A layman reads five lines and 45 words; an amount, a date or a count is a number, and fourteen of
them are as many as the answer to one question has.
"""

import re
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest

from bot.values import KeptPromise, ModelFacts
from bot.words.backtest import backtest_text
from bot.words.baskets import basket_caption
from bot.words.came_true import came_true_text
from bot.words.compare import comparison, ranking
from bot.words.forecast import caption
from bot.words.language import Html, Words, load_words
from bot.words.languages import languages
from bot.words.model_card import model_text
from bot.words.several import album_caption
from bot.words.track import track_text
from forecasting.baskets import Basket
from forecasting.model.serving import load_pretrained
from forecasting.together import Race
from forecasting.values import Forecast, HeldBack
from storage.records.baskets import BasketRecord
from tests.bot.words.test_caption import FOLD, HELD, forecast
from tests.bot.words.test_captions_in_languages import read
from tests.bot.words.test_records import came, interval, record, replayed

MOST_LINES, MOST_WORDS, MOST_NUMBERS = 5, 45, 14
ITEM = forecast(1056.78)
FOUR: list[tuple[int, Forecast, int, HeldBack | None]] = [
    (10 + place, forecast(352.26, ticker=ticker), 0, None)
    for place, ticker in enumerate(("TSLA", "AAPL", "KO", "MSFT"))
]
DAYS = tuple(date(2021, 12, 31) + timedelta(days=n) for n in range(1, 21))
EVEN = tuple((0.5,) * 4 for _ in FOUR)
QUARTERS, GROWTH = np.full(4, 0.25), np.linspace(0.9, 1.1, ITEM.quantiles.shape[1])
BASKET = Basket(
    DAYS, tuple(f.ticker for _, f, _, _ in FOUR), QUARTERS, np.tile(GROWTH, (20, 1)), GROWTH,
    QUARTERS,
)  # fmt: skip
CARD = load_pretrained().card
FACTS = ModelFacts(None, CARD, CARD, None, KeptPromise(0.81, "kept"))


def captions(words: Words) -> dict[str, Html]:
    """Every caption that stands under a picture."""
    return {
        "predict": caption(words, ITEM, 12, 20, sessions_old=0, verdict=HELD),
        "album": album_caption(words, FOUR[:3], 20, HELD),
        "compare": comparison(words, FOUR[:2], Race(DAYS[-1], EVEN, (0.25,) * 4), 20),
        "rank": ranking(words, FOUR, [None] * 4, 20),
        "basket": basket_caption(words, FOUR, BASKET, BasketRecord(0, 0)),
        "track": track_text(words, record(interval(0.79, 0.72, 0.86))),
        "came": came_true_text(words, ITEM, 12, came(ITEM, 1060.0)),
        "backtest": backtest_text(words, replayed(30), KeptPromise(0.79, "kept")),
        "model": model_text(words, FACTS),
    }


# What a forecast is called by is no amount.
NUMBER = re.compile(r"(?<![F\d])\d[\d.,\u00a0\u202f]*")


@pytest.mark.parametrize("language", languages())
def test_every_caption_is_read_at_a_glance(language):
    """Lines, words and numbers, with thousands in them; today is another year than the prices'."""
    for today in ("2021-12-31", "2026-01-02"):
        words = load_words(language, today=partial(date.fromisoformat, today))
        for name, whole in captions(words).items():
            head = whole.split(FOLD)[0].rstrip()
            lines, count = read(head)
            plain = Html(head).without_markup()
            assert lines <= MOST_LINES, (name, plain)
            assert count <= MOST_WORDS, (name, count, plain)
            assert len(NUMBER.findall(plain)) <= MOST_NUMBERS, (name, plain)
