"""The pictures speak the chat's language, and lose no text on the way."""

from dataclasses import fields
from inspect import signature
from itertools import product

from bot.words.chart_words import chart_texts
from bot.words.language import load_words
from forecasting.charts.texts import ENGLISH


def test_every_text_of_a_picture_is_handed_over():
    """In English all is as the pictures have it: nothing is missing, nothing misspelt."""
    spoken = chart_texts(load_words("en"))
    for item in fields(ENGLISH):
        own, given = getattr(ENGLISH, item.name), getattr(spoken, item.name)
        if callable(own):
            places = len(signature(own).parameters)
            for counts in product((1, 5, 20), repeat=places):
                assert given(*counts) == own(*counts), item.name
        else:
            assert given == own, item.name
