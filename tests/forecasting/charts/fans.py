"""Fans composed for tests: their texts, and their pixels."""

import io

from PIL import Image

from forecasting.charts.canvas import Canvas
from forecasting.charts.fan import NOTHING_MORE, compose_fan
from forecasting.charts.palette import Theme, palette
from forecasting.charts.texts import ENGLISH
from tests.forecasting.charts.histories import CASES


def words(case, **options):
    """Return the texts of one of the made histories' fan."""
    history, made = CASES[case]()
    return composed(history, made, **options)


def composed(history, made, sessions=20, texts=ENGLISH, sessions_old=0, about=NOTHING_MORE):
    """Return the texts of a fan, placed."""
    canvas = Canvas(palette(Theme.LIGHT))
    compose_fan(canvas, history, made, sessions, texts, sessions_old, about)
    return canvas.placed


def texts_of(placed):
    """Return what placed texts say."""
    return [p.text for p in placed]


def opened(png):
    """Return a picture's pixels."""
    return Image.open(io.BytesIO(png))
