"""A date of another year says so, in words and on pictures; one that is near does not."""

from datetime import date

import numpy as np
import pytest

from bot.words.chart_words import chart_texts
from bot.words.forecast import caption
from bot.words.language import load_words
from forecasting.charts.findings import titles
from tests.bot.words.test_caption import FOLD, HELD, forecast


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2022, 1, 20), "By Jan 20:"),
        (date(2021, 12, 31), "By Jan 20:"),
        (date(2022, 12, 31), "By Jan 20:"),
        (date(2023, 1, 5), "By Jan 20, 2022:"),
        (date(2026, 11, 26), "By Jan 20, 2022:"),
    ],
)
def test_a_date_has_its_year_where_another_may_be_meant(today, said):
    """On the caption's first line and in the picture's heading alike."""
    words = load_words(today=lambda: today)
    item = forecast(352.26, usual_width=np.full(20, 0.1))
    shown = caption(words, item, 12, 20, sessions_old=0, verdict=HELD)
    assert said in shown.split(FOLD)[0]
    (title,) = titles(item, "", 20, chart_texts(words))
    assert title.endswith(said.lower().replace("jan", "Jan").rstrip(":"))
