"""Captions are as short in the longest language as in English, and all of them fit Telegram."""

import re
from datetime import date

import pytest

from bot.values import Coming
from bot.words.digest import DigestWriter
from bot.words.fitting import utf16_units
from bot.words.forecast import caption
from bot.words.language import load_words
from bot.words.languages import languages
from bot.words.ticker_news import Ahead
from forecasting.values import HeldBack
from tests.bot.markets import plain_forecast, walk
from tests.bot.words.test_caption import EVERY_CAUTION, FOLD, HELD, KINDS, forecast
from tests.bot.words.test_digest_text import news

MOST_UNITS, MOST_LINES, MOST_WORDS = 1024, 5, 45


def read(head: str) -> tuple[int, int]:
    """Lines and words; an amount is one word however its language groups its digits."""
    plain = re.sub("<[^>]*>", "", head)
    plain = re.sub("(?<=\\d)[\u00a0\u202f](?=\\d|US[$]|[$€£¥])", "", plain)
    plain = re.sub("(?<=[$€£¥])\u00a0", "", plain)
    return len(plain.splitlines()), len(plain.split())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"crowns"}))
@pytest.mark.parametrize("cautions", [(), ("no-dates",), EVERY_CAUTION])
@pytest.mark.parametrize("old", [0, 1234])
def test_a_caption_is_read_at_a_glance_in_every_language(language, kind, cautions, old):
    """Five lines, 45 words, 1024 units: with prices of any size, old ones, and every caution."""
    doubt = HeldBack(date(2022, 1, 3), "split") if len(cautions) > 1 else None
    item = forecast(**KINDS[kind], cautions=cautions)
    for sessions, coming in ((1, None), (20, None), (20, Coming(date(2022, 1, 10), sure=False))):
        whole = caption(
            load_words(language), item, 123456, sessions, sessions_old=old, verdict=HELD,
            held_back=doubt, coming=coming,
        )  # fmt: skip
        lines, words = read(whole.split(FOLD)[0].rstrip())
        assert lines <= MOST_LINES, whole
        # A code such as JPY stands behind its number as a word of its own.
        assert words <= MOST_WORDS + (2 if "JPY" in whole else 0), whole
        assert utf16_units(whole.without_markup()) <= MOST_UNITS
        assert "#F123456" in whole.without_markup()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("side", ["above", "inside", None])
@pytest.mark.parametrize("count", [1, 3, 12, 50])
def test_a_digest_of_any_list_fits_one_caption_in_every_language(language, side, count):
    """1024 units with every ticker long, late, missing and ahead; none is dropped without a word."""
    made, ahead = plain_forecast(walk(count=300), -1), Ahead(date(2022, 1, 3), sure=False)
    items = [
        news(made, f"LONGNAME{n}.DE", side, width_change=0.5, ahead=ahead) for n in range(count)
    ]
    writer = DigestWriter(load_words(language))
    missing = tuple(f"MISSING{n}.L" for n in range(count))
    text = writer.text(items, missing, writer.remarks(late=True, missed=True)).without_markup()
    assert utf16_units(text) <= MOST_UNITS
    assert "LONGNAME0.DE" in text
