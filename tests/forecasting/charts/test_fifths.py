"""The picture of a question of the league: what it says, and that it fits."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from forecasting.charts.fifths import FifthsPicture, draw_fifths, ranges_of
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ENGLISH
from tests.bot.markets import plain_forecast, walk

EDGES = (90.0, 95.5, 105.25, 110.0)


def test_the_five_fifths_are_told_by_their_prices():
    """The outer two are open to one side."""
    assert ranges_of(plain_forecast(walk()), EDGES, ENGLISH) == [
        "≤ $90.00",
        "$90.00 to $95.50",
        "$95.50 to $105.25",
        "$105.25 to $110.00",
        "> $110.00",
    ]


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("counts", [(0, 0, 0, 0, 0), (400, 1, 0, 30, 2)])
def test_the_picture_is_drawn_with_and_without_calls(theme, counts):
    """1280 x 560 pixels, opaque."""
    shown = FifthsPicture(EDGES, counts, 4, 111.0, date(2021, 12, 17), "Tesla", 7)
    png = draw_fifths(plain_forecast(walk()), shown, theme=theme)
    image = Image.open(BytesIO(png))
    assert (image.size, image.mode) == ((1280, 560), "P")
