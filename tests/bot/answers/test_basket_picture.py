"""The picture of a basket speaks the reader's language."""

import io

import numpy as np
from PIL import Image

from bot.answers.baskets import BasketAnswer
from forecasting.baskets import NAME, Basket, drawn
from forecasting.charts.palette import Theme
from forecasting.charts.texts import ENGLISH
from forecasting.values import LEVELS
from storage.records.baskets import BasketRecord
from tests.bot.markets import plain_forecast, walk


def test_a_baskets_own_name_is_not_on_its_picture():
    """Only the title differs between two pictures, and no other name for the basket is drawn."""
    items = [(bars, plain_forecast(bars)) for bars in (walk("AAA"), walk("BBB"))]
    growth, even = np.linspace(0.9, 1.1, len(LEVELS)), np.full(2, 0.5)
    days = items[0][1].targets
    basket = Basket(days, ("AAA", "BBB"), even, np.tile(growth, (20, 1)), growth, even)
    bars, forecast = drawn(items, basket)
    made = BasketAnswer(basket, "b", bars, forecast, 0, BasketRecord(0, 0))
    named = made.draw("Korb", Theme.LIGHT, ENGLISH)
    assert made.draw("Korb", Theme.LIGHT, ENGLISH) == named
    picture, other = (
        np.array(Image.open(io.BytesIO(made.draw(title, Theme.LIGHT, ENGLISH))).convert("L"))
        for title in ("Korb", NAME)
    )
    changed = np.flatnonzero((picture != other).any(axis=1))
    # The heading alone: a line below it that named the basket would change as well.
    assert changed.max() < 100
